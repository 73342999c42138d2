package org.mailtimemachine.command.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One Maildir++ directory of the demo, with {@code dovecot-uidlist} and {@code dovecot-keywords} as
 * Dovecot 2.3 writes them. Its directories carry the time of the last change in the story, as they
 * would on a host that really lived these days.
 */
final class DemoFolder {

  private static final Set<PosixFilePermission> DIRECTORY =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

  private final String name;
  private final Path directory;
  private final long uidValidity;
  private final String guid;
  private final Map<Integer, String> baseNames = new TreeMap<>();
  private final List<String> keywordNames = new ArrayList<>();
  private int nextUid = 1;
  private Instant changed;
  private boolean unwritten = true;

  DemoFolder(String name, Path directory, long uidValidity, String guid, Instant created)
      throws IOException {
    this.name = name;
    this.directory = directory;
    this.uidValidity = uidValidity;
    this.guid = guid;
    this.changed = created;
    Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(DIRECTORY));
    for (String part : List.of("cur", "new", "tmp")) {
      Files.createDirectory(
          directory.resolve(part), PosixFilePermissions.asFileAttribute(DIRECTORY));
    }
    writeFile(directory.resolve("maildirfolder"), new byte[0], created);
  }

  String name() {
    return name;
  }

  Path directory() {
    return directory;
  }

  /** The letter that stands for a keyword in the file names of this Folder. */
  char keywordLetter(String keyword) {
    int index = keywordNames.indexOf(keyword);
    if (index < 0) {
      index = keywordNames.size();
      keywordNames.add(keyword);
      unwritten = true;
    }
    return (char) ('a' + index);
  }

  void added(String baseName, Instant when) {
    baseNames.put(nextUid++, baseName);
    touched(when);
  }

  void removed(String baseName, Instant when) {
    baseNames.values().remove(baseName);
    touched(when);
  }

  void touched(Instant when) {
    changed = when;
    unwritten = true;
  }

  /** Writes what Dovecot keeps beside the messages, where something changed. */
  void write() throws IOException {
    if (!unwritten) {
      return;
    }
    StringBuilder uidList = new StringBuilder();
    uidList.append("3 V").append(uidValidity).append(" N").append(nextUid);
    uidList.append(" G").append(guid).append('\n');
    baseNames.forEach((uid, base) -> uidList.append(uid).append(" :").append(base).append('\n'));
    replace("dovecot-uidlist", uidList.toString());
    if (!keywordNames.isEmpty()) {
      StringBuilder keywords = new StringBuilder();
      for (int i = 0; i < keywordNames.size(); i++) {
        keywords.append(i).append(' ').append(keywordNames.get(i)).append('\n');
      }
      replace("dovecot-keywords", keywords.toString());
    }
    for (String part : List.of("cur", "new", "tmp")) {
      Files.setLastModifiedTime(directory.resolve(part), FileTime.from(changed));
    }
    unwritten = false;
  }

  void replace(String file, String text) throws IOException {
    Path temporary = directory.resolve(file + ".tmp");
    writeFile(temporary, text.getBytes(US_ASCII), changed);
    Files.move(
        temporary,
        directory.resolve(file),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** A new file that only its owner may read, whatever the umask is, last changed at that time. */
  static void writeFile(Path file, byte[] content, Instant when) throws IOException {
    Files.createFile(file, PosixFilePermissions.asFileAttribute(FILE));
    Files.write(file, content);
    Files.setLastModifiedTime(file, FileTime.from(when));
  }
}
