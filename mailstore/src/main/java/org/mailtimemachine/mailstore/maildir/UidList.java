package org.mailtimemachine.mailstore.maildir;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;

/**
 * The file {@code dovecot-uidlist} of a Folder: its UIDVALIDITY and the UID of each base name.
 * Version 3 starts with {@code 3 V<validity> N<next>}, version 1 with {@code 1 <validity> <next>};
 * a record is {@code <uid> [fields] :<file name>}, in version 1 {@code <uid> <file name>} as
 * Courier has it (Dovecot, {@code maildir-uidlist.c}). It is appended to in place while it is read,
 * so its last line may be half there.
 *
 * @param validity UIDVALIDITY, where the file says one
 * @param uids by base name (one char for each byte)
 */
public record UidList(OptionalLong validity, Map<String, Long> uids) {

  private static final UidList NONE = new UidList(OptionalLong.empty(), Map.of());

  public UidList {
    uids = Collections.unmodifiableMap(uids);
  }

  /** Reads the file of a Folder; empty where it is missing or makes no sense. */
  public static UidList read(DirectoryHandle folder, Consumer<String> warnings) {
    List<String> lines = MetadataFile.lines(folder, "dovecot-uidlist", warnings);
    if (lines.isEmpty()) {
      return NONE;
    }
    boolean first = lines.getFirst().startsWith("1 ");
    Map<String, Long> uids = new HashMap<>(lines.size() * 2);
    for (String line : lines.subList(1, lines.size())) {
      int space = line.indexOf(' ');
      // A field between them may hold a colon: the POP3 UIDL of another server, for example.
      int name = first ? space + 1 : line.indexOf(" :") + 2;
      if (space > 0 && name > space) {
        OptionalLong uid = number(line.substring(0, space));
        int info = line.indexOf(":2,", name);
        String base = line.substring(name, info < 0 ? line.length() : info);
        uid.ifPresent(value -> uids.put(base, value));
      }
    }
    return new UidList(validity(lines.getFirst()), uids);
  }

  /**
   * The text of a file that says the same. What Dovecot would refuse is left out, and gets a new
   * UID when the Folder is opened: a UID that two names have, or a name that no line can hold.
   *
   * @param guid of the Folder: 32 hexadecimal digits
   * @return empty without a UIDVALIDITY, for UIDs mean nothing then
   */
  public Optional<byte[]> toBytes(String guid) {
    if (validity.isEmpty() || !isUid(validity.getAsLong())) {
      return Optional.empty();
    }
    SortedMap<Long, String> byUid = new TreeMap<>();
    uids.forEach(
        (base, uid) -> {
          if (isUid(uid) && base.chars().noneMatch(c -> c < ' ')) {
            byUid.merge(uid, base, (one, other) -> one.compareTo(other) <= 0 ? one : other);
          }
        });
    long next = byUid.isEmpty() ? 1 : byUid.lastKey() + 1;
    StringBuilder text = new StringBuilder(64 + 64 * byUid.size());
    text.append("3 V").append(validity.getAsLong()).append(" N").append(next);
    text.append(" G").append(guid).append('\n');
    byUid.forEach((uid, base) -> text.append(uid).append(" :").append(base).append('\n'));
    return Optional.of(text.toString().getBytes(StandardCharsets.ISO_8859_1));
  }

  /** UIDs and UIDVALIDITY are 32 bits and never 0 (RFC 9051, 2.3.1.1); Dovecot keeps the last. */
  private static boolean isUid(long number) {
    return number > 0 && number < 0xffffffffL;
  }

  public OptionalLong uid(MessageFileName name) {
    Long uid = uids.get(name.base().bytes());
    return uid == null ? OptionalLong.empty() : OptionalLong.of(uid);
  }

  private static OptionalLong validity(String header) {
    String[] fields = header.split(" ", -1);
    if (fields[0].equals("3")) {
      for (String field : fields) {
        if (field.startsWith("V")) {
          return number(field.substring(1));
        }
      }
    }
    return fields.length > 1 ? number(fields[1]) : OptionalLong.empty();
  }

  private static OptionalLong number(String digits) {
    if (digits.isEmpty() || digits.length() > 10 || !digits.chars().allMatch(Character::isDigit)) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(Long.parseLong(digits));
  }
}
