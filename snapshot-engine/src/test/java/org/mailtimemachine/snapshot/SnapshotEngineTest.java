package org.mailtimemachine.snapshot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.maildir.SpecialUse;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

class SnapshotEngineTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T14:30:07Z"), ZoneId.of("Europe/Rome"));
  private static final SnapshotName D20 = new SnapshotName("2026-11-20");
  private static final SnapshotName D21 = new SnapshotName("2026-11-21");
  private static final SnapshotName D22 = new SnapshotName("2026-11-22");

  @TempDir Path root;
  private Path mail;
  private Path storePath;
  private MailboxFixture anna;

  @BeforeEach
  void mailbox() throws IOException {
    mail = root.resolve("mail");
    storePath = root.resolve("store");
    anna = new MailboxFixture(mail, "anna");
  }

  private Run take(SnapshotName name) throws IOException {
    try (SnapshotEngine engine = SnapshotEngine.open(mail, storePath, CLOCK)) {
      return engine.take(name, TakeProgress.NONE);
    }
  }

  private Store store() throws IOException {
    return Store.open(storePath);
  }

  private Manifest manifest(SnapshotName name) throws IOException {
    try (Store store = store()) {
      return store.manifest(anna.address(), name);
    }
  }

  private List<ListedMessage> messages(SnapshotName name, String folder) throws IOException {
    try (Store store = store()) {
      ManifestFolder found =
          store.manifest(anna.address(), name).folder(new FolderName(folder)).orElseThrow();
      return store.listing(anna.address(), found.listing()).messages();
    }
  }

  /** Lets the directories look as if nobody had touched them for a minute. */
  private void settle() throws IOException {
    // The change time cannot be set back: wait until the two seconds of the racy rule are over.
    Instant newest = Instant.EPOCH;
    try (Stream<Path> directories = Files.walk(mail).filter(Files::isDirectory)) {
      for (Path directory : directories.toList()) {
        FileTime changed = (FileTime) Files.getAttribute(directory, "unix:ctime");
        newest = changed.toInstant().isAfter(newest) ? changed.toInstant() : newest;
      }
    }
    Instant until = newest.plusMillis(2_100);
    while (Clock.systemUTC().instant().isBefore(until)) {
      Thread.onSpinWait();
    }
  }

  @Test
  void everyMessageIsThereWithItsFlagsSizeAndDate() throws IOException {
    anna.folder(".Sent").folder(".Citt&AOA-");
    anna.message("cur", "1.a,S=30:2,FSb");
    anna.message("new", "2.b");
    anna.message(".Sent/cur", "3.c:2,S");
    Files.writeString(anna.path().resolve("subscriptions"), "V\t2\n\nSent\n");
    Files.writeString(anna.path().resolve("dovecot-uidlist"), "3 V77 N9 Gx\n8 :1.a,S=30\n");
    Files.writeString(anna.path().resolve("dovecot-keywords"), "1 Lavoro\n");

    Run run = take(D22);

    assertThat(run.mailboxes()).isEqualTo(1);
    assertThat(run.messages()).isEqualTo(3);
    assertThat(run.newLinks()).isEqualTo(3);
    assertThat(run.warnings()).isEmpty();
    Manifest manifest = manifest(D22);
    assertThat(manifest.folders())
        .extracting(f -> f.name() + " " + f.subscribed() + " " + f.messages() + " " + f.unread())
        .containsExactly("INBOX true 2 1", "Città false 0 0", "Sent true 1 0");
    assertThat(manifest.folder(new FolderName("Sent")).orElseThrow().specialUse())
        .hasValue(SpecialUse.SENT);
    assertThat(manifest.folder(FolderName.INBOX).orElseThrow().uidValidity()).hasValue(77);
    ListedMessage first = messages(D22, "INBOX").getFirst();
    assertThat(first.baseName()).isEqualTo("1.a,S=30");
    assertThat(first.flags().letters()).isEqualTo("FS");
    assertThat(first.keywords()).isEqualTo("b");
    assertThat(first.uid()).hasValue(8);
    assertThat(first.size()).isEqualTo(Files.size(anna.path().resolve("cur/1.a,S=30:2,FSb")));
    assertThat(first.internalDate()).isEqualTo(Instant.parse("2026-11-01T10:00:00.123456789Z"));
  }

  @Test
  void aDeletedMessageStaysInThePastByteForByte() throws IOException {
    Path live = anna.message("cur", "1.a:2,S");
    byte[] bytes = Files.readAllBytes(live);
    take(D21);
    Files.delete(live);
    take(D22);

    assertThat(messages(D22, "INBOX")).isEmpty();
    ListedMessage message = messages(D21, "INBOX").getFirst();
    try (Store store = store();
        var stored = store.message(anna.address(), message.poolName())) {
      byte[] read = new byte[(int) stored.size()];
      assertThat(stored.read(0, read, 0, read.length)).isEqualTo(bytes.length);
      assertThat(read).isEqualTo(bytes);
    }
  }

  @Test
  void flagsMovesAndReadingCostNoLink() throws IOException {
    anna.folder(".Archive");
    anna.message("new", "1.a");
    anna.message("cur", "2.b:2,S");
    anna.message("cur", "3.c:2,");
    take(D21);
    anna.rename("new/1.a", "cur/1.a:2,S");
    anna.rename("cur/2.b:2,S", "cur/2.b:2,FS");
    anna.rename("cur/3.c:2,", ".Archive/cur/3.c:2,S");

    assertThat(take(D22).newLinks()).isZero();
    assertThat(messages(D22, "INBOX"))
        .extracting(m -> m.baseName() + " " + m.flags().letters())
        .containsExactly("1.a S", "2.b FS");
    assertThat(messages(D22, "Archive")).extracting(ListedMessage::poolName).containsExactly("3.c");
    assertThat(pool()).containsExactlyInAnyOrder("1.a", "2.b", "3.c");
  }

  @Test
  void aHardLinkedCopyInTheSameFolderIsASecondEntryButNoSecondLink() throws IOException {
    Path one = anna.message("cur", "1.a:2,S");
    take(D21);
    Files.createLink(anna.path().resolve("cur/9.copy:2,S"), one);
    take(D22);
    assertThat(messages(D22, "INBOX"))
        .extracting(m -> m.baseName() + " in " + m.poolName())
        .containsExactly("1.a in 1.a", "9.copy in 1.a");
    assertThat(pool()).containsExactly("1.a");
  }

  @Test
  void aCopyMadeBeforeTheFirstSnapshotIsLinkedOnce() throws IOException {
    anna.folder(".Copies");
    Path one = anna.message("cur", "1.a:2,S");
    Files.createLink(anna.path().resolve("cur/0.copy:2,"), one);
    Files.createLink(anna.path().resolve(".Copies/cur/1.a:2,F"), one);
    Run run = take(D22);
    assertThat(run.messages()).isEqualTo(3);
    assertThat(run.newLinks()).isEqualTo(1);
    assertThat(pool()).hasSize(1);
  }

  @Test
  void twoFilesOfOneNameAreTwoMessages() throws IOException {
    anna.folder(".Other");
    anna.message("cur", "1.a:2,S");
    Files.writeString(anna.path().resolve("new/1.a"), "another one");
    Files.writeString(anna.path().resolve(".Other/cur/1.a:2,"), "a third one");
    Run run = take(D22);
    assertThat(run.messages()).isEqualTo(3);
    assertThat(pool()).hasSize(3);
    assertThat(messages(D22, "INBOX")).extracting(ListedMessage::baseName).containsOnly("1.a");
    assertThat(check()).isEmpty();
  }

  @Test
  void anUnchangedMailboxCostsOneNameAndNoByte() throws IOException {
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
  void aMessageThatOtherBackupsHoldByALinkIsGoneAllTheSame() throws IOException {
    Path live = anna.message("cur", "1.a:2,S");
    take(D21);
    Files.createLink(root.resolve("another backup of it"), live);
    Files.delete(live); // the folder is not settled, and the link count says that it may be alive
    take(D22);
    assertThat(messages(D22, "INBOX")).isEmpty();
    assertThat(manifest(D22).folders().getFirst().busy()).isFalse();
  }

  @Test
  void aChangeInTheSameInstantAsTheListingIsSeenTheNextTime() throws IOException {
    anna.message("cur", "1.a:2,S");
    take(D21); // not settled: the directory is younger than two seconds
    Path cur = anna.path().resolve("cur");
    FileTime before = Files.getLastModifiedTime(cur);
    anna.message("cur", "2.b:2,S");
    Files.setLastModifiedTime(cur, before);
    take(D22);
    assertThat(messages(D22, "INBOX")).hasSize(2);
  }

  @Test
  void anOwnerCannotHideAChangeBySettingTheTimeBack() throws IOException {
    anna.message("cur", "1.a:2,S");
    settle();
    take(D21);
    Path cur = anna.path().resolve("cur");
    FileTime before = Files.getLastModifiedTime(cur);
    anna.message("cur", "2.b:2,S");
    Files.setLastModifiedTime(cur, before);
    take(D22);
    assertThat(messages(D22, "INBOX")).hasSize(2);
  }

  @Test
  void foldersThatComeAndGoAreSeenAsTheyWere() throws IOException {
    anna.folder(".Old");
    anna.message(".Old/cur", "1.a:2,S");
    take(D21);
    Files.move(anna.path().resolve(".Old"), anna.path().resolve(".New"));
    Run run = take(D22);
    assertThat(run.newLinks()).isZero();
    assertThat(manifest(D21).folder(new FolderName("Old"))).isPresent();
    assertThat(manifest(D22).folder(new FolderName("Old"))).isEmpty();
    assertThat(messages(D22, "New")).hasSize(1);
  }

  @Test
  void aSubscriptionAloneIsAChange() throws IOException {
    anna.folder(".Lists");
    settle();
    take(D21);
    Files.writeString(anna.path().resolve("subscriptions"), "V\t2\n\nLists\n");
    take(D22);
    assertThat(manifest(D21).folder(new FolderName("Lists")).orElseThrow().subscribed()).isFalse();
    assertThat(manifest(D22).folder(new FolderName("Lists")).orElseThrow().subscribed()).isTrue();
  }

  @Test
  void whatIsNoMailIsNamedAndEverythingElseIsTaken() throws Exception {
    anna.message("cur", "1.good:2,S");
    Path secret = Files.writeString(root.resolve("secret"), "not hers");
    Files.createSymbolicLink(anna.path().resolve("cur/2.link:2,S"), secret);
    new ProcessBuilder("mkfifo", anna.path().resolve("cur/3.fifo").toString()).start().waitFor();
    Files.createDirectory(anna.path().resolve("cur/4.directory"));
    Files.createSymbolicLink(anna.path().resolve(".Linked"), root);
    Files.createSymbolicLink(mail.resolve("example.test/linked"), anna.path());
    try (DirectoryHandle cur = DirectoryHandle.open(anna.path().resolve("cur"))) {
      cur.create(new FileName("5.caf\u00e9\u00ff:2,S"), 0600).close();
    }
    Path unreadable = anna.message("cur", "6.mode000:2,");
    Files.setPosixFilePermissions(unreadable, PosixFilePermissions.fromString("---------"));

    Run run = take(D22);

    assertThat(run.complete()).isTrue();
    assertThat(messages(D22, "INBOX"))
        .extracting(ListedMessage::baseName)
        .containsExactly("1.good", "5.caf%E9%FF", "6.mode000");
    assertThat(run.warnings())
        .hasSize(5)
        .anyMatch(w -> w.contains("cur/2.link"))
        .anyMatch(w -> w.contains("cur/3.fifo"))
        .anyMatch(w -> w.contains("cur/4.directory"))
        .anyMatch(w -> w.contains(".Linked"))
        .anyMatch(w -> w.contains("example.test/linked"));
    assertThat(pool()).doesNotContain("2.link");
  }

  @Test
  void aHardLinkToSomebodyElsesFileIsNotKept() throws IOException {
    assumeThat(Files.getAttribute(root, "unix:uid"))
        .as("only root can give files away")
        .isEqualTo(0);
    Path foreign = Files.writeString(root.resolve("foreign"), "of another user");
    Files.setAttribute(foreign, "unix:uid", 12345, LinkOption.NOFOLLOW_LINKS);
    Files.createLink(anna.path().resolve("cur/1.stolen:2,S"), foreign);
    Run run = take(D22);
    assertThat(run.messages()).isZero();
    assertThat(run.warnings()).singleElement().asString().contains("1.stolen").contains("12345");
    assertThat(pool()).isEmpty();
  }

  @Test
  void aFolderThatCannotBeReadIsKeptAsItWas() throws IOException {
    anna.folder(".Work");
    anna.message(".Work/cur", "1.a:2,S");
    take(D21);
    Path work = anna.path().resolve(".Work");
    Files.move(work.resolve("cur"), work.resolve("away"));
    Files.createSymbolicLink(work.resolve("cur"), work.resolve("away"));
    Run run = take(D22);
    assertThat(run.warnings()).singleElement().asString().contains(".Work/cur");
    assertThat(messages(D22, "Work")).hasSize(1);
    assertThat(manifest(D22).folder(new FolderName("Work")).orElseThrow().busy()).isTrue();
  }

  @Test
  void aMessageThatCouldNotBeKeptIsTriedAgainTheNextNight() throws IOException {
    assumeThat(Files.getAttribute(root, "unix:uid"))
        .as("only root can give files away")
        .isEqualTo(0);
    Path message = anna.message("cur", "1.a:2,S");
    Files.setAttribute(message, "unix:uid", 12345, LinkOption.NOFOLLOW_LINKS);
    settle();
    assertThat(take(D20).messages()).isZero();
    Files.setAttribute(message, "unix:uid", 0, LinkOption.NOFOLLOW_LINKS);
    assertThat(take(D21).messages()).isEqualTo(1);
  }

  @Test
  void aFolderThatIsRenamedWhileItsParentsAreListedIsNotLost() throws IOException {
    anna.folder("archive").folder("projects/A");
    anna.message("projects/A/cur", "1.a:2,S");
    // What is warned of is deep, and between the two that are listed before and after it.
    Files.createDirectories(anna.path().resolve("between" + "/d".repeat(45)));
    settle();
    take(D20);
    AtomicBoolean renamed = new AtomicBoolean();
    Consumer<String> rename =
        warning -> {
          if (!renamed.getAndSet(true)) {
            try {
              anna.rename("projects/A", "archive/A");
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    try (Store store = store();
        MailboxStore kept = MailboxStore.find(store.root(), anna.address()).orElseThrow();
        Maildir maildir = new Maildir(DirectoryHandle.open(anna.path()), rename);
        View view = View.live(mail, Clock.systemUTC())) {
      List<ManifestFolder> before = manifest(D20).folders();
      assertThat(before).extracting(ManifestFolder::directory).contains("projects/A");
      List<ManifestFolder> folders =
          new MailboxTake(maildir, kept, StorageStrategy.HARDLINK, before, view, warning -> {})
              .take();
      assertThat(renamed).isTrue();
      assertThat(folders)
          .extracting(ManifestFolder::directory, ManifestFolder::messages)
          .contains(tuple("archive/A", 1L));
    }
  }

  @Test
  void aLinkIsNotThrownAwayForOneThatThePoolHasLost() throws IOException {
    Path live = anna.message("cur", "1.a:2,S");
    take(D20);
    Files.delete(storePath.resolve("example.test/anna/pool/1.a"));
    Files.createLink(anna.path().resolve("cur/2.b:2,S"), live);
    take(D21);
    assertThat(pool()).containsExactly("2.b");
    assertThat(messages(D21, "INBOX")).extracting(ListedMessage::poolName).contains("2.b");
  }

  @Test
  void aDamagedListingOfYesterdayDoesNotKeepTodaysMailOut() throws IOException {
    anna.message("cur", "1.a:2,S");
    take(D20);
    try (Stream<Path> files = Files.list(storePath.resolve("example.test/anna/listings"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    anna.message("cur", "2.b:2,S");
    Run run = take(D21);
    assertThat(run.complete()).isTrue();
    assertThat(run.warnings()).hasSize(1);
    assertThat(messages(D21, "INBOX")).hasSize(2);
  }

  @Test
  void aDamagedManifestOfYesterdayDoesNotKeepTodaysMailOut() throws IOException {
    anna.message("cur", "1.a:2,S");
    take(D20);
    take(D21);
    Files.write(storePath.resolve("example.test/anna/snapshots/2026-11-21"), new byte[3]);
    anna.message("cur", "2.b:2,S");
    Run run = take(D22);
    assertThat(run.complete()).isTrue();
    assertThat(messages(D22, "INBOX")).hasSize(2);
    assertThat(run.newLinks()).isEqualTo(1);
  }

  @Test
  void anOwnerWhoForeseesPoolNamesGainsNothing() throws IOException {
    String longest = "n".repeat(250);
    anna.folder(".A").folder(".B");
    Path second = anna.message(".B/cur", longest + ":2,S");
    long inode = (Long) Files.getAttribute(second, "unix:ino");
    String suffix = "~" + inode;
    anna.message("cur", longest + ":2,S");
    String foreseen = longest.substring(0, Math.min(250, 255 - suffix.length())) + suffix;
    anna.message(".A/cur", foreseen);
    Run run = take(D22);
    assertThat(run.messages()).isEqualTo(3);
    assertThat(pool()).hasSize(3);
  }

  @Test
  void ofAHalfFinishedNightNothingBecomesVisibleByALaterTakeOfOneMailbox() throws IOException {
    MailboxFixture bruno = new MailboxFixture(mail, "bruno");
    anna.message("cur", "1.a:2,S");
    bruno.message("cur", "2.b:2,S");
    take(D21);
    // A take of the 22nd that published both and was killed before its record was written.
    take(D22);
    // The mark that it was begun is there until the record is: also while the record is written.
    Files.delete(storePath.resolve("runs/2026-11-22"));
    Files.createFile(storePath.resolve("runs/.2026-11-22"));
    Files.writeString(storePath.resolve("runs/.2026-11-22.new"), "half a rec");
    try (SnapshotEngine engine = SnapshotEngine.open(mail, storePath, CLOCK)) {
      engine.take(D22, java.util.Set.of(anna.address()), TakeProgress.NONE);
      assertThat(engine.store().snapshots(anna.address())).containsExactly(D21, D22);
      assertThat(engine.store().snapshots(bruno.address())).containsExactly(D21);
    }
    try (Stream<Path> runs = Files.list(storePath.resolve("runs"))) {
      assertThat(runs.map(run -> run.getFileName().toString()))
          .containsExactlyInAnyOrder("2026-11-21", "2026-11-22");
    }
  }

  @Test
  void whatMayHoldMailboxesAndCannotBeReadMakesTheNightIncomplete() throws IOException {
    Files.createDirectories(mail.resolve("example.test"));
    try (DirectoryHandle domain = DirectoryHandle.open(mail.resolve("example.test"))) {
      domain
          .makeDirectory(new FileName("caf\u00e9"), 0700)
          .makeDirectory(new FileName("cur"), 0700)
          .close();
    }
    Run run = take(D22);
    assertThat(run.mailboxes()).isEqualTo(1);
    assertThat(run.complete()).isFalse();
    assertThat(run.failed()).hasSize(1);
  }

  @Test
  void aNightOfANameThatIsThereAlreadyChangesNothing() throws IOException {
    anna.message("cur", "1.a:2,S");
    take(D22);
    anna.message("cur", "2.b:2,S");
    Run again = take(D22);
    assertThat(again.mailboxes()).isEqualTo(1);
    assertThat(again.messages()).isEqualTo(1);
    assertThat(messages(D22, "INBOX")).hasSize(1);
  }

  @Test
  void aMailboxThatAppearedSinceIsAddedToTheNight() throws IOException {
    anna.message("cur", "1.a:2,S");
    take(D22);
    MailboxFixture bruno = new MailboxFixture(mail, "bruno");
    bruno.message("cur", "2.b:2,S");
    Run again = take(D22);
    assertThat(again.mailboxes()).isEqualTo(2);
    assertThat(again.messages()).isEqualTo(2);
    try (Store store = store()) {
      assertThat(store.mailboxes()).containsExactly(anna.address(), bruno.address());
      assertThat(store.snapshots(bruno.address())).containsExactly(D22);
    }
  }

  @Test
  void snapshotsByHandInOneMinuteGetDifferentNames() throws IOException {
    anna.message("cur", "1.a:2,S");
    try (SnapshotEngine engine = SnapshotEngine.open(mail, storePath, CLOCK)) {
      for (String expected : List.of("2026-11-22T1530", "2026-11-22T153007", "2026-11-22T153008")) {
        SnapshotName name = engine.nameByHand();
        assertThat(name.text()).isEqualTo(expected);
        engine.take(name, TakeProgress.NONE);
      }
      assertThat(engine.store().snapshots(anna.address())).hasSize(3);
    }
  }

  @Test
  void aMaildirBelowTheHomeDirectoryIsFoundToo() throws IOException {
    Path home = mail.resolve("example.test/carla/Maildir");
    for (String part : List.of("cur", "new", "tmp")) {
      Files.createDirectories(home.resolve(part));
    }
    Files.writeString(home.resolve("new/1.a"), "x");
    Run run = take(D22);
    assertThat(run.mailboxes()).isEqualTo(2);
    try (Store store = store()) {
      assertThat(store.manifest(new MailboxAddress("carla", "example.test"), D22).messages())
          .isEqualTo(1);
    }
  }

  @Test
  void twoTakesAtOnceDoNotMeet() throws IOException {
    try (Store store = Store.openOrMake(storePath);
        Store.StoreLock lock = store.lock()) {
      assertThat(lock.fileSystemTime().instant()).isAfter(Instant.EPOCH);
      assertThatThrownBy(() -> take(D22))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("another take or expiry is at work");
    }
    take(D22);
  }

  @Test
  void aStoreOnAnotherFileSystemIsRefusedWithTheRemedy() throws IOException {
    Path elsewhere = Path.of("/dev/shm");
    assumeThat(Files.isWritable(elsewhere)).as("another file system to try it with").isTrue();
    assumeThat(Files.getFileStore(elsewhere)).isNotEqualTo(Files.getFileStore(root));
    Path foreign = Files.createTempDirectory(elsewhere, "store-test");
    try {
      assertThatThrownBy(() -> SnapshotEngine.open(mail, foreign.resolve("store"), CLOCK))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("another file system")
          .hasMessageContaining("put the store on that of the Maildirs");
    } finally {
      try (Stream<Path> files = Files.walk(foreign)) {
        files.sorted(java.util.Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
      }
    }
  }

  @Test
  void anEmptyHostIsAMistakeAndNotAnEmptyDay() throws IOException {
    Path empty = Files.createDirectory(root.resolve("unmounted"));
    try (SnapshotEngine engine = SnapshotEngine.open(empty, storePath, CLOCK)) {
      assertThatThrownBy(() -> engine.take(D22, TakeProgress.NONE))
          .hasMessageContaining("no mailbox found in " + empty);
    }
    assertThat(storePath).doesNotExist();
  }

  @Test
  void aDirectoryThatHoldsSomethingElseIsNotTakenForAStore() throws IOException {
    Files.createDirectories(storePath);
    Files.writeString(storePath.resolve("holiday.jpg"), "x");
    assertThatThrownBy(() -> take(D22)).hasMessageContaining("neither empty nor a store");
    Files.delete(storePath.resolve("holiday.jpg"));
    take(D22);
    Files.writeString(storePath.resolve("format"), "mail-time-machine-store 99\n");
    assertThatThrownBy(() -> take(D22)).hasMessageContaining("mail-time-machine-store 99");
  }

  @Test
  void whatACrashLeftIsNeitherVisibleNorInTheWay() throws IOException {
    anna.message("cur", "1.a:2,S");
    take(D20);
    Path snapshots = storePath.resolve("example.test/anna/snapshots");
    Path listings = storePath.resolve("example.test/anna/listings");
    // A take of the 22nd that died: one manifest staged, one published, no run record, a torn
    // listing.
    Files.writeString(snapshots.resolve(".2026-11-22"), "half");
    Files.writeString(snapshots.resolve("2026-11-21"), "published, but the run never finished");
    Files.write(listings.resolve(".torn.gz"), new byte[] {1, 2, 3});
    try (Store store = store()) {
      assertThat(store.snapshots(anna.address())).containsExactly(D20);
      assertThat(store.visible()).containsExactly(D20);
    }
    anna.message("cur", "2.b:2,S");
    take(D21);
    take(D22);
    assertThat(messages(D21, "INBOX")).hasSize(2);
    assertThat(messages(D22, "INBOX")).hasSize(2);
    assertThat(check()).isEmpty();
  }

  @Test
  void aListingThatAPowerCutEmptiedIsWrittenAgain() throws IOException {
    anna.message("cur", "1.a:2,S");
    take(D21);
    Path listings = storePath.resolve("example.test/anna/listings");
    try (Stream<Path> files = Files.list(listings)) {
      for (Path file : files.toList()) {
        Files.write(file, new byte[0]);
      }
    }
    // It never became visible: its run was begun and has no record.
    Files.move(storePath.resolve("runs/2026-11-21"), storePath.resolve("runs/.2026-11-21"));
    take(D22);
    assertThat(messages(D22, "INBOX")).hasSize(1);
    assertThat(check()).isEmpty();
  }

  @Test
  void theStoreIsForItsOwnerAlone() throws IOException {
    take(D22);
    try (Stream<Path> files = Files.walk(storePath)) {
      assertThat(files.filter(Files::isDirectory))
          .allSatisfy(
              d ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(d)))
                      .isEqualTo("rwx------"));
    }
  }

  @Test
  void poolFilesKeepTheModeAndTimesOfTheLiveFile() throws IOException {
    Path live = anna.message("cur", "1.a:2,S");
    Files.setPosixFilePermissions(live, PosixFilePermissions.fromString("rw-r-----"));
    FileTime modified = Files.getLastModifiedTime(live);
    take(D22);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(live)))
        .isEqualTo("rw-r-----");
    assertThat(Files.getLastModifiedTime(live)).isEqualTo(modified);
    assertThat(Files.getAttribute(live, "unix:nlink")).isEqualTo(2);
  }

  @Test
  void namesSurviveWhateverTheyAreMadeOf() throws IOException {
    String name = new String("1.ü\t%41 \"x\",S=1:2,S".getBytes(UTF_8), ISO_8859_1);
    try (DirectoryHandle cur = DirectoryHandle.open(anna.path().resolve("cur"))) {
      cur.create(new FileName(name), 0600).close();
    }
    take(D22);
    ListedMessage message = messages(D22, "INBOX").getFirst();
    assertThat(FileName.ofEncoded(message.baseName()).text()).isEqualTo("1.ü\t%41 \"x\",S=1");
    assertThat(check()).isEmpty();
  }

  private List<String> pool() throws IOException {
    try (Stream<Path> files = Files.list(storePath.resolve("example.test/anna/pool"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private List<Finding> check() throws IOException {
    try (Store store = store()) {
      return new SnapshotCheck(store).run().findings();
    }
  }
}
