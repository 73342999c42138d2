package org.mailtimemachine.restore;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.mime.MessageBytes;
import org.mailtimemachine.mailstore.mime.ReadingBudget;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.TakeProgress;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/** What came, and is in no Snapshot, comes back as what is in one does. */
class CopiesRestoreTest {

  private static final Clock DAY =
      Clock.fixed(Instant.parse("2026-11-20T12:00:00Z"), ZoneOffset.UTC);

  /** Later than anything that the tests write, so that no directory time is in doubt. */
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2126-01-01T00:00:00.034Z"));

  private static final SnapshotName D20 = new SnapshotName("2026-11-20");
  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.test");
  private static final String TRACE =
      "Return-Path: <sender@example.org>\nDelivered-To: anna@example.test\n";

  @TempDir Path root;
  private Path mail;
  private Path box;
  private Path storePath;
  private final CopiesInMemory mirror = new CopiesInMemory();

  @BeforeEach
  void aNight() throws IOException {
    mail = root.resolve("mail");
    box = mail.resolve("example.test/anna");
    storePath = root.resolve("store");
    for (String folder : List.of("", ".Archive", ".Trash")) {
      for (String part : List.of("cur", "new", "tmp")) {
        Files.createDirectories(box.resolve(folder).resolve(part));
      }
    }
    live("", "1.kept:2,S", text("kept"));
    try (SnapshotEngine engine = SnapshotEngine.open(mail, storePath, DAY)) {
      assertThat(engine.take(D20, TakeProgress.NONE).complete()).isTrue();
    }
  }

  private static String text(String subject) {
    return "Message-ID: <%s@example.org>\nSubject: %s\n\n".formatted(subject, subject)
        + "The same words in each message, more than a block of them.\n".repeat(20);
  }

  private Path live(String folder, String name, String text) throws IOException {
    return Files.writeString(box.resolve(folder).resolve("cur").resolve(name), text, ISO_8859_1);
  }

  /** Of what the mirror got, by subject. */
  private void came(String... subjects) {
    for (String subject : subjects) {
      mirror.came(text(subject).replace("\n", "\r\n"));
    }
  }

  private RestoreRequest request(RestoreRequest.Target target, boolean moved) {
    return new RestoreRequest(
        UUID.randomUUID(),
        ANNA,
        D20,
        new RestoreScope.Copies(mirror),
        target,
        moved,
        Instant.parse("2026-11-22T10:00:00Z"),
        "");
  }

  private RestorePlan plan() throws IOException {
    return plan(request(RestoreRequest.Target.ORIGINAL_FOLDERS, false));
  }

  private RestorePlan plan(RestoreRequest request) throws IOException {
    try (Store store = Store.open(storePath)) {
      return new RestorePlanner(store, settings(), CLOCK).plan(request);
    }
  }

  private MailboxSettings settings() {
    return MailboxSettings.inDirectories(mail);
  }

  private interface Work<T> {
    T with(Restorer restorer) throws IOException;
  }

  private <T> T restorer(Work<T> work) throws IOException {
    try (Store store = Store.open(storePath)) {
      return work.with(new Restorer(store, settings(), CLOCK));
    }
  }

  private RestorePlan accepted(RestorePlan plan) throws IOException {
    restorer(
        restorer -> {
          restorer.acceptRequested(plan, "", mirror);
          return plan;
        });
    return plan;
  }

  private Receipt run(RestorePlan plan) throws IOException {
    return restorer(restorer -> restorer.run(plan.id(), RestoreProgress.NONE));
  }

  private Receipt restored() throws IOException {
    return run(accepted(plan()));
  }

  private Optional<RestorePlan> planOf(RestorePlan plan) throws IOException {
    return restorer(restorer -> restorer.plan(plan.id()));
  }

  private Path job(RestorePlan plan) {
    return storePath.resolve("restores").resolve(plan.id().toString());
  }

  private List<Path> restored(String folder) throws IOException {
    return files(box.resolve(folder).resolve("cur")).stream()
        .filter(file -> file.toString().contains(".restored"))
        .toList();
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  @Test
  void whatCameAndWentComesBackIntoTheInboxUnreadWithItsDateAndItsText() throws IOException {
    came("one", "two");
    RestorePlan plan = plan();
    assertThat(plan.messages()).isEqualTo(2);
    assertThat(plan.bytes()).isEqualTo(text("one").length() + text("two").length());

    assertThat(run(accepted(plan)).count(Receipt.Outcome.ADDED)).isEqualTo(2);
    assertThat(restored(""))
        .extracting(Files::readString)
        .containsExactlyInAnyOrder(text("one"), text("two"));
    assertThat(restored(""))
        .allSatisfy(
            file -> {
              assertThat(file.toString()).endsWith(",S=" + Files.size(file) + ":2,");
              assertThat(Files.getLastModifiedTime(file).toInstant())
                  .isEqualTo(CopiesInMemory.ARRIVED);
            });
  }

  @Test
  void aSecondRequestFindsThemThere() throws IOException {
    came("one", "two");
    restored();
    RestorePlan again = plan();
    assertThat(again.messages()).isZero();
    assertThat(again.present()).isEqualTo(2);
  }

  @Test
  void whatIsThereAsItWasDeliveredIsNotDoubled() throws IOException {
    came("one", "two", "three", "four");
    live("", "2.a:2,S", TRACE + text("one"));
    live("", "3.a:2,S", (TRACE + text("two")).replace("\n", "\r\n"));
    live(".Archive", "4.a:2,S", TRACE + text("three"));
    live(".Trash", "5.a:2,S", TRACE + text("four"));

    RestorePlan plan = plan();
    assertThat(plan.present()).isEqualTo(2);
    assertThat(plan.folders().getFirst().moved())
        .containsOnlyKeys(new FolderName("Archive"))
        .containsValue(1L);
    assertThat(plan.messages()).isEqualTo(1);
    assertThat(plan(request(RestoreRequest.Target.ORIGINAL_FOLDERS, true)).messages()).isEqualTo(2);
    run(accepted(plan));
    assertThat(restored("")).extracting(Files::readString).containsExactly(text("four"));
  }

  @Test
  void whatOnlyEndsAlikeIsAnotherMessage() throws IOException {
    came("one");
    live("", "2.a:2,S", TRACE + text("ONE"));
    live("", "3.a:2,S", TRACE + "\n" + text("one"));
    live("", "4.a:2,S", "x" + text("one"));
    assertThat(plan().messages()).isEqualTo(1);
  }

  @Test
  void aShortOneIsFoundToo() throws IOException {
    mirror.came("Subject: a\r\n\r\nb\r\n");
    live("", "2.a:2,S", TRACE + "Subject: a\n\nb\n");
    assertThat(plan().present()).isEqualTo(1);
  }

  @Test
  void whatCameMeanwhileIsNotAdded() throws IOException {
    came("one");
    RestorePlan plan = accepted(plan());
    live("", "2.a:2,S", TRACE + text("one"));
    assertThat(run(plan).count(Receipt.Outcome.THERE)).isEqualTo(1);
    assertThat(restored("")).isEmpty();
  }

  @Test
  void twoThatAreTheSameComeBackAsOne() throws IOException {
    came("one", "one");
    RestorePlan plan = accepted(plan());
    assertThat(plan.messages()).isEqualTo(1);
    run(plan);
    assertThat(plan().messages()).isZero();
  }

  @Test
  void theyMayComeIntoAFolderOfTheirOwn() throws IOException {
    came("one");
    RestorePlan plan = accepted(plan(request(RestoreRequest.Target.BELOW_RESTORED, false)));
    assertThat(plan.folders().getFirst().make()).isTrue();
    run(plan);
    assertThat(restored(".Restored 2026-11-20.INBOX"))
        .extracting(Files::readString)
        .containsExactly(text("one"));
  }

  @Test
  void whatExpiresAfterTheRequestIsInItsJob() throws IOException {
    came("one");
    RestorePlan plan = accepted(plan());
    assertThat(planOf(plan)).contains(plan);
    mirror.expire();
    assertThat(run(plan).count(Receipt.Outcome.ADDED)).isEqualTo(1);
  }

  @Test
  void whatWasRewrittenIsNeitherPlannedNorTaken() throws IOException {
    came("one", "two");
    RestorePlan plan = plan();
    mirror.rewrite(0, text("ONE").replace("\n", "\r\n"));
    assertThat(plan().messages()).isEqualTo(1);
    assertThatExceptionOfType(RestoreException.class).isThrownBy(() -> accepted(plan));
    assertThat(planOf(plan)).isEmpty();

    restorer(
        restorer -> {
          restorer.sweep(plan.id());
          return plan;
        });
    assertThat(job(plan)).doesNotExist();
  }

  @Test
  void whatSomebodyHasChangedInTheJobIsRefused() throws IOException {
    came("one", "two");
    RestorePlan plan = accepted(plan());
    Path copy = files(job(plan).resolve("copies")).getFirst();
    Files.writeString(copy, "forged", StandardOpenOption.TRUNCATE_EXISTING);
    Receipt receipt = run(plan);
    assertThat(receipt.count(Receipt.Outcome.ADDED)).isEqualTo(1);
    assertThat(receipt.entries())
        .filteredOn(entry -> entry.outcome() == Receipt.Outcome.REFUSED)
        .singleElement()
        .satisfies(entry -> assertThat(entry.reason()).contains(Receipt.Reason.DAMAGED));
    assertThat(restored("")).hasSize(1);
  }

  @Test
  void whatWasAddedAndNotListedAsDoneIsNotAddedTwice() throws IOException {
    came("one", "two");
    RestorePlan plan = accepted(plan());
    run(plan);
    Files.delete(job(plan).resolve("receipt"));
    Files.delete(job(plan).resolve("done"));
    assertThat(run(plan).count(Receipt.Outcome.ADDED)).isEqualTo(2);
    assertThat(restored("")).hasSize(2);
  }

  @Test
  void aTakeBackRemovesThemAndTheJobKeepsThem() throws IOException {
    came("one", "two");
    RestorePlan plan = accepted(plan());
    run(plan);
    mirror.expire();
    Path read = restored("").getFirst();
    Files.move(read, Path.of(read + "S"));

    Restorer.TakenBack taken = restorer(restorer -> restorer.takeBack(plan.id()));
    assertThat(taken).isEqualTo(new Restorer.TakenBack(1, 1));
    assertThat(restored("")).hasSize(1);
    assertThat(files(job(plan).resolve("copies"))).hasSize(2);
  }

  @Test
  void whatWasDamagedInTheJobSinceIsNotTakenBack() throws IOException {
    came("one", "two");
    RestorePlan plan = accepted(plan());
    run(plan);
    Path copy = files(job(plan).resolve("copies")).getFirst();
    Files.writeString(copy, "x".repeat((int) Files.size(copy)));
    Restorer.TakenBack taken = restorer(restorer -> restorer.takeBack(plan.id()));
    assertThat(taken).isEqualTo(new Restorer.TakenBack(1, 1));
    assertThat(restored("")).hasSize(1);
  }

  @Test
  void ofAJobThatHasLostItsCopiesTheMessagesAreRefusedAndNothingIsTakenBack() throws IOException {
    came("one");
    RestorePlan plan = accepted(plan());
    Path copies = job(plan).resolve("copies");
    Files.delete(files(copies).getFirst());
    Files.delete(copies);
    assertThat(run(plan).entries())
        .singleElement()
        .satisfies(entry -> assertThat(entry.reason()).contains(Receipt.Reason.UNREADABLE));
    Restorer.TakenBack taken = restorer(restorer -> restorer.takeBack(plan.id()));
    assertThat(taken).isEqualTo(new Restorer.TakenBack(0, 0));
  }

  @Test
  void onlyWhatIsMissingIsWrittenDown() throws IOException {
    came("one", "two");
    live("", "2.a:2,S", TRACE + text("one"));
    RestorePlan plan = plan();
    Path unfinished = job(plan).resolve("copies").resolve(".copy");
    Map<KeptCopy, Boolean> written = new HashMap<>();
    KeptCopies watched =
        new KeptCopies() {
          @Override
          public List<KeptCopy> copies() {
            return mirror.copies();
          }

          @Override
          public Reading open() {
            Reading reading = mirror.open();
            return copy -> {
              SnapshotStore.StoredMessage text = reading.open(copy).orElseThrow();
              return Optional.of(
                  new SnapshotStore.StoredMessage() {
                    @Override
                    public long size() {
                      return text.size();
                    }

                    @Override
                    public int read(long position, byte[] buffer, int offset, int length)
                        throws IOException {
                      written.merge(copy, Files.exists(unfinished), Boolean::logicalOr);
                      return text.read(position, buffer, offset, length);
                    }

                    @Override
                    public void close() throws IOException {
                      text.close();
                    }
                  });
            };
          }
        };
    restorer(
        restorer -> {
          restorer.acceptRequested(plan, "", watched);
          return plan;
        });
    assertThat(written)
        .containsEntry(mirror.copies().get(0), false)
        .containsEntry(mirror.copies().get(1), true);
  }

  @Test
  void whatMayBeThereAndWasNotLookedAtIsNotMissing() throws IOException {
    String text = text("one");
    live("", "2.a:2,S", TRACE + text);
    PlainCopy copy = new PlainCopy("", text.length(), CopiesInMemory.ARRIVED);
    try (Maildir maildir = new Maildir(DirectoryHandle.open(box), warning -> {})) {
      MaildirContents contents = MaildirContents.look(maildir, CLOCK);
      MaildirArrivals arrivals =
          new MaildirArrivals(contents, new LiveFiles(maildir), new ReadingBudget(0));
      assertThatExceptionOfType(RestoreException.class)
          .isThrownBy(
              () -> arrivals.find(copy, MessageBytes.of(text.getBytes(ISO_8859_1)), Set.of()))
          .satisfies(e -> assertThat(e.hindrance()).isEqualTo(Hindrance.UNCERTAIN));
    }
  }

  @Test
  void aVersionThatKnowsNoCopiesDoesNotReadTheirPlans() throws IOException {
    came("one");
    RestorePlan plan = plan();
    assertThat(RestorePlan.parse(plan.toBytes(), "plan")).isEqualTo(plan);
    assertThat(new String(plan.toBytes(), ISO_8859_1))
        .startsWith("mail-time-machine-restore-plan 2\n")
        .doesNotContain("restore-plan 1");
  }

  @Test
  void whatIsRefusedOrWithdrawnLeavesNoCopies() throws IOException {
    came("one");
    RestorePlan dropped = accepted(plan());
    restorer(restorer -> restorer.drop(dropped.id()));
    assertThat(job(dropped).resolve("copies")).doesNotExist();
    assertThat(job(dropped).resolve("receipt")).exists();

    RestorePlan forgotten = accepted(plan());
    restorer(
        restorer -> {
          restorer.forget(forgotten.id());
          return forgotten;
        });
    assertThat(job(forgotten)).doesNotExist();
  }
}
