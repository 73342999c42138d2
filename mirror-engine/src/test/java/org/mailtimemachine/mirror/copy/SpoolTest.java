package org.mailtimemachine.mirror.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mirror.Mirror;
import org.mailtimemachine.mirror.MirrorRules;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.smtp.Copies;
import org.mailtimemachine.mirror.smtp.Envelope;

/** What is kept of a message, and what a process that died has left of it. */
@Timeout(60)
class SpoolTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final MailboxAddress OF_BOB = MailboxAddress.of("_mirror_bob@example.test");
  private static final MailboxAddress AUDIT = MailboxAddress.of("audit@example.test");
  private static final MailboxAddress OF_ALL = MailboxAddress.of("_mirror@example.test");
  private static final Mirror BOB =
      new Mirror(
          new MirrorSource.SingleRecipient(MailboxAddress.of("bob@example.test")),
          List.of(OF_BOB, AUDIT),
          30);
  private static final Mirror ALL =
      new Mirror(new MirrorSource.AllRecipients("example.test"), List.of(OF_ALL), 7);

  @TempDir private Path directory;
  private final AtomicReference<List<Mirror>> rules = new AtomicReference<>(List.of(BOB));

  private final List<Gap> gaps = new CopyOnWriteArrayList<>();
  private final AtomicReference<Runnable> onGap = new AtomicReference<>(() -> {});

  private Instant now = NOW;

  /** This run of the machine. */
  private String boot = "first";

  /** Called before one is opened. */
  private final AtomicReference<Consumer<MailboxAddress>> onMailbox =
      new AtomicReference<>(_ -> {});

  /** To open it is an Error. */
  private final AtomicReference<@Nullable MailboxAddress> broken = new AtomicReference<>();

  @BeforeEach
  void makeMail() throws IOException {
    Files.createDirectories(directory.resolve("mail/example.test"));
  }

  @Test
  void oneFileIsLinkedIntoEachMirrorMailbox() throws Exception {
    try (Spool spool = open()) {
      pass(spool, "4bX", "Subject: a\r\n\r\ntext\r\n", "Bob@Example.test");
      spool.awaitDelivered();
    }
    Path one = only(OF_BOB);
    assertThat(Files.readString(one)).isEqualTo("Subject: a\r\n\r\ntext\r\n");
    assertThat(one.getFileName().toString()).endsWith(",S=20,W=20");
    assertThat(Files.getAttribute(one, "unix:ino"))
        .isEqualTo(Files.getAttribute(only(AUDIT), "unix:ino"));
    assertThat(inSpool()).isEmpty();
    assertThat(Ledger.verify(directory.resolve("spool/ledgers/example.test/audit")).lines())
        .isEqualTo(1);
  }

  @Test
  void aRetryIsNoSecondCopyButTheSameWordsInAnotherMessageAre() throws Exception {
    try (Spool spool = open()) {
      pass(spool, "4bX", "text\r\n", "bob@example.test");
      pass(spool, "4bX", "text\r\n", "bob@example.test");
      spool.awaitDelivered();
      pass(spool, "4bX", "text\r\n", "bob@example.test");
      pass(spool, "5cY", "text\r\n", "bob@example.test");
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(2);
    try (Spool spool = open()) {
      pass(spool, "5cY", "text\r\n", "bob@example.test");
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(2);
  }

  @Test
  void aMessageInPartsIsOneInTheMirrorOfItsDomain() throws Exception {
    rules.set(List.of(ALL));
    try (Spool spool = open()) {
      pass(spool, "4bX", "text\r\n", "a@example.test", "b@example.test");
      pass(spool, "4bX", "text\r\n", "c@example.test");
      spool.awaitDelivered();
      pass(spool, "4bX", "text\r\n", "b@example.test", "d@example.test");
      spool.awaitDelivered();
      pass(spool, "4bX", "text\r\n", "d@example.test"); // once more
      spool.awaitDelivered();
    }
    Path file = only(OF_ALL);
    assertThat(recipients(OF_ALL))
        .containsExactly("a@example.test", "b@example.test", "c@example.test", "d@example.test");
    Ledger.read(
        directory.resolve("spool/ledgers/example.test/_mirror"),
        line -> assertThat(line.file()).isEqualTo(file.getFileName().toString()));
    try (Spool spool = open()) { // it is remembered
      pass(spool, "4bX", "text\r\n", "c@example.test", "d@example.test");
      spool.awaitDelivered();
    }
    assertThat(recipients(OF_ALL)).hasSize(4);
  }

  @Test
  void onlyThoseWhoGotItAreMirrored() throws Exception {
    rules.set(List.of(BOB, ALL));
    try (Spool spool = open()) {
      Envelope envelope = envelope("4bX", "bob@example.test", "carol@example.test");
      try (Copies.Copy copy = spool.begin(envelope)) {
        write(copy, "text\r\n");
        copy.sync();
        copy.accepted(envelope.recipients().subList(1, 2));
      }
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).isEmpty();
    assertThat(messages(OF_ALL)).hasSize(1);
    assertThat(inSpool()).isEmpty();
  }

  @Test
  void whatTheNextHopDidNotTakeIsForgotten() throws Exception {
    try (Spool spool = open()) {
      try (Copies.Copy copy = spool.begin(envelope("4bX", "bob@example.test"))) {
        write(copy, "text\r\n");
        copy.sync();
      }
      try (Copies.Copy copy = spool.begin(envelope("4bX", "bob@example.test"))) {
        write(copy, "te");
      }
      spool.awaitDelivered();
    }
    assertThat(inSpool()).isEmpty();
    assertThat(messages(OF_BOB)).isEmpty();
  }

  @Test
  void mailThatNobodyMirrorsLeavesNoTrace() throws Exception {
    try (Spool spool = open()) {
      pass(spool, "4bX", "text\r\n", "carol@example.test");
      spool.awaitDelivered();
    }
    assertThat(inSpool()).isEmpty();
    assertThat(directory.resolve("mail/example.test")).isEmptyDirectory();
  }

  @Test
  void whatWasWholeWhenTheProcessDiedIsMirroredAndWhatWasNotIsForgotten() throws Exception {
    Path spooled = directory.resolve("spool");
    try (Spool spool = open()) {
      Copies.Copy whole = spool.begin(envelope("4bX", "bob@example.test"));
      write(whole, "whole\r\n");
      whole.sync();
      Copies.Copy half = spool.begin(envelope("5cY", "bob@example.test"));
      write(half, "half");
      assertThat(inSpool()).hasSize(2);
      copyAside(spooled); // as the disk is when the machine goes down here
      whole.close();
      half.close();
    }
    try (Spool spool = open(directory.resolve("aside"))) {
      spool.awaitDelivered();
    }
    assertThat(Files.readString(only(OF_BOB))).isEqualTo("whole\r\n");
    assertThat(all(directory.resolve("aside"))).isEmpty();
  }

  @Test
  void whatWasNotAnsweredWhenTheProcessWasKilledIsMirroredIfItIsTakenWhenItComesAgain()
      throws Exception {
    Path again = killedBeforeTheAnswer("4bX");
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
      assertThat(messages(OF_BOB)).isEmpty();
      pass(spool, "4bX", "text\r\n", "bob@example.test");
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(1);
    assertThat(files(again)).isEmpty();
  }

  @Test
  void andIfItIsRefusedThenItIsNot() throws Exception {
    Path again = killedBeforeTheAnswer("4bX");
    open(again).close(); // killed once more
    try (Spool spool = open(again)) {
      try (Copies.Copy copy = spool.begin(envelope("4bX", "bob@example.test"))) {
        write(copy, "text\r\n");
        copy.sync();
        copy.refused(envelope("4bX", "bob@example.test").recipients());
      }
      spool.awaitDelivered();
    }
    boot = "third";
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).isEmpty();
    assertThat(all(again)).isEmpty();
    assertThat(gaps).isEmpty();
  }

  @Test
  void andIfItDoesNotComeAgainItIsMirroredInTheEnd() throws Exception {
    Path again = killedBeforeTheAnswer("4bX");
    now = NOW.plus(Duration.ofDays(5));
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
      assertThat(messages(OF_BOB)).isEmpty();
      now = now.plusSeconds(1);
      spool.mirrorWhatIsNotSentAgain();
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(1);
    assertThat(files(again)).isEmpty();
  }

  @Test
  void whatWasAcceptedWhenTheProcessWasKilledIsMirroredForThoseWhoGotIt() throws Exception {
    rules.set(List.of(BOB, ALL));
    broken.set(OF_BOB);
    try (Spool spool = open()) {
      broken.set(OF_ALL);
      pass(spool, "5cY", "one\r\n", "carol@example.test");
      Envelope envelope = envelope("4bX", "bob@example.test", "carol@example.test");
      try (Copies.Copy copy = spool.begin(envelope)) {
        write(copy, "text\r\n");
        copy.sync();
        copy.accepted(envelope.recipients().subList(1, 2));
      }
      copyAside(directory.resolve("spool"));
    }
    boot = "first";
    broken.set(null);
    try (Spool spool = open(directory.resolve("aside"))) {
      spool.awaitDelivered();
    }
    assertThat(messages(OF_ALL)).hasSize(2);
    assertThat(messages(OF_BOB)).isEmpty();
    assertThat(recipients(directory.resolve("aside"), OF_ALL))
        .containsExactly("carol@example.test", "carol@example.test");
  }

  /** The spool of a process that was killed before the next hop had answered. */
  private Path killedBeforeTheAnswer(String queueId) throws IOException {
    return killedBeforeTheAnswer(queueId, "bob@example.test");
  }

  private Path killedBeforeTheAnswer(String queueId, String... recipients) throws IOException {
    try (Spool spool = open();
        Copies.Copy copy = spool.begin(envelope(queueId, recipients))) {
      write(copy, "text\r\n");
      copy.sync();
      copyAside(directory.resolve("spool"));
    }
    boot = "first";
    now = NOW.plusSeconds(1);
    return directory.resolve("aside");
  }

  @Test
  void anEnvelopeThatWasNeverSyncedIsNobodysAndOneWithoutItsTextIsAGap() throws Exception {
    Path again = threeThatWait();
    Files.write(again.resolve(id(1) + ".whole"), new byte[0]);
    Files.write(again.resolve(id(2)), new byte[0]);
    Files.delete(again.resolve(id(3)));
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).isEmpty();
    assertThat(files(again)).isEmpty();
    assertThat(files(again.resolve("damaged"))).hasSize(3);
    assertThat(gaps).extracting(Gap::queueId).containsExactlyInAnyOrder("2bX", "3bX");
  }

  @Test
  void aCopyThatWasLinkedBeforeTheLedgerSaidSoIsNotLinkedAgain() throws Exception {
    try (Spool spool = open()) {
      Copies.Copy copy = spool.begin(envelope("4bX", "bob@example.test"));
      write(copy, "text\r\n");
      copy.sync();
      copyAside(directory.resolve("spool"));
      copy.accepted(envelope("4bX", "bob@example.test").recipients());
      copy.close();
      spool.awaitDelivered();
    }
    Path read = only(OF_BOB).resolveSibling("../cur/" + only(OF_BOB).getFileName() + ":2,S");
    Files.move(only(OF_BOB), read);
    try (Spool spool = open(directory.resolve("aside"))) { // without a ledger
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void ofTwoAttemptsThatADyingProcessLeavesTheOneThatIsLinkedCounts(int linked) throws Exception {
    try (Spool spool = open()) {
      List<Copies.Copy> attempts = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Copies.Copy attempt = spool.begin(envelope("4bX", "bob@example.test"));
        write(attempt, "text\r\n");
        attempt.sync();
        attempts.add(attempt);
      }
      copyAside(directory.resolve("spool"));
      attempts.get(linked).accepted(envelope("4bX", "bob@example.test").recipients());
      attempts.forEach(Copies.Copy::close);
      spool.awaitDelivered();
    }
    try (Spool spool = open(directory.resolve("aside"))) { // without a ledger
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(1);
    assertThat(files(directory.resolve("aside"))).isEmpty();
  }

  @Test
  void whatIsLeftIsNotedAsItGoesAndAttemptsAtOneMessageStayTogether() throws Exception {
    int many = Ledger.MOST_AT_A_TIME + 1;
    try (Spool spool = open()) {
      List<Copies.Copy> copies = new ArrayList<>();
      for (int attempt = 0; attempt < 2; attempt++) {
        for (int i = 0; i < many; i++) {
          Copies.Copy copy = spool.begin(envelope("q" + i, "bob@example.test"));
          write(copy, i + "\r\n");
          copies.add(copy);
        }
      }
      for (Copies.Copy each : copies) {
        each.sync();
      }
      copyAside(directory.resolve("spool"));
      for (Copies.Copy each : copies.subList(many, 2 * many)) { // linked, and not noted
        each.accepted(envelope("q", "bob@example.test").recipients());
      }
      copies.forEach(Copies.Copy::close);
      spool.awaitDelivered();
    }
    try (Spool spool = open(directory.resolve("aside"))) { // without a ledger
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(many);
    assertThat(recipients(directory.resolve("aside"), OF_BOB)).hasSize(many);
    assertThat(files(directory.resolve("aside"))).isEmpty();
  }

  @Test
  void oneDamagedCopyIsKeptApartAndIsAGapAndInNobodysWay() throws Exception {
    Path again = threeThatWait();
    Path text = again.resolve(id(2));
    byte[] other = "TEXT\r\n".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(text, other); // somebody wrote to it, or the disk forgot
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(2);
    assertThat(messages(AUDIT)).hasSize(2);
    assertThat(Ledger.verify(again.resolve("ledgers/example.test/audit")).lines()).isEqualTo(2);
    assertThat(files(again)).isEmpty();
    assertThat(files(again.resolve("damaged")))
        .containsExactly(
            again.resolve("damaged/" + id(2)), again.resolve("damaged/" + id(2) + ".whole"));
    assertThat(again.resolve("damaged/" + id(2))).hasBinaryContent(other);
    assertThat(gaps).hasSize(1);
    assertThat(gaps.getFirst().queueId()).isEqualTo("2bX");
    assertThat(gaps.getFirst().recipients()).containsExactly("bob@example.test");
  }

  @Test
  void anEnvelopeThatCannotBeReadIsKeptApartAndTheOthersAreMirrored() throws Exception {
    Path again = threeThatWait();
    Files.writeString(again.resolve(id(1) + ".whole"), "arrival 1\nqueue");
    Files.delete(again.resolve(id(2) + ".whole"));
    Files.createDirectory(again.resolve(id(2) + ".whole")); // reading it fails
    Files.writeString(again.resolve(id(2) + ".whole/x"), "");
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(1);
    assertThat(files(again)).isEmpty();
    assertThat(files(again.resolve("damaged"))).hasSize(3);
    assertThat(gaps).hasSize(2).allSatisfy(gap -> assertThat(gap.recipients()).isEmpty());
  }

  @Test
  void anEnvelopeThatCameBackOfWhatIsInItsMirrorsAlreadyIsForgotten() throws Exception {
    Path again = threeThatWait();
    Path envelope = again.resolve(id(2) + ".whole");
    byte[] bytes = Files.readAllBytes(envelope);
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
    }
    Files.write(envelope, bytes);
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(3);
    assertThat(files(again)).isEmpty();
    assertThat(gaps).isEmpty();
  }

  @Test
  void aMessageThatCannotComeInNowIsInNobodysWay() throws Exception {
    Path again = threeThatWait();
    String tooLong = id(2) + "t".repeat(249 - id(2).length());
    for (String end : List.of("", ".whole")) {
      Files.move(again.resolve(id(2) + end), again.resolve(tooLong + end));
    }
    try (Spool spool = open(again)) {
      while (messages(AUDIT).size() < 2) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      assertThat(messages(OF_BOB)).hasSize(2);
      assertThat(spool.isSound()).isTrue();
    }
    // also noted: whoever moves one away does not get it again
    assertThat(Ledger.verify(again.resolve("ledgers/example.test/_mirror_bob")).lines())
        .isEqualTo(2);
    assertThat(files(again)).hasSize(2);
    assertThat(gaps).isEmpty();
  }

  @Test
  void whatTheLedgerCannotTakeIsInNoMirrorAndComesOnceWhenItCan() throws Exception {
    Path ledger = directory.resolve("spool/ledgers/example.test/_mirror_bob");
    onMailbox.set(
        mailbox -> {
          if (mailbox.equals(OF_BOB)) {
            makeDirectory(ledger.resolve("2026-11")); // nothing can be written to it
          }
        });
    try (Spool spool = open()) {
      pass(spool, "4bX", "text\r\n", "bob@example.test");
      while (messages(AUDIT).isEmpty()) { // whose turn it is behind the other
        TimeUnit.MILLISECONDS.sleep(5);
      }
      // Whoever reads it now and moves it away would get it once more.
      assertThat(messages(OF_BOB)).isEmpty();
    }
    onMailbox.set(_ -> {});
    Files.delete(ledger.resolve("2026-11"));
    try (Spool spool = open()) {
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(1);
    assertThat(Ledger.verify(ledger).lines()).isEqualTo(1);
  }

  private static void makeDirectory(Path path) {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aTextThatCannotBeReadNowIsNotDamaged() throws Exception {
    Path again = threeThatWait();
    Path text = again.resolve(id(2));
    LoopDisk.runOrSkip("mount", "--bind", "/proc/self/mem", text.toString()); // EIO
    try (Spool spool = open(again)) {
      while (messages(AUDIT).size() < 2) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      assertThat(messages(OF_BOB)).hasSize(2);
      assertThat(spool.isSound()).isTrue();
    } finally {
      LoopDisk.runOrSkip("umount", text.toString());
    }
    assertThat(gaps).isEmpty();
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(3);
    assertThat(again.resolve("damaged")).doesNotExist();
  }

  @Test
  void anErrorDoesNotEndTheDelivery() throws Exception {
    rules.set(List.of(BOB, ALL));
    broken.set(AUDIT);
    try (Spool spool = open()) {
      pass(spool, "4bX", "text\r\n", "bob@example.test");
      pass(spool, "5cY", "text\r\n", "carol@example.test");
      while (messages(OF_ALL).size() < 2) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      assertThat(messages(OF_BOB)).hasSize(1);
    }
    broken.set(null);
    try (Spool spool = open()) {
      spool.awaitDelivered();
    }
    assertThat(messages(AUDIT)).hasSize(1);
    assertThat(messages(OF_BOB)).hasSize(1);
  }

  @Test
  void aMirrorTellsNothingOfBlindCopiesToOthers() throws Exception {
    MailboxAddress ofOrg = MailboxAddress.of("_mirror@example.org");
    Files.createDirectories(directory.resolve("mail/example.org"));
    rules.set(
        List.of(
            BOB,
            ALL,
            new Mirror(new MirrorSource.AllRecipients("example.org"), List.of(ofOrg), 7)));
    try (Spool spool = open()) {
      pass(
          spool,
          "4bX",
          "text\r\n",
          "bob@example.test",
          "eve@example.org",
          "carol@example.test",
          "x@example.net");
      spool.awaitDelivered();
    }
    assertThat(recipients(ofOrg)).containsExactly("eve@example.org");
    assertThat(recipients(OF_BOB)).containsExactly("bob@example.test");
    assertThat(recipients(OF_ALL)).containsExactly("bob@example.test", "carol@example.test");
  }

  @Test
  void whatOneOwnerWritesToHisCopyIsInNoOtherOnes() throws Exception {
    assumeTrue(Files.getAttribute(directory, "unix:uid").equals(0), "only root gives files away");
    for (MailboxAddress each : List.of(OF_BOB, AUDIT)) {
      Files.createDirectories(maildir(each));
    }
    Files.setAttribute(maildir(OF_BOB), "unix:uid", 12_345);
    broken.set(AUDIT);
    try (Spool spool = open()) {
      pass(spool, "4bX", "text\r\n", "bob@example.test");
      while (messages(OF_BOB).isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
    Files.writeString(only(OF_BOB), "his");
    broken.set(null);
    try (Spool spool = open()) {
      spool.awaitDelivered();
    }
    assertThat(Files.readString(only(AUDIT))).isEqualTo("text\r\n");
    assertThat(gaps).isEmpty();
  }

  private List<String> recipients(MailboxAddress mailbox) throws IOException {
    return recipients(directory.resolve("spool"), mailbox);
  }

  private static List<String> recipients(Path spool, MailboxAddress mailbox) throws IOException {
    List<String> recipients = new ArrayList<>();
    Ledger.read(
        spool.resolve("ledgers/" + mailbox.domain() + "/" + mailbox.localPart()),
        line -> recipients.addAll(line.recipients()));
    return recipients;
  }

  @Test
  void whatIsDamagedInAJournalIsKeptApartAndTheOthersAreMirrored() throws Exception {
    Path again = threeInAJournal();
    Path journal = again.resolve("journal.00000001");
    Files.writeString(
        journal,
        Files.readString(journal, StandardCharsets.ISO_8859_1).replace("2bX", "2bY"),
        StandardCharsets.ISO_8859_1);
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(2);
    assertThat(all(again)).isEmpty();
    assertThat(all(again.resolve("damaged")))
        .hasSize(2)
        .contains(again.resolve("damaged/" + id(2)))
        .anyMatch(each -> each.getFileName().toString().startsWith("journal.00000001."));
    assertThat(gaps).hasSize(2);
  }

  @Test
  void aSecondDamagedJournalOfTheSameNumberIsKeptToo() throws Exception {
    Path again = threeInAJournal();
    Path journal = again.resolve("journal.00000001");
    byte[] damaged = Files.readAllBytes(journal);
    damaged[200] ^= 1;
    for (int time = 0; time < 2; time++) { // numbers begin anew when all is done
      Files.write(journal, damaged);
      try (Spool spool = open(again)) {
        spool.awaitDelivered();
      }
      assertThat(journal).doesNotExist();
    }
    assertThat(all(again.resolve("damaged")))
        .filteredOn(each -> each.getFileName().toString().startsWith("journal."))
        .hasSize(2);
  }

  @Test
  void aDamagedJournalIsThereUntilAllThatMayHaveStoodInItIsSetAside() throws Exception {
    Path again = threeInBoth();
    Path journal = again.resolve("journal.00000001");
    Files.delete(again.resolve(id(2) + ".whole"));
    Files.writeString(
        journal,
        Files.readString(journal, StandardCharsets.ISO_8859_1).replace("2bX", "2bY"),
        StandardCharsets.ISO_8859_1);
    List<Boolean> there = new ArrayList<>();
    onGap.set(() -> there.add(Files.exists(journal))); // where the process may die
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(2);
    assertThat(there).containsExactly(true, true);
    assertThat(all(again)).isEmpty();
  }

  @Test
  void textsOfAJournalThatIsMissingAreKeptApartAndOthersWithoutAnEnvelopeGo() throws Exception {
    Path again = threeInAJournal();
    Path journal = again.resolve("journal.00000002");
    Files.delete(again.resolve("journal.00000001"));
    for (String neighbour : List.of("journal.00000001", "journal.00000003")) {
      Files.writeString(again.resolve(neighbour), "journal 1 second\n");
    }
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
    }
    assertThat(journal).doesNotExist();
    assertThat(all(again.resolve("damaged"))).hasSize(3);
    assertThat(gaps).hasSize(3);
    Files.move(again.resolve("damaged/" + id(1)), again.resolve(id(1))); // the journals are whole
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
    }
    assertThat(all(again)).isEmpty();
    assertThat(gaps).hasSize(3);
  }

  @Test
  void textsOfTheOnlyJournalAreKeptApartWhereThatIsMissing() throws Exception {
    Path again = threeInAJournal();
    Files.delete(again.resolve("journal.00000001"));
    for (int time = 0; time < 2; time++) {
      try (Spool spool = open(again)) {
        spool.awaitDelivered();
        pass(spool, "4bX", "text\r\n", "bob@example.test");
        spool.awaitDelivered();
      }
      assertThat(all(again.resolve("damaged"))).hasSize(3);
      assertThat(gaps).hasSize(3);
      assertThat(messages(OF_BOB)).hasSize(1);
    }
    assertThat(all(again)).isEmpty();
  }

  @Test
  void whatAPowerCutLeftOfMessagesThatNobodyAnsweredForIsNoGap() throws Exception {
    Path again = threeInAJournal();
    Files.delete(again.resolve(id(1))); // it was refused, and the note of that is not on the disk
    Files.writeString(again.resolve(id(2)), ""); // its sync had not begun
    Files.writeString(again.resolve(id(3)), "te"); // its sync had not come to its end
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
      assertThat(spool.held()).isEqualTo(1);
      pass(spool, "3bX", "text\r\n", "bob@example.test"); // as it was not answered for
      spool.awaitDelivered();
      assertThat(spool.held()).isZero();
    }
    assertThat(messages(OF_BOB)).hasSize(1);
    assertThat(gaps).isEmpty();
    assertThat(again.resolve("damaged")).doesNotExist();
    assertThat(all(again)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"first", "second"})
  void aTextThatIsCutOffAndIsNotSentAgainIsAGap(String run) throws Exception {
    Path again = threeInAJournal();
    boot = run;
    Files.writeString(again.resolve(id(2)), "te");
    now = NOW.plus(Duration.ofDays(6));
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(2);
    assertThat(gaps).extracting(Gap::queueId).containsExactly("2bX");
    assertThat(gaps.getFirst().recipients()).containsExactly("bob@example.test");
    assertThat(again.resolve("damaged/" + id(2))).hasContent("te");
    assertThat(all(again)).isEmpty();
  }

  @Test
  void aMailboxThatHasAMessageIsNotGivenItAgainWhateverItsLedgerRemembers() throws Exception {
    broken.set(AUDIT);
    try (Spool spool = open()) {
      pass(spool, "4bX", "text\r\n", "bob@example.test");
      while (!spool.waiting().keySet().equals(Set.of(AUDIT))) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
    }
    Files.delete(only(OF_BOB)); // by its owner
    Files.delete(directory.resolve("spool/ledgers/example.test/_mirror_bob/2026-11"));
    broken.set(null);
    boot = "second";
    try (Spool spool = open()) {
      spool.awaitDelivered();
    }
    assertThat(messages(AUDIT)).hasSize(1);
    assertThat(messages(OF_BOB)).isEmpty();
    assertThat(inSpool()).isEmpty();
  }

  @Test
  void aMessageThatWaitsKeepsNoJournal() throws Exception {
    rules.set(List.of(BOB, ALL));
    String[] many =
        IntStream.range(0, 300)
            .mapToObj(i -> "recipient%d@example.test".formatted(i))
            .toArray(String[]::new);
    broken.set(AUDIT);
    try (Spool spool = open()) {
      pass(spool, "4bX", "text\r\n", "bob@example.test");
      for (int i = 0; i < 100; i++) {
        pass(spool, "q" + i, "text\r\n", many);
      }
      while (messages(OF_ALL).size() < 101 || inSpool().size() > 2) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      pass(spool, "5cY", "text\r\n", many);
      while (messages(OF_ALL).size() < 102) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      assertThat(all(directory.resolve("spool")))
          .filteredOn(each -> each.getFileName().toString().startsWith("journal."))
          .hasSizeLessThan(3);
    }
  }

  @Test
  void whatIsHeldForOneIsNotSettledByAPartForAnother() throws Exception {
    Path again = killedBeforeTheAnswer("4bX");
    rules.set(List.of(BOB, ALL));
    try (Spool spool = open(again)) {
      pass(spool, "4bX", "text\r\n", "carol@example.test");
      spool.awaitDelivered();
      assertThat(messages(OF_ALL)).hasSize(1);
      assertThat(spool.held()).isEqualTo(1);
    }
    now = NOW.plus(Duration.ofDays(6));
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
      assertThat(spool.held()).isEqualTo(0);
    }
    assertThat(messages(OF_BOB)).hasSize(1);
    assertThat(files(again)).isEmpty();
  }

  @Test
  void whatIsHeldForSeveralIsSettledPartByPart() throws Exception {
    rules.set(List.of(BOB, ALL));
    Path again = killedBeforeTheAnswer("4bX", "bob@example.test", "carol@example.test");
    try (Spool spool = open(again)) {
      pass(spool, "4bX", "text\r\n", "carol@example.test");
      spool.awaitDelivered();
    }
    try (Spool spool = open(again)) {
      assertThat(spool.held()).isEqualTo(1);
      try (Copies.Copy copy = spool.begin(envelope("4bX", "bob@example.test"))) {
        write(copy, "text\r\n");
        copy.sync();
        copy.refused(envelope("4bX", "bob@example.test").recipients());
      }
      assertThat(spool.held()).isEqualTo(0);
    }
    assertThat(messages(OF_BOB)).isEmpty();
    assertThat(all(again)).isEmpty();
  }

  @Test
  void ofWhatIsHeldSomeAreTakenAndOthersRefusedAtOnce() throws Exception {
    rules.set(List.of(BOB, ALL));
    Path again = killedBeforeTheAnswer("4bX", "bob@example.test", "carol@example.test");
    try (Spool spool = open(again)) {
      Envelope envelope = envelope("4bX", "bob@example.test", "carol@example.test");
      try (Copies.Copy copy = spool.begin(envelope)) {
        write(copy, "text\r\n");
        copy.sync();
        copy.accepted(envelope.recipients().subList(1, 2));
        copy.refused(envelope.recipients().subList(0, 1));
      }
      assertThat(spool.held()).isZero();
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).isEmpty();
    assertThat(messages(OF_ALL)).hasSize(1);
  }

  @Test
  void whatIsLeftOfAHeldMessageWithoutAQueueIdIsMirroredOnceInTheEnd() throws Exception {
    rules.set(List.of(BOB, ALL));
    Path again = killedBeforeTheAnswer("", "bob@example.test", "carol@example.test");
    try (Spool spool = open(again)) {
      Envelope envelope = envelope("", "bob@example.test", "carol@example.test");
      try (Copies.Copy copy = spool.begin(envelope)) {
        write(copy, "text\r\n");
        copy.sync();
        copy.accepted(envelope.recipients().subList(1, 2));
      }
      assertThat(spool.held()).isEqualTo(1);
      now = NOW.plus(Duration.ofDays(6));
      for (int i = 0; i < 3; i++) {
        spool.mirrorWhatIsNotSentAgain();
        assertThat(spool.held()).isZero();
        spool.awaitDelivered();
      }
    }
    assertThat(messages(OF_BOB)).hasSize(1);
    assertThat(gaps).isEmpty();
    assertThat(all(again)).isEmpty();
  }

  @Test
  void aTextWhoseEnvelopeCannotBeReadGoesNowhereWhereItCannotBeSetAside() throws Exception {
    Path again = threeThatWait();
    Files.writeString(again.resolve(id(2) + ".whole"), "not an envelope");
    Path inTheWay = Files.writeString(again.resolve("damaged"), "");

    assertThatThrownBy(() -> open(again)).isInstanceOf(IOException.class);

    assertThat(again.resolve(id(2))).exists();
    Files.delete(inTheWay);
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(2);
    assertThat(again.resolve("damaged/" + id(2))).exists();
  }

  @Test
  void whatCameUnderAClockThatWasAheadIsNotHeldUntilThatTimeComes() throws Exception {
    now = NOW.plus(Duration.ofDays(3_650));
    Path again = killedBeforeTheAnswer("4bX");
    now = NOW;
    try (Spool spool = open(again)) {
      assertThat(spool.held()).isEqualTo(1);
      now = NOW.plus(Duration.ofDays(6));
      spool.mirrorWhatIsNotSentAgain();
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(1);
  }

  @Test
  void whatCannotBeSetAsideNowIsToldOnceAndKeepsNoJournal() throws Exception {
    Path again = threeInAJournal();
    Files.writeString(again.resolve(id(2)), "TEXT\r\n");
    Files.writeString(again.resolve("damaged"), ""); // no directory can be made
    try (Spool spool = open(again)) {
      while (!Files.exists(again.resolve(id(2) + ".accepted"))) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      assertThat(spool.isSound()).isTrue();
    }
    assertThat(gaps).hasSize(1);
    Files.delete(again.resolve("damaged"));
    try (Spool spool = open(again)) {
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(2);
    assertThat(all(again)).isEmpty();
    assertThat(all(again.resolve("damaged"))).hasSize(2);
  }

  /** The spool of a process that ended with its machine and three messages for Bob. */
  private Path threeInAJournal() throws IOException {
    try (Spool spool = open()) {
      List<Copies.Copy> copies = new ArrayList<>();
      for (int i = 1; i <= 3; i++) {
        Copies.Copy copy = spool.begin(envelope(i + "bX", "bob@example.test"));
        write(copy, "text\r\n");
        copy.sync();
        copies.add(copy);
      }
      copyAside(directory.resolve("spool"));
      copies.forEach(Copies.Copy::close);
    }
    return directory.resolve("aside");
  }

  /** The same, with envelopes in files of their own. */
  private Path threeThatWait() throws IOException {
    Path aside = threeInBoth();
    Files.delete(aside.resolve("journal.00000001"));
    Files.delete(aside.resolve("journals"));
    return aside;
  }

  /** The same, in the journal as well. */
  private Path threeInBoth() throws IOException {
    Path aside = threeInAJournal();
    try (DirectoryHandle spool = DirectoryHandle.open(aside)) {
      Syncs syncs = Syncs.OF_THE_KERNEL;
      Journal journal = new Journal(aside, spool, boot, new SyncedNames(spool, syncs), syncs);
      for (Journal.Found each : journal.read(new Rereads(0, () -> {})).messages()) {
        Files.writeString(aside.resolve(each.id().text() + ".whole"), each.arrival().text());
      }
    }
    return aside;
  }

  @Test
  void whatPassesWithoutACopyLeavesNothingInTheSpool() throws Exception {
    try (Spool spool = open(directory.resolve("spool"), FailurePolicy.PASS)) {
      Files.createDirectory(directory.resolve("spool/journal.00000001"));
      pass(spool, "4bX", "text\r\n", "bob@example.test");
      spool.awaitDelivered();
      assertThat(spool.isSound()).isFalse();
      pass(spool, "5cY", "text\r\n", "bob@example.test");
      spool.awaitDelivered();
      assertThat(spool.isSound()).isTrue();
    }
    assertThat(inSpool()).isEmpty();
    assertThat(messages(OF_BOB)).hasSize(1);
  }

  @Test
  void aMailboxThatCannotTakeMailIsInNobodysWay() throws Exception {
    Path broken = maildir(AUDIT);
    Files.createDirectories(broken);
    Files.createSymbolicLink(broken.resolve("new"), Files.createDirectory(directory.resolve("x")));
    try (Spool spool = open()) {
      pass(spool, "4bX", "text\r\n", "bob@example.test");
      rules.set(List.of(ALL)); // which wait for nobody
      pass(spool, "5cY", "text\r\n", "bob@example.test");
      while (messages(OF_ALL).isEmpty()) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      assertThat(messages(OF_BOB)).hasSize(1);
    }
    assertThat(directory.resolve("x")).isEmptyDirectory();
    Files.delete(broken.resolve("new"));
    try (Spool spool = open()) {
      spool.awaitDelivered();
    }
    assertThat(messages(OF_BOB)).hasSize(1);
    assertThat(messages(AUDIT)).hasSize(1);
    assertThat(messages(OF_ALL)).hasSize(1);
    assertThat(inSpool()).isEmpty();
  }

  @Test
  void aMailboxOfAnotherOwnerHasAFileOfItsOwn() throws Exception {
    assumeTrue(Files.getAttribute(directory, "unix:uid").equals(0), "only root gives files away");
    for (MailboxAddress each : List.of(OF_BOB, AUDIT)) {
      Files.createDirectories(maildir(each));
    }
    Files.setAttribute(maildir(OF_BOB), "unix:uid", 12_345);
    try (Spool spool = open()) {
      pass(spool, "4bX", "text\r\n", "bob@example.test");
      spool.awaitDelivered();
    }
    assertThat(Files.getAttribute(only(OF_BOB), "unix:uid")).isEqualTo(12_345);
    assertThat(Files.getAttribute(only(AUDIT), "unix:uid")).isEqualTo(0);
    assertThat(Files.readString(only(AUDIT))).isEqualTo("text\r\n");
  }

  private static String id(int number) {
    return "%d.M000000P%dQ%d.t"
        .formatted(NOW.getEpochSecond(), ProcessHandle.current().pid(), number);
  }

  @Test
  void twoProcessesDoNotMirrorFromOneSpool() throws Exception {
    try (Spool spool = open()) {
      assertThat(spool).isNotNull();
      assertThatThrownBy(this::open)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another process");
    }
  }

  private Spool open() throws IOException {
    return open(directory.resolve("spool"));
  }

  private Spool open(Path spool) throws IOException {
    return open(spool, FailurePolicy.DEFER);
  }

  private Spool open(Path spool, FailurePolicy policy) throws IOException {
    return Spool.open(
        spool,
        this::maildir,
        () -> MirrorRules.of(rules.get()),
        policy,
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
          }

          @Override
          public Instant instant() {
            return now;
          }
        },
        "t",
        gap -> {
          gaps.add(gap);
          onGap.get().run();
        },
        boot);
  }

  private Path maildir(MailboxAddress mailbox) {
    if (inDelivery() && mailbox.equals(broken.get())) {
      throw new NoClassDefFoundError("made to fail");
    }
    if (inDelivery()) {
      onMailbox.get().accept(mailbox);
    }
    return directory.resolve("mail").resolve(mailbox.domain()).resolve(mailbox.localPart());
  }

  private static boolean inDelivery() {
    return Thread.currentThread().getName().equals("mirror delivery");
  }

  private static Envelope envelope(String queueId, String... recipients) {
    return new Envelope(
        queueId.isEmpty() ? Map.of() : Map.of("IDENT", queueId),
        "a@example.test",
        List.of(),
        Stream.of(recipients).map(each -> new Envelope.Recipient(each, List.of())).toList());
  }

  private static void pass(Spool spool, String queueId, String text, String... recipients)
      throws IOException {
    Envelope envelope = envelope(queueId, recipients);
    try (Copies.Copy copy = spool.begin(envelope)) {
      write(copy, text);
      copy.sync();
      copy.accepted(envelope.recipients());
    }
  }

  private static void write(Copies.Copy copy, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    copy.write(bytes, bytes.length);
  }

  /** What another run of the machine finds, if all that was written was on the disk. */
  private void copyAside(Path spool) throws IOException {
    boot = "second";
    Path aside = Files.createDirectory(directory.resolve("aside"));
    Files.copy(spool.resolve("journals"), aside.resolve("journals"));
    for (Path file : all(spool)) {
      Files.copy(file, aside.resolve(file.getFileName()));
    }
  }

  private List<Path> inSpool() throws IOException {
    return files(directory.resolve("spool"));
  }

  /** Texts and envelopes, but no journals. */
  private static List<Path> files(Path spool) throws IOException {
    return all(spool).stream()
        .filter(file -> !file.getFileName().toString().startsWith("journal."))
        .toList();
  }

  private static List<Path> all(Path spool) throws IOException {
    try (Stream<Path> files = Files.list(spool)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("lock") && !file.endsWith("journals"))
          .sorted()
          .toList();
    }
  }

  private Path only(MailboxAddress mailbox) throws IOException {
    List<Path> messages = messages(mailbox);
    assertThat(messages).hasSize(1);
    return messages.getFirst();
  }

  private List<Path> messages(MailboxAddress mailbox) throws IOException {
    if (!Files.isDirectory(maildir(mailbox))) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(maildir(mailbox))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
