package org.mailtimemachine.restore;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/** Where Folders lie below the root of a Maildir. */
final class MaildirPaths {

  private static final Set<String> NOT_BELOW = Set.of(".", "..");

  private MaildirPaths() {}

  /** The directory that a Folder of a Snapshot had. No Manifest can lead out of the Mailbox. */
  static List<FileName> of(ManifestFolder folder) throws DamagedFileException {
    if (folder.directory().isEmpty()) {
      return List.of();
    }
    try {
      List<FileName> path =
          Stream.of(folder.directory().split("/", -1)).map(FileName::ofEncoded).toList();
      if (path.stream().noneMatch(name -> NOT_BELOW.contains(name.bytes()))) {
        return path;
      }
    } catch (IllegalArgumentException e) {
      throw new DamagedFileException(folder.directory(), "is no directory of a folder", e);
    }
    throw new DamagedFileException(folder.directory(), "is no directory of a folder");
  }

  static String directory(List<FileName> path) {
    return folder(path).directory();
  }

  static MaildirFolder folder(List<FileName> path) {
    return new MaildirFolder(FolderName.INBOX, path, false, Optional.empty());
  }
}
