package org.mailtimemachine.snapshot;

import static org.mailtimemachine.mailstore.maildir.MaildirFolder.CUR;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.NEW;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.mailstore.maildir.MessageFileName;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.manifest.ListedMessage;

/** Where the messages of a live Mailbox lie, by one look at it: for a repair, not for a take. */
final class LiveMessages {

  /** A file that may be gone or another one by the time that it is used. */
  record LiveFile(MaildirFolder folder, FileName part, DirectoryEntry entry) {}

  private final Maildir maildir;
  private final Map<Long, LiveFile> byInode = new HashMap<>();
  private final Map<String, LiveFile> byBaseName = new HashMap<>();

  LiveMessages(Maildir maildir) throws IOException {
    this.maildir = maildir;
    for (Maildir.Found found : maildir.folders()) {
      MaildirFolder folder = found.folder();
      for (FileName part : List.of(NEW, CUR)) {
        try (DirectoryHandle directory = folder.open(maildir.root());
            DirectoryHandle files = directory.directory(part)) {
          for (DirectoryEntry entry : files.list()) {
            if (!entry.name().hidden()) {
              LiveFile file = new LiveFile(folder, part, entry);
              byInode.put(entry.inode(), file);
              byBaseName.put(MessageFileName.of(entry.name()).base().encoded(), file);
            }
          }
        } catch (PosixException e) {
          // What cannot be read now is no source; the next folder may be.
        }
      }
    }
  }

  /** The same inode, wherever it was moved to, else a file of the same base name. */
  Optional<LiveFile> find(ListedMessage message) {
    LiveFile same = message.inode() == 0 ? null : byInode.get(message.inode());
    return Optional.ofNullable(same != null ? same : byBaseName.get(message.baseName()));
  }

  /**
   * Keeps a file as a take would; whether it is the right one must be looked at then.
   *
   * @return empty where it is gone, or another one
   */
  Optional<Pool.Entry> keep(
      LiveFile file, DirectoryHandle pool, StorageStrategy strategy, FileName poolName)
      throws IOException {
    try (DirectoryHandle directory = file.folder().open(maildir.root());
        DirectoryHandle files = directory.directory(file.part())) {
      Pool.Owners owners = new Pool.Owners(maildir.root().status().owner(), files.status().owner());
      return new Pool(pool, owners, strategy, refused -> {}).keep(files, file.entry(), poolName);
    }
  }
}
