package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * A small mail host that a fault happens to, and a ledger, kept outside of the Store, of what each
 * Snapshot held: names, and bytes by their SHA-256.
 */
final class FaultHost {

  static final SnapshotName FIRST = new SnapshotName("2026-11-20");
  static final SnapshotName SECOND = new SnapshotName("2026-11-21");
  static final SnapshotName THIRD = new SnapshotName("2026-11-22");

  private final Path root;
  private final MailboxFixture anna;
  private final MailboxFixture bruno;
  private final Map<SnapshotName, Map<String, String>> ledger = new TreeMap<>();

  FaultHost(Path root) throws IOException {
    this.root = root;
    anna = new MailboxFixture(mail(), "anna").folder(".Sent");
    bruno = new MailboxFixture(mail(), "bruno");
    anna.message("cur", "1.a:2,S");
    anna.message("cur", "2.b:2,S");
    anna.message("new", "3.c");
    anna.message(".Sent/cur", "4.d:2,S");
    bruno.message("cur", "5.e:2,");
  }

  Path root() {
    return root;
  }

  Path mail() {
    return root.resolve("mail");
  }

  Path storePath() {
    return root.resolve("store");
  }

  MailboxFixture anna() {
    return anna;
  }

  void firstNight() throws IOException {
    take(FIRST);
  }

  /** Mail comes, moves, is flagged, copied and deleted; a mailbox is new; another one unchanged. */
  void aDayPasses() throws IOException {
    anna.rename("cur/1.a:2,S", "cur/1.a:2,FS");
    anna.delete("cur/2.b:2,S");
    anna.rename("new/3.c", ".Sent/cur/3.c:2,S");
    anna.message("new", "6.f");
    Files.createLink(
        anna.path().resolve(".Sent/cur/7.copy:2,"), anna.path().resolve("cur/1.a:2,FS"));
    new MailboxFixture(mail(), "carla").folder(".Sent").message("cur", "8.g:2,S");
  }

  /** What a take of the engine does, in this process, without any fault: it must be complete. */
  Run take(SnapshotName name) throws IOException {
    Run run = take(mail(), storePath(), name);
    assertThat(run.complete()).as(run.toString()).isTrue();
    assertThat(run.warnings()).isEmpty();
    try (Store store = open()) {
      assertThat(kept(store, name)).as("%s", name).isEqualTo(live());
      ledger.put(name, kept(store, name));
    }
    return run;
  }

  static Run take(Path mail, Path store, SnapshotName name) throws IOException {
    try (SnapshotEngine engine = SnapshotEngine.open(mail, store, Clock.system(ZoneOffset.UTC))) {
      return engine.take(name, TakeProgress.NONE);
    }
  }

  /** Removes what is over on the day after the last night. */
  Expiry.Outcome expire() throws IOException {
    return expire(storePath(), today());
  }

  LocalDate today() {
    return days().stream().max(Comparator.naturalOrder()).orElseThrow().date().plusDays(1);
  }

  static Expiry.Outcome expire(Path path, LocalDate today) throws IOException {
    try (Store store = Store.open(path)) {
      return new Expiry(store).run(new Retention(1), today);
    }
  }

  Store open() throws IOException {
    return Store.open(storePath());
  }

  /** Every message as {@code user/folder directory/base name}, with the SHA-256 of its bytes. */
  Map<String, String> live() throws IOException {
    Map<String, String> messages = new TreeMap<>();
    try (Stream<Path> users = Files.list(mail().resolve("example.test"))) {
      for (Path user : users.toList()) {
        try (Stream<Path> files = Files.walk(user)) {
          for (Path file : files.filter(Files::isRegularFile).map(user::relativize).toList()) {
            int depth = file.getNameCount();
            String part = depth < 2 ? "" : file.getName(depth - 2).toString();
            if (part.equals("cur") || part.equals("new")) {
              String folder = depth < 3 ? "" : file.subpath(0, depth - 2).toString();
              String base = file.getFileName().toString().replaceFirst(":2,.*", "");
              try (InputStream in = Files.newInputStream(user.resolve(file))) {
                messages.put(user.getFileName() + "/" + folder + "/" + base, sha256(in));
              }
            }
          }
        }
      }
    }
    return messages;
  }

  /** The messages of a Snapshot in the same form, read through the Store. */
  static Map<String, String> kept(Store store, SnapshotName name) throws IOException {
    Map<String, String> messages = new TreeMap<>();
    for (MailboxAddress mailbox : store.mailboxes()) {
      if (!store.snapshots(mailbox).contains(name)) {
        continue;
      }
      for (ManifestFolder folder : store.manifest(mailbox, name).folders()) {
        for (ListedMessage message : store.listing(mailbox, folder.listing()).messages()) {
          String key = mailbox.localPart() + "/" + folder.directory() + "/" + message.baseName();
          messages.put(key, digest(store, mailbox, message.poolName()));
        }
      }
    }
    return messages;
  }

  private static String digest(Store store, MailboxAddress mailbox, String poolName)
      throws IOException {
    try (SnapshotStore.StoredMessage message = store.message(mailbox, poolName)) {
      byte[] bytes = new byte[(int) message.size()];
      int length = 0;
      while (length < bytes.length) {
        int read = message.read(length, bytes, length, bytes.length - length);
        if (read < 0) {
          break;
        }
        length += read;
      }
      return sha256(new java.io.ByteArrayInputStream(bytes, 0, length));
    }
  }

  private static String sha256(InputStream in) throws IOException {
    try (DigestInputStream digested =
        new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      digested.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digested.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Every day of the ledger is there as it was, nothing else is, and check finds nothing. */
  void assertNothingLost(String what) throws IOException {
    assertNothingLost(what, Set.copyOf(ledger.keySet()));
  }

  /**
   * The same after an expiry that could not write down what it removed: until the next one, check
   * may miss Mailboxes of that day, and nothing else.
   */
  void assertNothingLostButCounted(String what, SnapshotName day) throws IOException {
    assertNothingLost(
        what,
        Set.copyOf(ledger.keySet()),
        finding ->
            finding.snapshot().filter(day::equals).isPresent()
                && finding.what().startsWith("it was of "));
  }

  /** The same of these days of the ledger. */
  void assertNothingLost(String what, Set<SnapshotName> days) throws IOException {
    assertNothingLost(what, days, _ -> false);
  }

  private void assertNothingLost(String what, Set<SnapshotName> days, Predicate<Finding> passedOver)
      throws IOException {
    try (Store store = open()) {
      assertThat(new HashSet<>(store.visible())).as("days after %s", what).isEqualTo(days);
      for (SnapshotName day : days) {
        assertThat(kept(store, day)).as("%s after %s", day, what).isEqualTo(ledger.get(day));
      }
      assertThat(new SnapshotCheck(store).run().findings())
          .as("check after %s", what)
          .filteredOn(passedOver.negate())
          .isEmpty();
    }
  }

  /** A day became visible that nobody reported: it must be as whole as a reported one. */
  boolean seen(SnapshotName name) throws IOException {
    try (Store store = open()) {
      if (!store.visible().contains(name)) {
        return false;
      }
      ledger.put(name, live());
      return true;
    }
  }

  Set<SnapshotName> days() {
    return Set.copyOf(ledger.keySet());
  }

  void expect(SnapshotName name, Map<String, String> messages) {
    ledger.put(name, messages);
  }

  /** A day may have gone for some mailboxes; for the others it is what it was. */
  void expectPartOf(SnapshotName name) throws IOException {
    try (Store store = open()) {
      if (store.visible().contains(name)) {
        Set<String> users = new HashSet<>();
        for (MailboxAddress mailbox : store.mailboxes()) {
          if (store.snapshots(mailbox).contains(name)) {
            users.add(mailbox.localPart());
          }
        }
        Map<String, String> part = new TreeMap<>(ledger.getOrDefault(name, Map.of()));
        part.keySet().removeIf(message -> !users.contains(message.replaceFirst("/.*", "")));
        ledger.put(name, part);
      } else {
        forget(name);
      }
    }
  }

  void forget(SnapshotName name) {
    ledger.remove(name);
  }

  /** What takes space in the Store and belongs to no Snapshot. */
  List<String> leftovers() throws IOException {
    List<String> leftovers = new ArrayList<>();
    try (Store store = open()) {
      Set<SnapshotName> visible = Set.copyOf(store.visible());
      addUnless(
          storePath().resolve("runs"),
          name -> !name.startsWith(".") || name.equals(".changed"),
          leftovers);
      for (MailboxAddress mailbox : store.mailboxes()) {
        Optional<MailboxStore> found = MailboxStore.find(store.root(), mailbox);
        if (found.isEmpty()) {
          leftovers.add(mailbox.toString());
          continue;
        }
        try (MailboxStore kept = found.get()) {
          Map<String, Set<String>> needed = new HashMap<>();
          for (SnapshotName name : kept.names()) {
            if (visible.contains(name)) {
              for (ManifestFolder folder : kept.manifest(name).folders()) {
                needed.put(folder.listing(), new HashSet<>());
              }
            }
          }
          Set<String> pooled = new HashSet<>();
          for (String listing : needed.keySet()) {
            kept.listing(listing).messages().forEach(m -> pooled.add(m.poolName()));
          }
          Path directory = storePath().resolve(mailbox.domain()).resolve(mailbox.localPart());
          addUnless(
              directory.resolve("snapshots"),
              name -> !name.startsWith(".") && visible.contains(new SnapshotName(name)),
              leftovers);
          addUnless(
              directory.resolve("listings"),
              name -> needed.containsKey(name.replace(".gz", "")),
              leftovers);
          addUnless(directory.resolve("pool"), pooled::contains, leftovers);
        }
      }
    }
    return leftovers;
  }

  private static void addUnless(
      Path directory, java.util.function.Predicate<String> needed, List<String> leftovers)
      throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      files
          .filter(file -> !needed.test(file.getFileName().toString()))
          .forEach(file -> leftovers.add(file.toString()));
    }
  }

  static void remove(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
