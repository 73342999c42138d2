package org.mailtimemachine.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Quota;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.snapshot.SnapshotCheck;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.StorageStrategy;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.TakeProgress;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

class RestorerTest {

  private static final Logger LOG = Logger.getLogger(RestorerTest.class.getName());
  private static final Clock DAY =
      Clock.fixed(Instant.parse("2026-11-20T12:00:00Z"), ZoneOffset.UTC);

  /** Later than anything that the tests write, so that no directory time is in doubt. */
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2126-01-01T00:00:00.034Z"));

  private static final SnapshotName D20 = new SnapshotName("2026-11-20");
  private static final SnapshotName D21 = new SnapshotName("2026-11-21");
  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.test");
  private static final FolderName SENT = new FolderName("Sent");

  @TempDir Path root;
  private Path mail;
  private Path box;
  private Path storePath;

  @BeforeEach
  void mailbox() throws IOException {
    mail = root.resolve("mail");
    box = mail.resolve("example.test/anna");
    storePath = root.resolve("store");
    for (String folder : List.of("", ".Sent", ".Trash")) {
      makeFolder(folder);
    }
  }

  private void makeFolder(String folder) throws IOException {
    for (String part : List.of("cur", "new", "tmp")) {
      Files.createDirectories(box.resolve(folder).resolve(part));
    }
  }

  private Path deliver(String folder, String name, String text) throws IOException {
    Path file = box.resolve(folder).resolve("cur").resolve(name);
    Files.writeString(file, "Subject: " + text + "\n\n" + text + "\n");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-01T08:00:00Z")));
    return file;
  }

  private void take(SnapshotName name) throws IOException {
    try (SnapshotEngine engine = SnapshotEngine.open(mail, storePath, DAY)) {
      assertThat(engine.take(name, TakeProgress.NONE).complete()).isTrue();
    }
  }

  private MailboxSettings settings() {
    return MailboxSettings.inDirectories(mail);
  }

  private static RestoreRequest everything() {
    return request(new RestoreScope.WholeMailbox(), false);
  }

  private static RestoreRequest request(RestoreScope scope, boolean moved) {
    return new RestoreRequest(
        UUID.randomUUID(),
        ANNA,
        D20,
        scope,
        RestoreRequest.Target.ORIGINAL_FOLDERS,
        moved,
        Instant.parse("2026-11-22T10:00:00Z"),
        "");
  }

  private RestorePlan plan(RestoreRequest request) throws IOException {
    try (Store store = Store.open(storePath)) {
      return new RestorePlanner(store, settings(), CLOCK).plan(request);
    }
  }

  private Receipt restore(RestorePlan plan) throws IOException {
    try (Store store = Store.open(storePath)) {
      Restorer restorer = new Restorer(store, settings(), CLOCK);
      restorer.accept(plan);
      return restorer.run(plan.id(), RestoreProgress.NONE);
    }
  }

  private Receipt runAgain(UUID id) throws IOException {
    try (Store store = Store.open(storePath)) {
      return new Restorer(store, settings(), CLOCK).run(id, RestoreProgress.NONE);
    }
  }

  private Path job(RestorePlan plan) {
    return storePath.resolve("restores").resolve(plan.id().toString());
  }

  private List<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(box.resolve(folder).resolve("cur"))) {
      return files.sorted().toList();
    }
  }

  /** The texts of a Folder, sorted: what a user sees there. */
  private List<String> texts(String folder) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Path file : files(folder)) {
      texts.add(Files.readString(file).lines().toList().getLast());
    }
    texts.sort(null);
    return texts;
  }

  @Test
  void onlyWhatIsMissingComesBack() throws IOException {
    deliver("", "1.a:2,S", "one");
    Path gone = deliver("", "2.a:2,FS", "two");
    take(D20);
    Object inode = Files.getAttribute(gone, "unix:ino");
    Files.delete(gone);
    deliver("", "3.a:2,", "three");

    RestorePlan plan = plan(everything());
    assertThat(plan.messages()).isEqualTo(1);
    assertThat(plan.present()).isEqualTo(1);
    assertThat(plan.bytes()).isEqualTo("Subject: two\n\ntwo\n".length());
    Receipt receipt = restore(plan);

    assertThat(receipt.count(Receipt.Outcome.ADDED)).isEqualTo(1);
    assertThat(texts("")).containsExactly("one", "three", "two");
    Path back = files("").stream().filter(f -> f.toString().contains("restored")).findFirst().get();
    assertThat(back.getFileName().toString()).endsWith(",S=18:2,FS");
    assertThat(Files.getAttribute(back, "unix:ino")).isEqualTo(inode);
    assertThat(Files.getLastModifiedTime(back).toInstant()).isEqualTo("2026-11-01T08:00:00Z");
  }

  @Test
  void theSameRestoreAgainAddsNothing() throws IOException {
    Path gone = deliver("", "1.a:2,S", "one");
    take(D20);
    Files.delete(gone);
    RestorePlan plan = plan(everything());
    RestorePlan other = plan(everything());
    Receipt first = restore(plan);

    assertThat(runAgain(plan.id())).isEqualTo(first);
    assertThat(plan(everything()).messages()).isZero();
    assertThat(restore(other).count(Receipt.Outcome.THERE)).isEqualTo(1);
    assertThat(texts("")).containsExactly("one");
  }

  @Test
  void whatWasAddedAndNotYetListedAsDoneIsNotAddedTwice() throws IOException {
    List<Path> gone = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      gone.add(deliver("", i + ".a:2,S", "text " + i));
    }
    take(D20);
    for (Path file : gone) {
      Files.delete(file);
    }
    RestorePlan plan = plan(everything());
    Receipt receipt = restore(plan);

    // As if it had been killed after its third message, in the middle of writing that down.
    Files.delete(job(plan).resolve("receipt"));
    String done = Files.readString(job(plan).resolve("done"));
    Files.writeString(job(plan).resolve("done"), done.substring(0, done.length() / 2));
    Files.move(
        files("").getFirst(), box.resolve(".Sent/cur").resolve(name(files("").getFirst(), "F")));

    assertThat(runAgain(plan.id()).count(Receipt.Outcome.ADDED)).isEqualTo(5);
    assertThat(receipt.count(Receipt.Outcome.ADDED)).isEqualTo(5);
    assertThat(texts("")).hasSize(4).doesNotHaveDuplicates();
    assertThat(texts(".Sent")).hasSize(1);
  }

  /** As if it had been killed after it gave the messages their names, and not listed them. */
  private void forgetWhatIsDone(RestorePlan plan) throws IOException {
    Files.delete(job(plan).resolve("receipt"));
    Files.write(
        job(plan).resolve("done"),
        Files.readAllLines(job(plan).resolve("done")).stream()
            .filter(line -> !line.startsWith("ADDED") && !line.startsWith("SUM"))
            .toList());
  }

  @Test
  void whatItsUserDeletesAfterAKillAndBeforeTheNextRunStaysDeleted() throws IOException {
    List<Path> gone = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      gone.add(deliver("", i + ".a:2,S", "text " + i));
    }
    take(D20);
    for (Path file : gone) {
      Files.delete(file);
    }
    RestorePlan plan = plan(everything());
    Receipt receipt = restore(plan);
    forgetWhatIsDone(plan);
    String deleted = Files.readString(files("").getFirst());
    Files.delete(files("").getFirst());
    Path read = files("").get(0);
    Files.move(read, read.resolveSibling(name(read, "RS")));
    Path unnamed = files("").get(1); // and it was killed before this one got its name
    Files.move(unnamed, box.resolve("tmp").resolve(name(unnamed, "").replace(":2,", "")));

    Receipt again = runAgain(plan.id());

    assertThat(again.entries()).hasSameSizeAs(receipt.entries());
    assertThat(again.count(Receipt.Outcome.ADDED)).as("by the run before").isEqualTo(5);
    assertThat(texts("")).hasSize(4).doesNotHaveDuplicates();
    assertThat(deleted).doesNotContain(texts(""));
    try (Stream<Path> tmp = Files.list(box.resolve("tmp"))) {
      assertThat(tmp).isEmpty();
    }
    takeBack(plan, 3, 2);
  }

  /** By then a mail server may have removed what was ready, and nothing must be lost. */
  @Test
  void whatWasReadyLongAgoIsAddedAgain() throws IOException {
    Files.delete(deliverAndTake());
    RestorePlan plan = plan(everything());
    restore(plan);
    forgetWhatIsDone(plan);
    Path list = job(plan).resolve("done");
    Files.writeString(
        list, Files.readString(list).replace("ADDING\t2126-01-01", "ADDING\t2125-12-30"));
    Files.delete(files("").getFirst());

    runAgain(plan.id());

    assertThat(texts("")).containsExactly("one");
  }

  /** What was about to be added that long ago does not say that its Folder was ever there. */
  @Test
  void aFolderOfWhatWasReadyLongAgoIsMadeAgain() throws IOException {
    makeFolder(".Work");
    deliver(".Work", "1.a:2,S", "one");
    take(D20);
    RestorePlan plan = planWithout(".Work");
    restore(plan);
    forgetWhatIsDone(plan);
    Path list = job(plan).resolve("done");
    Files.write(
        list,
        Files.readAllLines(list).stream()
            .filter(line -> !line.startsWith("MADE"))
            .map(line -> line.replace("ADDING\t2126-01-01", "ADDING\t2125-12-30"))
            .toList());
    deleteTree(box.resolve(".Work"));

    assertThat(runAgain(plan.id()).count(Receipt.Outcome.ADDED)).isEqualTo(1);

    assertThat(texts(".Work")).containsExactly("one");
  }

  private RestorePlan planWithout(String... folders) throws IOException {
    for (String folder : folders) {
      deleteTree(box.resolve(folder));
    }
    return plan(everything());
  }

  private Path deliverAndTake() throws IOException {
    Path file = deliver("", "1.a:2,S", "one");
    take(D20);
    return file;
  }

  @Test
  void whatItsUserDoesWithFoldersWhileARestoreIsStoppedIsHis() throws IOException {
    for (String folder : List.of(".Work", ".Empty", ".Quiet")) {
      makeFolder(folder);
    }
    for (int i = 0; i < 3; i++) {
      deliver(".Work", i + ".a:2,S", "text " + i);
    }
    take(D20);
    for (String folder : List.of(".Work", ".Empty", ".Quiet")) {
      deleteTree(box.resolve(folder));
    }
    RestorePlan plan = plan(everything());
    stopAfter(1, plan);
    assertThat(texts(".Work")).hasSize(1);
    assertThat(Files.readString(box.resolve("subscriptions"))).contains("Work", "Empty", "Quiet");
    deleteTree(box.resolve(".Work"));
    deleteTree(box.resolve(".Empty"));
    Files.writeString(box.resolve("subscriptions"), "");

    Receipt receipt = runAgain(plan.id());

    assertThat(receipt.count(Receipt.Outcome.ADDED)).isEqualTo(1);
    assertThat(receipt.entries())
        .filteredOn(entry -> entry.outcome() == Receipt.Outcome.REFUSED)
        .hasSize(2)
        .allMatch(entry -> entry.reason().equals(Optional.of(Receipt.Reason.FOLDER_DELETED)));
    assertThat(box.resolve(".Work")).doesNotExist();
    assertThat(box.resolve(".Empty")).doesNotExist();
    assertThat(box.resolve(".Quiet")).exists();
    assertThat(Files.readString(box.resolve("subscriptions"))).isEmpty();
  }

  @Test
  void whatRootDoesBelongsToTheOwnerOfTheStore() throws IOException {
    assumeThat(Files.getAttribute(root, "unix:uid")).as("needs root").isEqualTo(0);
    Files.delete(deliverAndTake());
    give(storePath, 4321);

    restore(plan(everything()));

    try (Stream<Path> files = Files.walk(storePath)) {
      assertThat(files)
          .anyMatch(file -> file.endsWith("receipt"))
          .anyMatch(file -> file.getFileName().toString().startsWith(".lock-"))
          .anyMatch(file -> file.endsWith("pins"))
          .allMatch(file -> owner(file) == 4321);
    }
  }

  private static void give(Path tree, int owner) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.toList()) {
        if (owner(file) == 0) {
          Files.setAttribute(file, "unix:uid", owner);
        }
      }
    }
  }

  private static int owner(Path file) {
    try {
      // What a Pool holds are the live files.
      return file.getParent().endsWith("pool") ? 4321 : (int) Files.getAttribute(file, "unix:uid");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Path file, String flags) {
    String name = file.getFileName().toString();
    return name.substring(0, name.indexOf(":2,") + 3) + flags;
  }

  @Test
  void whatWasMovedStaysAndWhatWasThrownAwayComesBack() throws IOException {
    Path moved = deliver("", "1.a:2,S", "moved");
    Path thrown = deliver("", "2.a:2,S", "thrown away");
    take(D20);
    Files.move(moved, box.resolve(".Sent/cur/1.a:2,S"));
    Files.move(thrown, box.resolve(".Trash/cur/2.a:2,ST"));

    RestorePlan plan = plan(everything());
    assertThat(plan.moved()).isEqualTo(1);
    assertThat(plan.folders().getFirst().moved()).containsEntry(SENT, 1L);
    restore(plan);
    assertThat(texts("")).containsExactly("thrown away");

    restore(plan(request(new RestoreScope.WholeMailbox(), true)));
    assertThat(texts("")).containsExactly("moved", "thrown away");
    assertThat(texts(".Sent")).containsExactly("moved");
    assertThat(plan(request(new RestoreScope.WholeMailbox(), true)).messages()).isZero();
  }

  /** However far it came, and whether it could still write that down. */
  @Test
  void aRestoreThatStopsAnywhereIsFinishedByTheNextRun() throws IOException {
    for (int i = 0; i < 4; i++) {
      Path file = deliver("", i + ".a:2,S", "text " + i);
      Files.createLink(box.resolve(".Sent/cur/c" + i + ".a:2,S"), file); // as IMAP COPY does
    }
    deliver("", "8.a:2,S", "twins");
    deliver("", "9.a:2,S", "twins");
    take(D20);
    for (String folder : List.of("", ".Sent")) {
      for (Path file : files(folder)) {
        Files.delete(file);
      }
    }
    for (int stop = 1; stop <= 10; stop++) {
      for (boolean killed : List.of(false, true)) {
        RestorePlan plan = plan(everything());
        assertThat(plan.messages()).isEqualTo(10);
        stopAfter(stop, plan);
        if (killed) {
          Files.deleteIfExists(job(plan).resolve("done"));
        }
        assertThat(runAgain(plan.id()).count(Receipt.Outcome.ADDED)).isEqualTo(10);
        assertThat(texts(""))
            .as("stopped after %d", stop)
            .containsExactly("text 0", "text 1", "text 2", "text 3", "twins", "twins");
        assertThat(texts(".Sent")).containsExactly("text 0", "text 1", "text 2", "text 3");
        try (Store store = Store.open(storePath)) {
          Restorer restorer = new Restorer(store, settings(), CLOCK);
          assertThat(restorer.takeBack(plan.id())).isEqualTo(new Restorer.TakenBack(10, 0));
        }
        assertThat(texts("")).isEmpty();
      }
    }
  }

  private void stopAfter(int messages, RestorePlan plan) throws IOException {
    try (Store store = Store.open(storePath)) {
      Restorer restorer = new Restorer(store, settings(), CLOCK);
      restorer.accept(plan);
      assertThatThrownBy(
              () ->
                  restorer.run(
                      plan.id(),
                      (done, total) -> {
                        if (done == messages) {
                          throw new CancellationException("stopped");
                        }
                      }))
          .isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void aCopyThatWasElsewhereAlreadyIsNoMove() throws IOException {
    Path inbox = deliver("", "1.a:2,S", "one");
    makeFolder(".Archive");
    Files.createLink(box.resolve(".Archive/cur/1.b:2,S"), inbox);
    deliver(".Archive", "2.same:2,S", "two");
    Path same = deliver("", "2.a:2,S", "two");
    take(D20);
    Files.delete(inbox);
    Files.delete(same);
    assertThat(plan(everything()).messages()).isEqualTo(2);
    RestoreScope inboxOnly = new RestoreScope.Folders(Set.of(FolderName.INBOX));
    restore(plan(request(inboxOnly, false)));
    assertThat(texts("")).containsExactly("one", "two");
  }

  @Test
  void aFolderThatWasThrownAwayAsAWholeComesBack() throws IOException {
    makeFolder(".Work");
    deliver(".Work", "1.a:2,S", "one");
    take(D20);
    Files.move(box.resolve(".Work"), box.resolve(".Trash.Work"));
    restore(plan(everything()));
    assertThat(texts(".Work")).containsExactly("one");
  }

  @Test
  void aRestoreIsAcceptedOnceAndOneThatWasDroppedAddsNothing() throws IOException {
    Path gone = deliver("", "1.a:2,S", "one");
    take(D20);
    Files.delete(gone);
    RestorePlan plan = plan(everything());
    try (Store store = Store.open(storePath)) {
      Restorer restorer = new Restorer(store, settings(), CLOCK);
      restorer.accept(plan);
      assertThatThrownBy(() -> restorer.accept(plan)).hasMessageContaining("already");
      assertThat(restorer.drop(plan.id()).entries()).isEmpty();
      assertThat(store.pins(ANNA)).isEmpty();
      assertThat(restorer.run(plan.id(), RestoreProgress.NONE).entries()).isEmpty();
    }
    assertThat(texts("")).isEmpty();
  }

  @Test
  void takingBackLeavesWhatTheStoreNoLongerHolds() throws IOException {
    Path gone = deliver("", "1.a:2,S", "one");
    take(D20);
    Files.delete(gone);
    RestorePlan plan = plan(everything());
    restore(plan);
    Files.delete(storePath.resolve("example.test/anna/pool/1.a"));
    try (Store store = Store.open(storePath)) {
      assertThat(new Restorer(store, settings(), CLOCK).takeBack(plan.id()))
          .isEqualTo(new Restorer.TakenBack(0, 1));
    }
    assertThat(texts("")).containsExactly("one");
  }

  @Test
  void aMessageWhoseContentIsNotWhatWasHashedIsRefused() throws IOException {
    Path gone = deliver("", "1.a:2,S", "one");
    take(D20);
    Files.delete(gone);
    try (Store store = Store.open(storePath)) {
      store.recordDigests(ANNA, Map.of("1.a", "0".repeat(64)));
    }
    assertThat(restore(plan(everything())).count(Receipt.Outcome.REFUSED)).isEqualTo(1);
    assertThat(texts("")).isEmpty();
  }

  @Test
  void whatCameBackUnderAnotherNameIsKnownByItsContent() throws IOException {
    Path gone = deliver("", "1.a:2,S", "imported again");
    take(D20);
    Files.delete(gone);
    deliver(".Sent", "9.other:2,S", "imported again");
    assertThat(plan(everything()).messages()).isZero();
  }

  @Test
  void onlyTheFoldersAndMessagesThatWereAskedForComeBack() throws IOException {
    Path one = deliver("", "1.a:2,S", "one");
    Path two = deliver("", "2.a:2,S", "two");
    Path three = deliver(".Sent", "3.a:2,S", "three");
    take(D20);
    for (Path file : List.of(one, two, three)) {
      Files.delete(file);
    }
    restore(plan(request(new RestoreScope.Folders(Set.of(SENT)), false)));
    assertThat(texts(".Sent")).containsExactly("three");
    assertThat(texts("")).isEmpty();
    restore(
        plan(request(new RestoreScope.Messages(Map.of(FolderName.INBOX, Set.of("2.a"))), false)));
    assertThat(texts("")).containsExactly("two");
  }

  @Test
  void aMessageMarkedForDeletionComesBackWithoutTheMark() throws IOException {
    Path gone = deliver("", "1.a:2,ST", "one");
    take(D20);
    Files.delete(gone);
    restore(plan(everything()));
    assertThat(files("").getFirst().getFileName().toString()).endsWith(":2,S");
  }

  @Test
  void keywordsKeepTheirNamesWhateverTheirLetters() throws IOException {
    Files.writeString(box.resolve("dovecot-keywords"), "0 $Important\n1 $Work\n2 Lost\n");
    Path gone = deliver("", "1.a:2,Sabc", "one");
    take(D20);
    Files.delete(gone);
    Files.writeString(box.resolve("dovecot-keywords"), "0 Other\n1 $Work\n2 $Important\n");
    Receipt receipt = restore(plan(everything()));
    assertThat(files("").getFirst().getFileName().toString()).endsWith(":2,Sbcd");
    assertThat(Files.readString(box.resolve("dovecot-keywords")))
        .isEqualTo("0 Other\n1 $Work\n2 $Important\n3 Lost\n");
    assertThat(receipt.notes()).isEmpty();
    assertThat(box.resolve("dovecot-uidlist.lock")).doesNotExist();
  }

  @Test
  void aKeywordThatFindsNoLetterIsLeftOut() throws IOException {
    Files.writeString(box.resolve("dovecot-keywords"), "0 Lost\n");
    Path gone = deliver("", "1.a:2,Sa", "one");
    take(D20);
    Files.delete(gone);
    StringBuilder full = new StringBuilder();
    for (int i = 0; i < 26; i++) {
      full.append(i).append(" Word").append(i).append('\n');
    }
    Files.writeString(box.resolve("dovecot-keywords"), full);
    Receipt receipt = restore(plan(everything()));
    assertThat(files("").getFirst().getFileName().toString()).endsWith(":2,S");
    assertThat(receipt.notes())
        .containsExactly(new Receipt.Note(Receipt.Note.Kind.NO_KEYWORD, FolderName.INBOX, "Lost"));
    assertThat(Files.readString(box.resolve("dovecot-keywords"))).isEqualTo(full.toString());
  }

  @Test
  void anEmptyFolderComesBackAndOneThatWasRenamedDoesNot() throws IOException {
    makeFolder(".Empty");
    makeFolder(".Work");
    deliver(".Work", "1.a:2,S", "one");
    Files.writeString(box.resolve("subscriptions"), "Sent\nWork\n");
    take(D20);
    deleteTree(box.resolve(".Empty"));
    Files.move(box.resolve(".Work"), box.resolve(".Projects"));

    RestorePlan plan = plan(everything());
    assertThat(plan.messages()).isZero();
    assertThat(plan.changesNothing()).isFalse();
    assertThat(restore(plan).notes())
        .containsExactly(
            new Receipt.Note(Receipt.Note.Kind.FOLDER_MADE, new FolderName("Empty"), ""));
    assertThat(box.resolve(".Empty/cur")).exists();
    assertThat(box.resolve(".Work")).doesNotExist();
    assertThat(Files.readString(box.resolve("subscriptions"))).isEqualTo("Sent\nWork\nEmpty\n");
    assertThat(plan(everything()).changesNothing()).isTrue();
  }

  @Test
  void aFolderThatIsGoneIsMadeAsItsSiblingsAre() throws IOException {
    makeFolder(".Work.2026");
    Files.writeString(box.resolve(".Work.2026/dovecot-keywords"), "0 $Work\n");
    deliver(".Work.2026", "1.a:2,Sa", "one");
    Files.setPosixFilePermissions(box, PosixFilePermissions.fromString("rwxrwx---"));
    take(D20);
    deleteTree(box.resolve(".Work.2026"));

    Receipt receipt = restore(plan(everything()));
    assertThat(texts(".Work.2026")).containsExactly("one");
    assertThat(files(".Work.2026").getFirst().getFileName().toString()).endsWith(":2,Sa");
    assertThat(Files.readString(box.resolve(".Work.2026/dovecot-keywords"))).isEqualTo("0 $Work\n");
    assertThat(box.resolve(".Work.2026/maildirfolder")).exists();
    assertThat(Files.getPosixFilePermissions(box.resolve(".Work.2026/cur")))
        .isEqualTo(PosixFilePermissions.fromString("rwxrwx---"));
    assertThat(receipt.notes())
        .containsExactly(
            new Receipt.Note(Receipt.Note.Kind.FOLDER_MADE, new FolderName("Work/2026"), ""));
    assertThat(Files.readString(box.resolve("subscriptions"))).isEqualTo("V\t2\n\nWork\t2026\n");
    try (Stream<Path> left = Files.list(box)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(n -> n.startsWith(".."));
    }
  }

  @Test
  void belowAFolderOfItsOwnNothingMixesWithWhatIsThere() throws IOException {
    Path one = deliver("", "1.a:2,S", "one");
    Path two = deliver(".Sent", "2.a:2,S", "two");
    deliver("", "3.a:2,S", "three");
    take(D20);
    Files.delete(one);
    Files.delete(two);
    RestoreRequest aside =
        new RestoreRequest(
            UUID.randomUUID(),
            ANNA,
            D20,
            new RestoreScope.WholeMailbox(),
            RestoreRequest.Target.BELOW_RESTORED,
            false,
            Instant.EPOCH,
            "");
    Receipt receipt = restore(plan(aside));
    assertThat(receipt.notes())
        .as("what was made is named, and not what it was called then")
        .extracting(note -> note.kind() + " " + note.folder())
        .containsExactlyInAnyOrder(
            "FOLDER_MADE Restored 2026-11-20/INBOX", "FOLDER_MADE Restored 2026-11-20/Sent");
    assertThat(texts(".Restored 2026-11-20.INBOX")).containsExactly("one");
    assertThat(texts(".Restored 2026-11-20.Sent")).containsExactly("two");
    assertThat(texts("")).containsExactly("three");
    assertThat(plan(everything()).messages()).isZero();
  }

  @Test
  void aFolderThatItsUserMadeSinceItWasPlannedIsNotSaidToBeMade() throws IOException {
    makeFolder(".Gone");
    deliver(".Gone", "1.a:2,S", "one");
    Files.writeString(box.resolve("subscriptions"), "Sent\n");
    take(D20);
    deleteTree(box.resolve(".Gone"));
    RestorePlan plan = plan(everything());
    makeFolder(".Gone");

    assertThat(restore(plan).notes()).isEmpty();

    assertThat(texts(".Gone")).containsExactly("one");
    assertThat(Files.readString(box.resolve("subscriptions")))
        .as("whether he sees it is his to say")
        .isEqualTo("Sent\n");
    takeBack(plan, 1, 0);
    assertThat(box.resolve(".Gone/cur")).exists();
  }

  @Test
  void aFolderThatWasMadeForOneBelowItIsSubscribedAndSaidToBeMade() throws IOException {
    makeFolder("Projects");
    makeFolder("Projects/Old");
    deliver("Projects", "1.a:2,S", "one");
    take(D20);
    deleteTree(box.resolve("Projects"));

    // An empty folder comes first, and makes the one above it.
    assertThat(restore(plan(everything())).notes())
        .extracting(note -> note.kind() + " " + note.folder())
        .containsExactlyInAnyOrder("FOLDER_MADE Projects", "FOLDER_MADE Projects/Old");

    assertThat(texts("Projects")).containsExactly("one");
    assertThat(Files.readString(box.resolve("subscriptions"))).contains("Projects", "Old");
  }

  @Test
  void aFolderThatAKilledRunHadMadeIsSaidToBeMade() throws IOException {
    makeFolder(".Gone");
    deliver(".Gone", "1.a:2,S", "one");
    take(D20);
    deleteTree(box.resolve(".Gone"));
    RestorePlan plan = plan(everything());
    restore(plan);
    Path done = job(plan).resolve("done");
    List<String> made =
        Files.readAllLines(done).stream().filter(line -> line.startsWith("MADE")).toList();
    Files.delete(job(plan).resolve("receipt"));
    Files.write(done, made); // it was killed as soon as the Folder had its place
    Files.delete(files(".Gone").getFirst());

    assertThat(runAgain(plan.id()).notes())
        .containsExactly(
            new Receipt.Note(Receipt.Note.Kind.FOLDER_MADE, new FolderName("Gone"), ""));
  }

  @Test
  void takingBackSaysWhichMessagesItLeavesAndWhy() throws IOException {
    List<Path> gone = new ArrayList<>();
    for (String text : List.of("untouched", "read", "moved", "deleted", "not kept")) {
      gone.add(deliver("", gone.size() + ".a:2,", text));
    }
    take(D20);
    for (Path file : gone) {
      Files.delete(file);
    }
    RestorePlan plan = plan(everything());
    restore(plan);
    for (Path file : files("")) {
      switch (Files.readString(file).lines().toList().getLast()) {
        case "read" -> Files.move(file, file.resolveSibling(name(file, "S")));
        case "moved" -> Files.move(file, box.resolve(".Sent/cur").resolve(file.getFileName()));
        case "deleted" -> Files.delete(file);
        default -> {}
      }
    }
    Files.delete(storePath.resolve("example.test/anna/pool/4.a"));

    takeBack(plan, 1, 4);
    takeBack(plan, 1, 4);

    try (Store store = Store.open(storePath)) {
      RestoreStatus status = RestoreStatus.find(store, plan.id()).orElseThrow();
      assertThat(status.leftAlone())
          .extracting(
              left ->
                  plan.folders()
                          .get(left.entry().folder())
                          .messages()
                          .get(left.entry().message())
                          .poolName()
                      + " "
                      + left.why())
          .containsExactly("1.a TOUCHED", "2.a TOUCHED", "3.a GONE", "4.a NOT_KEPT");
    }
  }

  @Test
  void takingBackRemovesWhatNobodyHasTouched() throws IOException {
    List<Path> gone =
        List.of(
            deliver("", "1.a:2,", "untouched"),
            deliver("", "2.a:2,", "read"),
            deliver("", "3.a:2,", "deleted"));
    deliver("", "4.a:2,S", "never gone");
    take(D20);
    for (Path file : gone) {
      Files.delete(file);
    }
    RestorePlan plan = plan(everything());
    restore(plan);
    for (Path file : files("")) {
      switch (Files.readString(file).lines().toList().getLast()) {
        case "read" -> Files.move(file, file.resolveSibling(name(file, "S")));
        case "deleted" -> Files.delete(file);
        default -> {}
      }
    }
    try (Store store = Store.open(storePath)) {
      Restorer restorer = new Restorer(store, settings(), CLOCK);
      assertThat(restorer.takeBack(plan.id())).isEqualTo(new Restorer.TakenBack(1, 2));
      assertThat(restorer.takeBack(plan.id())).isEqualTo(new Restorer.TakenBack(1, 2));
    }
    assertThat(texts("")).containsExactly("never gone", "read");
  }

  @Test
  void aMessageThatRottedInTheStoreIsRefusedAndTheOthersComeBack() throws IOException {
    Path rotten = deliver("", "1.a:2,S", "rotten");
    Path good = deliver("", "2.a:2,S", "good");
    take(D20);
    Files.delete(rotten);
    Files.delete(good);
    RestorePlan plan = plan(everything());
    Path kept = storePath.resolve("example.test/anna/pool/1.a");
    Files.writeString(kept, "Subject: xxxxxx\n\nxxxxxx\n");
    Receipt receipt = restore(plan);
    assertThat(texts("")).containsExactly("good");
    assertThat(receipt.entries())
        .filteredOn(entry -> entry.outcome() == Receipt.Outcome.REFUSED)
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.reason()).contains(Receipt.Reason.DAMAGED);
              assertThat(entry.text()).as("no path of the store").doesNotContain("/");
            });
  }

  @Test
  void aStoreOfCopiesGivesCopiesWithTheModeOfTheirSiblings() throws IOException {
    try (SnapshotEngine engine =
        SnapshotEngine.open(settings(), storePath, Optional.of(StorageStrategy.COPY), DAY)) {
      Path gone = deliver("", "1.a:2,S", "one");
      engine.take(D20, TakeProgress.NONE);
      Files.delete(gone);
    }
    Files.setPosixFilePermissions(box.resolve("cur"), PosixFilePermissions.fromString("rwxr-x---"));
    restore(plan(everything()));
    Path back = files("").getFirst();
    assertThat(texts("")).containsExactly("one");
    assertThat((int) Files.getAttribute(back, "unix:nlink")).isEqualTo(1);
    assertThat(Files.getPosixFilePermissions(back))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    assertThat(Files.getLastModifiedTime(back).toInstant()).isEqualTo("2026-11-01T08:00:00Z");
    assertThat(plan(everything()).messages()).isZero();
  }

  @Test
  void theNextNightKnowsWhatCameBack() throws IOException {
    Path gone = deliver("", "1.a:2,S", "one");
    take(D20);
    Files.delete(gone);
    restore(plan(everything()));
    try (SnapshotEngine engine = SnapshotEngine.open(mail, storePath, DAY)) {
      assertThat(engine.take(D21, TakeProgress.NONE).newLinks()).isZero();
    }
    try (Store store = Store.open(storePath)) {
      assertThat(new SnapshotCheck(store).run().findings()).isEmpty();
    }
  }

  @Test
  void theSnapshotStaysUntilTheRestoreIsDone() throws IOException {
    Path gone = deliver("", "1.a:2,S", "one");
    take(D20);
    Files.delete(gone);
    RestorePlan plan = plan(everything());
    try (Store store = Store.open(storePath)) {
      Restorer restorer = new Restorer(store, settings(), CLOCK);
      restorer.accept(plan);
      assertThat(store.pins(ANNA)).hasSize(1);
      restorer.run(plan.id(), RestoreProgress.NONE);
      assertThat(store.pins(ANNA)).isEmpty();
    }
  }

  @Test
  void aFolderThatBecameALinkToAnotherMailboxIsNotFollowed() throws IOException {
    Path gone = deliver(".Sent", "1.a:2,S", "one");
    take(D20);
    Files.delete(gone);
    RestorePlan plan = plan(everything());
    Path neighbour = Files.createDirectories(mail.resolve("example.test/bert/cur"));
    deleteTree(box.resolve(".Sent/cur"));
    Files.createSymbolicLink(box.resolve(".Sent/cur"), neighbour);
    assertThatThrownBy(() -> restore(plan)).isInstanceOf(IOException.class);
    try (Stream<Path> files = Files.list(neighbour)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void afterAnyEditsEveryFolderHoldsWhatItHeldAndWhatIsThere() throws IOException {
    long seed = Long.getLong("mtm.test.seed", System.nanoTime());
    LOG.info(() -> "seed " + seed);
    Random random = new Random(seed);
    List<String> folders = List.of("", ".Sent", ".Trash");
    for (int i = 0; i < 60; i++) {
      deliver(folders.get(random.nextInt(3)), i + ".a:2,", "text " + i);
    }
    take(D20);
    List<String> was = List.of("");
    Map<String, List<String>> then =
        Map.of("", texts(""), ".Sent", texts(".Sent"), ".Trash", texts(".Trash"));
    for (int i = 0; i < 80; i++) {
      String folder = folders.get(random.nextInt(3));
      List<Path> there = files(folder);
      if (there.isEmpty()) {
        continue;
      }
      Path file = there.get(random.nextInt(there.size()));
      switch (random.nextInt(4)) {
        case 0 -> Files.delete(file);
        case 1 ->
            Files.move(
                file,
                box.resolve(folders.get(random.nextInt(3)))
                    .resolve("cur")
                    .resolve(file.getFileName()));
        case 2 ->
            Files.move(file, file.resolveSibling(name(file, random.nextBoolean() ? "S" : "FS")));
        default -> deliver(folder, "n" + i + ".a:2,", "new " + i);
      }
    }
    Map<String, List<String>> live =
        Map.of("", texts(""), ".Sent", texts(".Sent"), ".Trash", texts(".Trash"));
    Set<String> visible = new java.util.HashSet<>(live.getOrDefault("", was));
    visible.addAll(live.getOrDefault(".Sent", was));

    restore(plan(everything()));
    for (String folder : folders) {
      List<String> expected = new ArrayList<>(live.getOrDefault(folder, was));
      for (String text : then.getOrDefault(folder, was)) {
        boolean moved = visible.contains(text);
        if (!expected.contains(text) && !moved) {
          expected.add(text);
        }
      }
      expected.sort(null);
      assertThat(texts(folder)).as(folder).isEqualTo(expected);
    }
    assertThat(plan(everything()).messages()).isZero();
  }

  @Test
  void takingBackRemovesFoldersThatNobodyUsesAndTheirSubscriptions() throws IOException {
    for (String folder : List.of(".Gone", ".Gone.Sub", ".Kept", ".Used", ".Empty")) {
      makeFolder(folder);
      if (!folder.equals(".Empty")) {
        deliver(folder, "1" + folder + ":2,", folder);
      }
    }
    Files.writeString(box.resolve("subscriptions"), "Kept\n");
    take(D20);
    for (String folder : List.of(".Gone", ".Gone.Sub", ".Kept", ".Used", ".Empty")) {
      deleteTree(box.resolve(folder));
    }
    RestorePlan plan = plan(everything());
    restore(plan);
    // An IMAP server has opened one, a message came into another, and a third has a mark on its
    // own.
    Files.writeString(box.resolve(".Gone/dovecot-uidlist"), "3 V1 N1\n");
    deliver(".Used", "new:2,", "new");
    Path read = files(".Kept").getFirst();
    Files.move(read, read.resolveSibling(name(read, "S")));

    takeBack(plan, 3, 1);

    assertThat(box.resolve(".Gone")).doesNotExist();
    assertThat(box.resolve(".Gone.Sub")).doesNotExist();
    assertThat(box.resolve(".Empty")).doesNotExist();
    assertThat(texts(".Used")).containsExactly("new");
    assertThat(texts(".Kept")).containsExactly(".Kept");
    assertThat(Files.readString(box.resolve("subscriptions"))).isEqualTo("Kept\nUsed\n");
    assertThat(leftovers()).isEmpty();
    takeBack(plan, 3, 1);
  }

  @Test
  void aFolderThatItsUserMadeAgainIsNotRemoved() throws IOException {
    makeFolder(".Gone");
    deliver(".Gone", "1.a:2,", "one");
    take(D20);
    deleteTree(box.resolve(".Gone"));
    RestorePlan plan = plan(everything());
    restore(plan);
    deleteTree(box.resolve(".Gone"));
    makeFolder(".Other"); // or the file system may give the inode again
    makeFolder(".Gone");

    takeBack(plan, 0, 1);

    assertThat(box.resolve(".Gone/cur")).exists();
  }

  @Test
  void whatSomebodyWasAboutToTakeBackIsGoneOrItsUsers() throws IOException {
    List<Path> gone = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      gone.add(deliver("", i + ".a:2,", "text " + i));
    }
    take(D20);
    for (Path file : gone) {
      Files.delete(file);
    }
    RestorePlan plan = plan(everything());
    restore(plan);
    // As if it had been killed after two of four: one was read by its user at that moment.
    StringBuilder about = new StringBuilder();
    for (Path file : files("")) {
      about
          .append("\nREMOVING\t")
          .append(new FileName(file.getFileName().toString()).encoded())
          .append("\t.\n");
    }
    Files.writeString(job(plan).resolve("taken-back"), about);
    Files.delete(files("").get(0));
    Files.delete(files("").get(0));
    Path read = files("").getFirst();
    Files.move(read, read.resolveSibling(name(read, "S")));

    takeBack(plan, 3, 1);
    takeBack(plan, 3, 1);
    assertThat(files("")).hasSize(1);
  }

  private void takeBack(RestorePlan plan, long removed, long left) throws IOException {
    try (Store store = Store.open(storePath)) {
      assertThat(new Restorer(store, settings(), CLOCK).takeBack(plan.id()))
          .isEqualTo(new Restorer.TakenBack(removed, left));
    }
  }

  private List<Path> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(box)) {
      return files.filter(file -> file.getFileName().toString().startsWith("..")).toList();
    }
  }

  @Test
  void aRestoreIsStoppedBetweenTwoMessagesAndGoesOn() throws IOException {
    List<Path> gone = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      gone.add(deliver(i < 2 ? "" : ".Sent", i + ".a:2,S", "text " + i));
    }
    take(D20);
    for (Path file : gone) {
      Files.delete(file);
    }
    RestorePlan plan = plan(everything());
    try (Store store = Store.open(storePath)) {
      Restorer restorer = new Restorer(store, settings(), CLOCK);
      restorer.accept(plan);
      assertThatThrownBy(
              () ->
                  restorer.run(
                      plan.id(),
                      (done, total) -> {
                        if (done == 2) {
                          stop(plan);
                        }
                      }))
          .isInstanceOf(RestoreStoppedException.class);
      assertThat(restorer.receipt(plan.id()).count(Receipt.Outcome.ADDED)).isEqualTo(2);
      assertThat(restorer.done(plan.id())).isEqualTo(2);
      assertThat(RestoreStatus.find(store, plan.id()).orElseThrow().state())
          .isEqualTo(RestoreStatus.State.STOPPED);
      assertThatThrownBy(() -> restorer.run(plan.id(), RestoreProgress.NONE))
          .isInstanceOf(RestoreStoppedException.class);

      restorer.resume(plan.id());
      assertThat(restorer.run(plan.id(), RestoreProgress.NONE).count(Receipt.Outcome.ADDED))
          .isEqualTo(4);
      assertThat(restorer.done(plan.id())).isEqualTo(4);
    }
    assertThat(texts(".Sent")).containsExactly("text 2", "text 3");
  }

  /** As another process would. */
  private void stop(RestorePlan plan) {
    try (Store store = Store.open(storePath)) {
      new Restorer(store, settings(), CLOCK).stop(plan.id());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatIsGivenUpHasAReceiptOfAllThatWasAdded() throws IOException {
    Path inbox = deliver("", "1.a:2,S", "one");
    Path sent = deliver(".Sent", "2.a:2,S", "two");
    take(D20);
    Files.delete(inbox);
    Files.delete(sent);
    RestorePlan plan = plan(everything());
    stopAfter(1, plan);
    Files.delete(job(plan).resolve("done"));
    Files.writeString(job(plan).resolve("done"), "\nSUM\t0\t.\n"); // killed before it was listed
    try (Store store = Store.open(storePath)) {
      Receipt receipt = new Restorer(store, settings(), CLOCK).drop(plan.id());
      assertThat(receipt.count(Receipt.Outcome.ADDED)).isEqualTo(1);
    }
    takeBack(plan, 1, 0);
    assertThat(texts("")).isEmpty();
  }

  @Test
  void aFolderThatCannotBeOpenedKeepsWhatOthersGotFromNoReceipt() throws IOException {
    for (String folder : List.of(".Archive", ".Work")) {
      makeFolder(folder);
      deliver(folder, "1.a:2,S", folder);
    }
    take(D20);
    RestorePlan plan = planWithout(".Archive", ".Work");
    restore(plan);
    forgetWhatIsDone(plan);
    deleteTree(box.resolve(".Archive"));
    Files.writeString(box.resolve(".Archive"), "no folder");

    try (Store store = Store.open(storePath)) {
      Receipt receipt = new Restorer(store, settings(), CLOCK).drop(plan.id());
      assertThat(receipt.count(Receipt.Outcome.ADDED)).isEqualTo(1);
    }
    takeBack(plan, 1, 0);
  }

  @Test
  void whatAMailboxMayNotHoldIsSaidAndNotBegun() throws IOException {
    Path gone = deliver("", "1.a:2,S", "one");
    take(D20);
    Files.delete(gone);
    Files.writeString(box.resolve("maildirsize"), "100S,1000C\n50 1\n45 3\n");
    RestorePlan plan = plan(everything());
    assertThat(plan.quota()).contains(new Quota(95, 4, 100, 1000));
    assertThat(plan.quotaAfter()).contains(new Quota(113, 5, 100, 1000));
    assertThat(plan.exceedsQuota()).isTrue();
    assertThat(RestorePlan.parse(plan.toBytes(), "plan")).isEqualTo(plan);

    assertThatThrownBy(() -> restore(plan))
        .satisfies(e -> assertThat(Hindrance.of(e)).isEqualTo(Hindrance.OVER_QUOTA));
    assertThat(texts("")).isEmpty();
    Files.writeString(box.resolve("maildirsize"), "200S\n95 4\n");
    assertThat(runAgain(plan.id()).count(Receipt.Outcome.ADDED)).isEqualTo(1);
    assertThat(box.resolve("maildirsize")).as("it is counted anew").doesNotExist();
    assertThat(plan(everything()).quota()).isEmpty();
  }

  @Test
  void aDamagedMessageIsOfferedFromAnotherDayThatHasItWhole() throws IOException {
    Path edited = deliver("", "1.a:2,S", "whole");
    try (SnapshotEngine engine =
        SnapshotEngine.open(settings(), storePath, Optional.of(StorageStrategy.COPY), DAY)) {
      engine.take(D20, TakeProgress.NONE);
      Files.delete(edited);
      deliver("", "1.a:2,S", "of a virus scanner");
      engine.take(D21, TakeProgress.NONE);
    }
    Files.delete(edited);
    RestorePlan plan =
        plan(
            new RestoreRequest(
                UUID.randomUUID(),
                ANNA,
                D21,
                new RestoreScope.WholeMailbox(),
                RestoreRequest.Target.ORIGINAL_FOLDERS,
                false,
                Instant.EPOCH,
                ""));
    String poolName = plan.folders().getFirst().messages().getFirst().poolName();
    Path kept = storePath.resolve("example.test/anna/pool").resolve(poolName);
    Files.writeString(kept, "Subject: rotten, and of another length\n\nrotten\n");

    Receipt receipt = restore(plan);

    assertThat(receipt.entries())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.reason()).contains(Receipt.Reason.DAMAGED);
              assertThat(entry.otherDay()).contains(D20);
            });
    restore(plan(everything()));
    assertThat(texts("")).containsExactly("whole");
  }

  @Test
  void aDayThatCannotBeReadKeepsARestoreWithADamagedMessageFromNothing() throws IOException {
    Path edited = deliver("", "1.a:2,S", "whole");
    try (SnapshotEngine engine =
        SnapshotEngine.open(settings(), storePath, Optional.of(StorageStrategy.COPY), DAY)) {
      engine.take(D20, TakeProgress.NONE);
      deliver("", "2.b:2,S", "another");
      engine.take(D21, TakeProgress.NONE);
    }
    Files.delete(edited);
    RestorePlan plan = plan(everything());
    String poolName = plan.folders().getFirst().messages().getFirst().poolName();
    Files.writeString(
        storePath.resolve("example.test/anna/pool").resolve(poolName),
        "rotten, and longer than that");
    Files.writeString(storePath.resolve("example.test/anna/snapshots/2026-11-21"), "rotten, too");

    assertThat(restore(plan).entries())
        .singleElement()
        .satisfies(entry -> assertThat(entry.reason()).contains(Receipt.Reason.DAMAGED));
    try (Store store = Store.open(storePath)) {
      assertThat(store.pins(ANNA)).isEmpty();
    }
  }

  @Test
  void whatWasDoneByHandIsKeptUntilTheLogHasItAndOneJobDoesNotKeepTheOthersFromIt()
      throws IOException {
    Path gone = deliver("", "1.a:2,S", "one");
    take(D20);
    Files.delete(gone);
    RestorePlan first = plan(everything());
    RestorePlan second = plan(everything());
    List<AuditEntry> log = new ArrayList<>();
    try (Store store = Store.open(storePath)) {
      Restorer restorer = new Restorer(store, settings(), CLOCK);
      for (RestorePlan each : List.of(first, second)) {
        restorer.accept(each);
        restorer.noteByHand(
            each.id(), new AuditEntry(CLOCK.instant(), "root", "restore.run", "a@b.test", ""));
      }
      try (Stream<Path> files = Files.list(storePath.resolve("restores/" + first.id()))) {
        for (Path line : files.filter(file -> file.toString().contains("by-hand")).toList()) {
          Files.writeString(line, "no line\t.\n");
        }
      }
      assertThat(restorer.expire(CLOCK.instant().plusSeconds(1), _ -> false)).isZero();
      restorer.passOn(log::add);
      assertThat(log).hasSize(1);
      assertThat(restorer.expire(CLOCK.instant().plusSeconds(1), _ -> false)).isEqualTo(1);
    }
  }

  @Test
  void jobsAreNotKeptForEver() throws IOException {
    Path gone = deliver("", "1.a:2,S", "one");
    take(D20);
    Files.delete(gone);
    RestorePlan done = plan(everything());
    restore(done);
    Files.delete(files("").getFirst());
    RestorePlan never = plan(everything());
    Instant later = CLOCK.instant();
    try (Store store = Store.open(storePath)) {
      Restorer restorer = new Restorer(store, settings(), CLOCK);
      restorer.accept(never);
      assertThat(store.pins(ANNA)).hasSize(1);
      assertThat(restorer.expire(Instant.EPOCH, _ -> false)).isZero();
      assertThat(restorer.expire(later, never.id()::equals)).isEqualTo(1);
      assertThat(RestoreStatus.ids(store)).containsExactly(never.id());
      assertThat(restorer.expire(later, _ -> false)).isEqualTo(1);
      assertThat(store.pins(ANNA)).isEmpty();
      assertThat(RestoreStatus.ids(store)).isEmpty();
    }
  }

  @Test
  void aPlanIsReadAsItWasWritten() throws IOException {
    Files.writeString(box.resolve("dovecot-keywords"), "0 a/b c\n");
    Path gone = deliver("", "1.a:2,Sa", "one");
    take(D20);
    Files.delete(gone);
    RestorePlan plan = plan(everything());
    assertThat(RestorePlan.parse(plan.toBytes(), "plan")).isEqualTo(plan);
    byte[] torn = plan.toBytes();
    torn[torn.length / 2] ^= 1;
    assertThatThrownBy(() -> RestorePlan.parse(torn, "plan")).hasMessageContaining("plan");
    assertThat(new String(plan.toBytes(), StandardCharsets.US_ASCII)).contains("message\t1.a\t");
  }

  private static void deleteTree(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
