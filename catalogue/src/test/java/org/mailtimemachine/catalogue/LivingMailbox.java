package org.mailtimemachine.catalogue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mailstore.maildir.SpecialUse;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Listing;

/** A mailbox that is used as people use one, and remembers nothing of yesterday. */
final class LivingMailbox {

  private static final Instant START = Instant.parse("2026-11-01T08:00:00Z");

  private final MailboxAddress address;
  private final Map<FolderName, Folder> folders = new LinkedHashMap<>();
  private final Map<String, byte[]> bytes = new HashMap<>();
  private int delivered;

  LivingMailbox(String address) {
    this.address = MailboxAddress.of(address);
    folder("INBOX");
  }

  MailboxAddress address() {
    return address;
  }

  Collection<Folder> folders() {
    return folders.values();
  }

  Map<String, byte[]> bytes() {
    return bytes;
  }

  /** The Folder of that name, made where there is none. */
  Folder folder(String name) {
    return folders.computeIfAbsent(new FolderName(name), Folder::new);
  }

  void removeFolder(String name) {
    folders.remove(new FolderName(name));
  }

  /** Delivers a message; returns its base name, which is its pool name too. */
  String deliver(String folder, String subject, String from) {
    return deliver(folder, subject, from, START.plusSeconds(60L * delivered), 100);
  }

  String deliver(String folder, String subject, String from, Instant date, int bodyBytes) {
    String name = "17%08d.M%dP1.host".formatted(delivered, delivered);
    delivered++;
    String text =
        "From: %s\nTo: %s\nSubject: %s\nDate: %s\nMessage-ID: <%s@example.org>\n\n%s\n"
            .formatted(
                from,
                address,
                subject,
                DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC)),
                name,
                "x".repeat(bodyBytes));
    deliverText(folder, name, text);
    return name;
  }

  /** Delivers any text under a name, which is its pool name too. */
  void deliverText(String folder, String name, String text) {
    byte[] message = text.getBytes(StandardCharsets.UTF_8);
    bytes.put(name, message);
    folder(folder).entries.add(new Entry(name, name, Flags.NONE, "", message.length));
  }

  /** One random thing that somebody does. */
  void live(Random random) {
    List<Folder> all = List.copyOf(folders.values());
    Folder folder = all.get(random.nextInt(all.size()));
    int what = random.nextInt(12);
    if (what == 0) {
      folder("Folder " + random.nextInt(4)).subscribed ^= random.nextBoolean();
    } else if (what == 1 && !folder.name.equals(FolderName.INBOX) && random.nextInt(3) == 0) {
      folders.remove(folder.name);
    } else if (what == 2) {
      folder.busy ^= true;
    } else if (what == 3) {
      folder.specialUse = random.nextBoolean() ? Optional.empty() : Optional.of(SpecialUse.ARCHIVE);
    } else if (what < 7 || folder.entries.isEmpty()) {
      deliver(folder.name.text(), "Subject " + random.nextInt(9), "P" + random.nextInt(4));
    } else {
      folder.change(random, all.get(random.nextInt(all.size())));
    }
  }

  /** One Folder of it. */
  static final class Folder {

    private final FolderName name;
    private final List<Entry> entries = new ArrayList<>();
    private final SortedMap<Character, String> keywords = new TreeMap<>();
    private boolean subscribed = true;
    private boolean busy;
    private Optional<SpecialUse> specialUse = Optional.empty();

    Folder(FolderName name) {
      this.name = name;
    }

    FolderName name() {
      return name;
    }

    String directory() {
      return name.equals(FolderName.INBOX) ? "" : "." + name.text();
    }

    boolean subscribed() {
      return subscribed;
    }

    boolean busy() {
      return busy;
    }

    void setSpecialUse(SpecialUse use) {
      specialUse = Optional.of(use);
    }

    Optional<SpecialUse> specialUse() {
      return specialUse;
    }

    void nameKeyword(char letter, String keyword) {
      keywords.put(letter, keyword);
    }

    void mark(String baseName, String flags, String letters) {
      entries.replaceAll(
          entry ->
              entry.baseName.equals(baseName)
                  ? new Entry(baseName, entry.poolName, new Flags(flags), letters, entry.size)
                  : entry);
    }

    void delete(String baseName) {
      entries.removeIf(entry -> entry.baseName.equals(baseName));
    }

    /** Dovecot's copy: another name for the same inode. */
    void copyTo(Folder target, String baseName, String newName) {
      entries.stream()
          .filter(entry -> entry.baseName.equals(baseName))
          .findFirst()
          .map(entry -> new Entry(newName, entry.poolName, entry.flags, entry.keywords, entry.size))
          .ifPresent(target.entries::add);
    }

    private void change(Random random, Folder other) {
      Entry entry = entries.get(random.nextInt(entries.size()));
      switch (random.nextInt(4)) {
        case 0 -> entries.remove(entry);
        case 1 -> {
          entries.remove(entry);
          other.entries.add(entry);
        }
        case 2 -> copyTo(other, entry.baseName, entry.baseName + "c" + random.nextInt(1_000_000));
        default -> mark(entry.baseName, random.nextBoolean() ? "S" : "FR", "");
      }
    }

    Listing listing() {
      return new Listing(
          new TreeMap<>(keywords),
          entries.stream()
              .sorted(Comparator.comparing(Entry::baseName).thenComparing(Entry::poolName))
              .map(Entry::listed)
              .toList());
    }
  }

  private record Entry(String baseName, String poolName, Flags flags, String keywords, int size) {

    ListedMessage listed() {
      return new ListedMessage(
          baseName,
          poolName,
          flags,
          keywords,
          size,
          START.plusSeconds(poolName.hashCode() & 0xFFFF),
          1,
          OptionalLong.empty());
    }
  }
}
