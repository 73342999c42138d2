package org.mailtimemachine.mailstore.maildir;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.posix.FileName;

/** What the directory of a Folder is called by people. */
final class FolderNames {

  private FolderNames() {}

  static FolderName of(List<FileName> path) {
    return new FolderName(levels(onDisk(path).toArray(String[]::new)));
  }

  /** The levels of a directory as they stand on disk, one char for each byte; none for INBOX. */
  static List<String> onDisk(List<FileName> path) {
    boolean dotted = path.size() == 1 && path.getFirst().hidden();
    return dotted
        ? List.of(path.getFirst().bytes().substring(1).split("\\.", -1))
        : path.stream().map(FileName::bytes).toList();
  }

  /** From levels as they stand on disk, one char for each byte. */
  static String levels(String[] levels) {
    return Stream.of(levels).map(FolderNames::level).collect(Collectors.joining("/"));
  }

  private static String level(String bytes) {
    if (bytes.isEmpty()) {
      return "."; // ".Work..Old": Dovecot makes no such Folder, but what lies in it is mail
    }
    return ModifiedUtf7.decode(bytes).orElseGet(() -> utf8(bytes));
  }

  /** Dovecot can be told to keep folder names in UTF-8; anything else is shown byte by byte. */
  private static String utf8(String bytes) {
    byte[] raw = bytes.getBytes(StandardCharsets.ISO_8859_1);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
      boolean plain = text.chars().noneMatch(c -> Character.isISOControl(c) || c == '%');
      return plain ? text : new FileName(bytes).encoded();
    } catch (CharacterCodingException e) {
      return new FileName(bytes).encoded();
    }
  }
}
