package org.mailtimemachine.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/** What every storage strategy promises, on the file systems that it is made for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class StorageStrategyContract {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T00:00:00Z"), ZoneOffset.UTC);
  private static final SnapshotName D20 = new SnapshotName("2026-11-20");
  private static final SnapshotName D21 = new SnapshotName("2026-11-21");
  private static final SnapshotName D22 = new SnapshotName("2026-11-22");

  private final StorageStrategy strategy;
  private final AtomicInteger tests = new AtomicInteger();
  private Path mail;
  private Path storePath;
  private MailboxFixture anna;

  StorageStrategyContract(StorageStrategy strategy) {
    this.strategy = strategy;
  }

  /** Makes the file systems, or skips all tests of the class. */
  abstract void makeFileSystems() throws Exception;

  abstract void removeFileSystems() throws Exception;

  @BeforeAll
  void before() throws Exception {
    makeFileSystems();
  }

  @AfterAll
  void after() throws Exception {
    removeFileSystems();
  }

  /** A directory for the Maildirs of one test. */
  abstract Path mailDirectory() throws IOException;

  /** A directory for its Store. */
  abstract Path storeDirectory() throws IOException;

  /** Puts a file system of its own on a directory that does not exist yet. */
  abstract void nest(Path directory) throws IOException;

  /** What a take leaves behind on the file system while it runs; empty when none does. */
  abstract List<String> frozen() throws IOException;

  @BeforeEach
  void mailbox() throws IOException {
    int number = tests.incrementAndGet();
    mail = Files.createDirectories(mailDirectory().resolve("mail" + number));
    storePath = storeDirectory().resolve("store" + number);
    anna = new MailboxFixture(mail, "anna");
  }

  private SnapshotEngine open() throws IOException {
    return SnapshotEngine.open(mail, storePath, Optional.of(strategy), CLOCK);
  }

  private Run take(SnapshotName name) throws IOException {
    try (SnapshotEngine engine = open()) {
      Run run = engine.take(name, TakeProgress.NONE);
      assertThat(frozen()).isEmpty();
      return run;
    }
  }

  private List<ListedMessage> messages(SnapshotName name, String folder) throws IOException {
    try (Store store = Store.open(storePath)) {
      ManifestFolder found =
          store.manifest(anna.address(), name).folder(new FolderName(folder)).orElseThrow();
      return store.listing(anna.address(), found.listing()).messages();
    }
  }

  private String read(SnapshotName name, String folder, String base) throws IOException {
    ListedMessage message =
        messages(name, folder).stream()
            .filter(m -> m.baseName().equals(base))
            .findFirst()
            .orElseThrow();
    try (Store store = Store.open(storePath);
        var stored = store.message(anna.address(), message.poolName())) {
      byte[] bytes = new byte[(int) stored.size()];
      int read = bytes.length == 0 ? 0 : stored.read(0, bytes, 0, bytes.length);
      assertThat(read).isEqualTo(bytes.length);
      return new String(bytes, UTF_8);
    }
  }

  private List<String> pool() throws IOException {
    try (Stream<Path> files = Files.list(storePath.resolve("example.test/anna/pool"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private List<Finding> check() throws IOException {
    try (Store store = Store.open(storePath)) {
      return new SnapshotCheck(store).run().findings();
    }
  }

  /** Waits until all directories are older than the two seconds in which times prove nothing. */
  private void settle() throws Exception {
    // Some keep whole seconds.
    int unsettled = strategy == StorageStrategy.ZFS ? 3_100 : 2_100;
    Instant newest = Instant.EPOCH;
    try (Stream<Path> directories = Files.walk(mail).filter(Files::isDirectory)) {
      for (Path directory : directories.toList()) {
        FileTime changed = (FileTime) Files.getAttribute(directory, "unix:ctime");
        newest = changed.toInstant().isAfter(newest) ? changed.toInstant() : newest;
      }
    }
    long millis =
        newest.plusMillis(unsettled).toEpochMilli() - Clock.systemUTC().instant().toEpochMilli();
    Thread.sleep(Math.clamp(millis, 0, 5_000));
  }

  @Test
  void aDeletedMessageStaysInThePastByteForByteUntilItExpires() throws Exception {
    anna.folder(".Sent");
    anna.message("cur", "1.a:2,S");
    anna.message("new", "2.b");
    anna.message(".Sent/cur", "3.c:2,FS");
    SnapshotName first = SnapshotName.nightly(LocalDate.of(2026, 11, 1));
    assertThat(take(first).messages()).isEqualTo(3);
    anna.delete("cur/1.a:2,S");
    if (!strategy.links() && !strategy.freezes()) {
      settle(); // nothing else tells there what is gone from what was not seen
    }
    for (int day = 2; day <= 4; day++) {
      Run run = take(SnapshotName.nightly(LocalDate.of(2026, 11, day)));
      assertThat(run.complete()).isTrue();
      assertThat(run.newLinks()).isZero();
      assertThat(messages(run.name(), "INBOX"))
          .extracting(ListedMessage::baseName)
          .containsExactly("2.b");
    }
    assertThat(read(first, "INBOX", "1.a")).isEqualTo("Subject: 1.a:2,S\n\nbody of 1.a:2,S\n");
    assertThat(messages(first, "Sent").getFirst().internalDate().getEpochSecond())
        .isEqualTo(Instant.parse("2026-11-01T10:00:00Z").getEpochSecond());
    assertThat(check()).isEmpty();
    try (Store store = Store.open(storePath)) {
      new Expiry(store).run(new Retention(3), LocalDate.of(2026, 11, 5));
      assertThat(store.visible()).doesNotContain(first);
    }
    assertThat(pool()).containsExactly("2.b", "3.c");
    assertThat(check()).isEmpty();
  }

  @Test
  void flagsMovesAndReadingCostNothingInThePool() throws Exception {
    anna.folder(".Archive");
    anna.message("new", "1.a");
    anna.message("cur", "2.b:2,S");
    anna.message("cur", "3.c:2,");
    take(D21);
    List<String> before = pool();
    anna.rename("new/1.a", "cur/1.a:2,S");
    anna.rename("cur/2.b:2,S", "cur/2.b:2,FS");
    anna.rename("cur/3.c:2,", ".Archive/cur/3.c:2,S");
    assertThat(take(D22).newLinks()).isZero();
    assertThat(pool()).isEqualTo(before);
    assertThat(messages(D22, "INBOX"))
        .extracting(m -> m.baseName() + " " + m.flags().letters())
        .containsExactly("1.a S", "2.b FS");
    assertThat(messages(D22, "Archive")).extracting(ListedMessage::poolName).containsExactly("3.c");
    assertThat(check()).isEmpty();
  }

  @Test
  void hardLinkedCopiesOfOneNightAreKeptOnce() throws Exception {
    anna.folder(".Copies");
    Path one = anna.message("cur", "1.a:2,S");
    Files.createLink(anna.path().resolve("cur/0.copy:2,"), one);
    Files.createLink(anna.path().resolve(".Copies/cur/9.copy:2,F"), one);
    Run run = take(D21);
    assertThat(run.messages()).isEqualTo(3);
    assertThat(run.newLinks()).isEqualTo(1);
    assertThat(pool()).hasSize(1);
    Files.createLink(anna.path().resolve("cur/5.later:2,S"), one);
    take(D22);
    assertThat(messages(D22, "INBOX")).hasSize(3);
    // Only a link knows in another night that it is the same inode.
    assertThat(pool()).hasSizeLessThanOrEqualTo(strategy.links() ? 1 : 2);
    assertThat(check()).isEmpty();
  }

  @Test
  void twoFilesOfOneNameAreTwoMessages() throws Exception {
    anna.folder(".Other");
    anna.message("cur", "1.a:2,S");
    Files.writeString(anna.path().resolve("new/1.a"), "another one");
    Files.writeString(anna.path().resolve(".Other/cur/1.a:2,"), "a third one");
    assertThat(take(D21).messages()).isEqualTo(3);
    assertThat(pool()).hasSize(3);
    anna.folder(".More");
    take(D22);
    assertThat(pool()).hasSize(3);
    assertThat(read(D22, "Other", "1.a")).isEqualTo("a third one");
    assertThat(check()).isEmpty();
  }

  @Test
  void anUnchangedNightWritesNoByte() throws Exception {
    anna.message("cur", "1.a:2,S");
    settle();
    take(D20);
    take(D21);
    take(D22);
    Path snapshots = storePath.resolve("example.test/anna/snapshots");
    assertThat(Files.getAttribute(snapshots.resolve("2026-11-22"), "unix:ino"))
        .isEqualTo(Files.getAttribute(snapshots.resolve("2026-11-20"), "unix:ino"));
    try (Stream<Path> listings = Files.list(storePath.resolve("example.test/anna/listings"))) {
      assertThat(listings).hasSize(1);
    }
  }

  @Test
  void anEditInPlaceIsFoundOrChangesNothing() throws Exception {
    Path live = anna.message("cur", "1.a:2,S");
    take(D21);
    Files.writeString(live, "forged", StandardOpenOption.APPEND);
    if (strategy.links()) {
      assertThat(check()).singleElement().asString().contains("1.a");
    } else {
      assertThat(check()).isEmpty();
      assertThat(read(D21, "INBOX", "1.a")).isEqualTo("Subject: 1.a:2,S\n\nbody of 1.a:2,S\n");
      // It is another message now, and both are kept.
      anna.message("cur", "2.b:2,");
      take(D22);
      assertThat(read(D22, "INBOX", "1.a")).endsWith("forged");
      assertThat(read(D21, "INBOX", "1.a")).doesNotContain("forged");
      assertThat(check()).isEmpty();
    }
  }

  @Test
  void aTakeThatIsKilledLeavesNothingForLong() throws Exception {
    anna.folder(".Sent");
    for (int i = 0; i < 400; i++) {
      anna.message(i % 2 == 0 ? "cur" : ".Sent/cur", i + ".m:2,S");
    }
    take(D20);
    Random random = new Random(strategy.text().hashCode());
    int kills = strategy == StorageStrategy.ZFS ? 1 : 2; // it is slow in user space
    for (int kill = 0; kill < kills; kill++) {
      for (int i = 0; i < 200; i++) {
        anna.message("cur", i + ".of-kill-" + kill + ":2,");
      }
      SnapshotName name = SnapshotName.nightly(LocalDate.of(2026, 12, 1 + kill));
      killTake(name, random.nextInt(120));
      Run run = take(name);
      assertThat(run.complete()).isTrue();
      assertThat(anna.look(Store.open(storePath), name)).isEqualTo(anna.look());
    }
    assertThat(pool()).noneMatch(file -> file.startsWith("."));
    assertThat(storePath.resolve(View.DIRECTORY)).doesNotExist();
    assertThat(check()).isEmpty();
  }

  private void killTake(SnapshotName name, int afterMillis) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                KilledTakeTest.TakeProcess.class.getName(),
                mail.toString(),
                storePath.toString(),
                name.text())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo("ready");
      LockSupport.parkNanos(afterMillis * 1_000_000L);
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
  }

  @Test
  void aMailboxOnAnotherFileSystemBelowIsNeverTakenForAnEmptyOne() throws Exception {
    anna.message("cur", "1.a:2,S");
    nest(mail.resolve("example.test/nested"));
    nest(mail.resolve("nested.test"));
    new MailboxFixture(mail, "nested").message("cur", "1.b:2,S");
    Path bruno = Files.createDirectories(mail.resolve("nested.test/bruno/cur"));
    Files.writeString(bruno.resolve("1.c:2,S"), "to Bruno");
    Run run = take(D22);
    if (run.complete()) {
      assertThat(run.messages()).isEqualTo(3);
    } else {
      assertThat(run.messages()).isEqualTo(1);
      assertThat(run.failed()).hasSize(2);
      assertThat(run.failed().values()).allMatch(why -> why.contains("file system"));
      assertThat(run.failed().keySet()).noneMatch(what -> what.contains(View.DIRECTORY));
      // The remedy that is named, which is no other store.
      assertThat(run.failed().values()).allMatch(why -> why.contains("'copy'"));
      Files.writeString(storePath.resolve("strategy"), "copy\n");
      try (SnapshotEngine engine = SnapshotEngine.open(mail, storePath, CLOCK)) {
        Run again = engine.take(D22, TakeProgress.NONE);
        assertThat(again.complete()).isTrue();
        assertThat(again.messages()).isEqualTo(3);
      }
    }
    assertThat(messages(D22, "INBOX")).hasSize(1);
  }

  @Test
  void aFolderOnAnotherFileSystemBelowIsNeverTakenForAnEmptyOne() throws Exception {
    anna.message("cur", "1.a:2,S");
    nest(anna.path().resolve(".Big"));
    anna.folder(".Big");
    anna.message(".Big/cur", "2.b:2,S");
    try (SnapshotEngine engine = open()) {
      if (strategy.freezes() || strategy.links()) {
        assertThatThrownBy(() -> engine.take(D22, TakeProgress.NONE))
            .hasMessageContaining("no mailbox could be taken")
            .hasMessageContaining(".Big");
      } else {
        assertThat(engine.take(D22, TakeProgress.NONE).messages()).isEqualTo(2);
      }
    }
  }

  @Test
  void noMessageThatExistedThroughoutAStormOfRenamesIsMissed() throws Exception {
    int messages = 300;
    String[] folders = {"cur", ".A/cur", ".B/cur"};
    anna.folder(".A").folder(".B");
    for (int i = 0; i < messages; i++) {
      anna.message(folders[i % 3], i + ".m:2,");
    }
    AtomicBoolean stop = new AtomicBoolean();
    Thread client = Thread.ofPlatform().start(() -> renameUntil(stop, messages, folders));
    try (SnapshotEngine engine = open()) {
      int days = strategy.freezes() ? 2 : 4;
      for (int day = 1; day <= days; day++) {
        SnapshotName name = SnapshotName.nightly(LocalDate.of(2026, 11, day));
        Run run = engine.take(name, TakeProgress.NONE);
        assertThat(run.newLinks()).isEqualTo(day == 1 ? messages : 0);
        Set<String> seen =
            anna.look(engine.store(), name).stream()
                .map(path -> path.substring(path.indexOf('/') + 1))
                .collect(Collectors.toSet());
        assertThat(seen).hasSize(messages);
        if (strategy.freezes()) {
          // One instant: no message is in two places, and nothing was uncertain.
          assertThat(anna.look(engine.store(), name)).hasSize(messages);
          assertThat(engine.store().manifest(anna.address(), name).folders())
              .noneMatch(ManifestFolder::busy);
        }
      }
    } finally {
      stop.set(true);
      client.join();
    }
    assertThat(check()).isEmpty();
  }

  private void renameUntil(AtomicBoolean stop, int messages, String[] folders) {
    Random random = new Random(7);
    List<Path> at = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      at.add(anna.path().resolve(folders[i % 3]).resolve(i + ".m:2,"));
    }
    try {
      while (!stop.get()) {
        int i = random.nextInt(messages);
        String folder = folders[random.nextInt(3)];
        Path to =
            anna.path().resolve(folder).resolve(i + ".m:2," + (random.nextBoolean() ? "S" : "FS"));
        Files.move(at.get(i), to);
        at.set(i, to);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatIsDeletedAfterTheTakeBeganIsInAFrozenOne() throws Exception {
    anna.message("cur", "1.a:2,S");
    var settings = MailboxSettings.inDirectories(mail);
    var deleting =
        new MailboxSettings(
            mail,
            (root, findings) -> {
              Files.deleteIfExists(anna.path().resolve("cur/1.a:2,S"));
              settings.mailboxes().find(root, findings);
            });
    try (SnapshotEngine engine =
        SnapshotEngine.open(deleting, storePath, Optional.of(strategy), CLOCK)) {
      engine.take(D22, TakeProgress.NONE);
    }
    assertThat(messages(D22, "INBOX")).hasSize(strategy.freezes() ? 1 : 0);
  }

  @Test
  void aStoreKeepsItsStrategy() throws Exception {
    anna.message("cur", "1.a:2,S");
    take(D21);
    assertThat(storePath.resolve("strategy")).hasContent(strategy.text());
    StorageStrategy other =
        strategy == StorageStrategy.COPY ? StorageStrategy.REFLINK : StorageStrategy.COPY;
    assertThatThrownBy(() -> SnapshotEngine.open(mail, storePath, Optional.of(other), CLOCK))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("keeps by '%s', not by '%s'".formatted(strategy, other));
    try (SnapshotEngine engine = SnapshotEngine.open(mail, storePath, CLOCK)) {
      assertThat(engine.store().strategy()).isEqualTo(strategy);
    }
    // By hand, as the documentation says: what is there stays as it is.
    Files.writeString(storePath.resolve("strategy"), "copy\n");
    try (SnapshotEngine engine = SnapshotEngine.open(mail, storePath, CLOCK)) {
      anna.rename("cur/1.a:2,S", "cur/1.a:2,FS");
      anna.message("cur", "2.b:2,");
      assertThat(engine.take(D22, TakeProgress.NONE).newLinks()).isEqualTo(1);
    }
    assertThat(check()).isEmpty();
  }
}
