package org.mailtimemachine.restore.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.mime.MessageBytes;
import org.mailtimemachine.mailstore.mime.ReadingBudget;
import org.mailtimemachine.restore.CopiesInMemory;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.LiveMailbox;
import org.mailtimemachine.restore.PlainCopy;
import org.mailtimemachine.restore.Receipt;
import org.mailtimemachine.restore.RestoreException;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestorePlanner;
import org.mailtimemachine.restore.RestoreProgress;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.RestoreScope;
import org.mailtimemachine.restore.RestoreStatus;
import org.mailtimemachine.restore.Restorer;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.TakeProgress;

/** What users, senders and servers may do while messages come back by IMAP. */
class ImapRestoreTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.test");
  private static final SnapshotName D20 = new SnapshotName("2026-11-20");
  private static final Instant THEN = Instant.parse("2026-11-01T08:00:00Z");
  private static final String DATE = "01-Nov-2026 08:00:00 +0000";
  private static final Clock DAY =
      Clock.fixed(Instant.parse("2026-11-20T12:00:00Z"), ZoneOffset.UTC);

  @TempDir Path root;
  private Path box;
  private PretendImap server;
  private Instant now = Instant.parse("2026-11-22T10:00:00Z");

  @BeforeEach
  void start() throws IOException {
    box = root.resolve("mail/example.test/anna");
    server = new PretendImap();
    Path secret = Files.writeString(root.resolve("password"), "master-secret\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static String message(String name) {
    return "Message-ID: <%s@example.test>\nSubject: %s\n\n%s\n".formatted(name, name, name);
  }

  private static String shown(String text) {
    return text.replace("\n", "\r\n");
  }

  private static List<String> messages(String... names) {
    return Stream.of(names).map(name -> shown(message(name))).toList();
  }

  /** Puts a message into the copy that nights are taken of. */
  private void keep(String folder, String name, String text) throws IOException {
    for (String part : List.of("cur", "new", "tmp")) {
      Files.createDirectories(box.resolve(folder).resolve(part));
      Files.createDirectories(box.resolve(part));
    }
    Path file = box.resolve(folder).resolve("cur").resolve(name + ".a:2,S");
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(THEN));
  }

  private void night(String... names) throws IOException {
    for (String name : names) {
      keep("", name, message(name));
    }
    take();
  }

  private void take() throws IOException {
    try (SnapshotEngine engine =
        SnapshotEngine.open(root.resolve("mail"), root.resolve("store"), DAY)) {
      assertThat(engine.take(D20, TakeProgress.NONE).complete()).isTrue();
    }
  }

  private ImapLiveMail live() {
    Map<String, String> settings =
        Map.of(
            "mtm.live",
            "imap://127.0.0.1:" + server.port(),
            "mtm.live.master-user",
            "restorer",
            "mtm.live.password-file",
            root.resolve("password").toString());
    return ImapLiveMail.of(name -> Optional.ofNullable(settings.get(name))).orElseThrow();
  }

  private InstantSource clock() {
    return InstantSource.fixed(now);
  }

  private RestorePlan plan() throws IOException {
    return plan(new RestoreScope.WholeMailbox());
  }

  private RestorePlan plan(RestoreScope scope) throws IOException {
    RestoreRequest request =
        new RestoreRequest(
            UUID.randomUUID(),
            ANNA,
            D20,
            scope,
            RestoreRequest.Target.ORIGINAL_FOLDERS,
            false,
            now,
            "");
    try (Store store = Store.open(root.resolve("store"))) {
      return new RestorePlanner(store, live(), clock()).plan(request);
    }
  }

  private RestorePlan accepted() throws IOException {
    RestorePlan plan = plan();
    try (Store store = Store.open(root.resolve("store"))) {
      new Restorer(store, live(), clock()).accept(plan);
    }
    return plan;
  }

  private Receipt run(RestorePlan plan) throws IOException {
    try (Store store = Store.open(root.resolve("store"))) {
      return new Restorer(store, live(), clock()).run(plan.id(), RestoreProgress.NONE);
    }
  }

  private Restorer.TakenBack takeBack(RestorePlan plan) throws IOException {
    try (Store store = Store.open(root.resolve("store"))) {
      return new Restorer(store, live(), clock()).takeBack(plan.id());
    }
  }

  /** Runs it with a server that breaks the connection about the n-th APPEND. */
  private void cut(RestorePlan plan, int number, String how) {
    AtomicInteger appends = new AtomicInteger();
    server.whim(
        (command, literal) ->
            command.startsWith("APPEND") && appends.incrementAndGet() == number
                ? how
                : PretendImap.Whim.DO);
    assertThatThrownBy(() -> run(plan))
        .satisfies(e -> assertThat(Hindrance.of(e)).isEqualTo(Hindrance.SERVER_AWAY));
    server.whim((command, literal) -> PretendImap.Whim.DO);
  }

  private Path done(RestorePlan plan) {
    return root.resolve("store/restores").resolve(plan.id().toString()).resolve("done");
  }

  /** As if it had been killed before it could list what it had done. */
  private void forgetWhatIsDone(RestorePlan plan) throws IOException {
    Files.write(
        done(plan),
        Files.readAllLines(done(plan)).stream()
            .filter(
                line -> Stream.of("ADDED", "REFUSED", "THERE", "SUM").noneMatch(line::startsWith))
            .toList());
  }

  @Test
  void whatCameAndWentIsAppendedOnceAndWhatWasDeliveredIsKnownByItsEnd() throws Exception {
    night("0");
    CopiesInMemory mirror = new CopiesInMemory();
    for (String name : List.of("1", "2", "3", "4")) {
      mirror.came(shown(message(name)));
    }
    String trace = "Return-Path: <a@example.org>\r\nReceived: by us\r\n\tfor anna\r\n";
    server.deliver("INBOX", trace + shown(message("1")), DATE);
    server.deliver("INBOX", trace + shown(message("2")).replace("\r\n2", "\r\n3"), DATE);
    server.deliver("INBOX", trace + "\r\n" + shown(message("3")), DATE);
    int before = server.texts("INBOX").size();

    RestorePlan plan = plan(new RestoreScope.Copies(mirror));
    assertThat(plan.present()).isEqualTo(1);
    try (Store store = Store.open(root.resolve("store"))) {
      new Restorer(store, live(), clock()).acceptRequested(plan, "", mirror);
    }
    mirror.expire();
    cut(plan, 2, PretendImap.Whim.DO_AND_CUT);
    forgetWhatIsDone(plan);
    assertThat(run(plan).count(Receipt.Outcome.ADDED)).isEqualTo(3);
    assertThat(server.texts("INBOX")).hasSize(before + 3).containsAll(messages("2", "3", "4"));
    assertThat(takeBack(plan)).isEqualTo(new Restorer.TakenBack(3, 0));
    assertThat(server.texts("INBOX")).hasSize(before);
  }

  @Test
  void whatCameWithoutAMessageIdIsKnownWhereItWasDelivered() throws Exception {
    night("0");
    String text = shown("Subject: Printer\n\nThe paper is gone.\n");
    String since = "21-Nov-2020 08:00:00 +0000";
    for (int i = 0; i < 30; i++) {
      server.deliver("INBOX", "X-Number: " + i + "\r\n" + shown(message("other")), since);
    }
    CopiesInMemory mirror = new CopiesInMemory();
    mirror.came(text);
    assertThat(plan(new RestoreScope.Copies(mirror)).messages()).isEqualTo(1);
    server.deliver("INBOX", "Received: by us\r\n" + text, since);
    assertThat(plan(new RestoreScope.Copies(mirror)).present()).isEqualTo(1);
  }

  @Test
  void ofManyWithOneMessageIdEachIsLookedAt() throws Exception {
    night("0");
    CopiesInMemory mirror = new CopiesInMemory();
    mirror.came(shown(message("1")));
    for (int i = 10; i < 40; i++) {
      String other = message("1").replace("Subject: 1", "Subject: " + i);
      server.deliver("INBOX", "Received: by us\r\n" + shown(other), DATE);
    }
    server.deliver("INBOX", "Received: by us\r\n" + shown(message("1")), DATE);
    assertThat(plan(new RestoreScope.Copies(mirror)).present()).isEqualTo(1);
  }

  @Test
  void whatMayBeThereAndWasNotLookedAtIsNotMissing() throws Exception {
    String text = shown(message("1"));
    PlainCopy copy = new PlainCopy("", text.length(), CopiesInMemory.ARRIVED);
    MessageBytes source = MessageBytes.of(text.getBytes(StandardCharsets.ISO_8859_1));
    ListedFolder inbox = new ListedFolder("INBOX", FolderName.INBOX, false);
    inbox
        .messages()
        .add(
            new ListedFolder.Message(
                inbox, 1, text.length() + 20, THEN.getEpochSecond(), "<1@example.test>"));
    server.deliver("INBOX", text, DATE);
    try (LiveMailbox live = live().open(ANNA)) {
      ImapArrivals arrivals =
          new ImapArrivals((ImapMailbox) live, List.of(inbox), new ReadingBudget(0));
      assertThatThrownBy(() -> arrivals.find(copy, source, Set.of("INBOX")))
          .satisfies(e -> assertThat(Hindrance.of(e)).isEqualTo(Hindrance.UNCERTAIN));
    }
  }

  @Test
  void whatItsUserBringsBackHimselfAfterAKillHidesNothingThatIsMissing() throws Exception {
    night("1", "2", "3", "4");
    RestorePlan plan = accepted();
    cut(plan, 1, PretendImap.Whim.CUT);
    server.deliver("INBOX", shown(message("3")), DATE, "\\Seen");

    run(plan);

    assertThat(server.texts("INBOX")).isEqualTo(messages("1", "2", "3", "4"));
    assertThat(takeBack(plan)).as("all but his own").isEqualTo(new Restorer.TakenBack(3, 0));
    assertThat(server.texts("INBOX")).isEqualTo(messages("3"));
  }

  @Test
  void whatItsUserHasTouchedIsNotTakenForWhatAKilledRunAdded() throws Exception {
    night("1", "2");
    RestorePlan plan = accepted();
    cut(plan, 1, PretendImap.Whim.CUT);
    server.deliver("INBOX", shown(message("1")), DATE, "\\Seen", "\\Flagged");
    run(plan);
    assertThat(server.texts("INBOX")).isEqualTo(messages("1", "2"));
    assertThat(takeBack(plan)).isEqualTo(new Restorer.TakenBack(1, 0));
  }

  @Test
  void whatWasBegunADayAgoIsAskedForAnew() throws Exception {
    night("1", "2", "3");
    RestorePlan plan = accepted();
    cut(plan, 2, PretendImap.Whim.DO_AND_CUT);
    forgetWhatIsDone(plan);
    now = now.plusSeconds(25 * 3_600);
    Receipt receipt = run(plan);
    assertThat(server.texts("INBOX")).isEqualTo(messages("1", "2", "3"));
    assertThat(receipt.count(Receipt.Outcome.ADDED)).isEqualTo(1);
    assertThat(takeBack(plan)).isEqualTo(new Restorer.TakenBack(1, 0));
  }

  @Test
  void twoKillsLeaveNothingUnknown() throws Exception {
    night("1", "2", "3", "4");
    RestorePlan plan = accepted();
    cut(plan, 2, PretendImap.Whim.DO_AND_CUT);
    forgetWhatIsDone(plan);
    cut(plan, 1, PretendImap.Whim.DO_AND_CUT);
    forgetWhatIsDone(plan);
    assertThat(run(plan).count(Receipt.Outcome.ADDED)).isEqualTo(4);
    assertThat(server.texts("INBOX")).isEqualTo(messages("1", "2", "3", "4"));
    assertThat(takeBack(plan)).isEqualTo(new Restorer.TakenBack(4, 0));
  }

  @Test
  void whatWasRefusedBeforeAKillIsTriedAgain() throws Exception {
    night("1", "2", "3");
    RestorePlan plan = accepted();
    AtomicInteger appends = new AtomicInteger();
    server.whim(
        (command, literal) ->
            !command.startsWith("APPEND")
                ? PretendImap.Whim.DO
                : switch (appends.incrementAndGet()) {
                  case 1 -> "NO [CANNOT] not this one";
                  case 3 -> PretendImap.Whim.DO_AND_CUT;
                  default -> PretendImap.Whim.DO;
                });
    assertThatThrownBy(() -> run(plan)).isInstanceOf(RestoreException.class);
    server.whim((command, literal) -> PretendImap.Whim.DO);
    forgetWhatIsDone(plan);
    run(plan);
    assertThat(server.texts("INBOX")).isEqualTo(messages("1", "2", "3"));
  }

  @Test
  void whatItsUserBringsBackWhileItGoesOnIsNotAppendedToo() throws Exception {
    night("1", "2", "3");
    RestorePlan plan = accepted();
    AtomicInteger asked = new AtomicInteger();
    server.whim(
        (command, literal) -> {
          if (command.startsWith("GETQUOTAROOT") && asked.getAndIncrement() == 0) {
            server.deliver("INBOX", shown(message("2")), DATE, "\\Seen");
          }
          return PretendImap.Whim.DO;
        });
    Receipt receipt = run(plan);
    assertThat(asked.get()).isPositive();
    assertThat(server.texts("INBOX")).isEqualTo(messages("1", "2", "3"));
    assertThat(receipt.count(Receipt.Outcome.THERE)).isEqualTo(1);
    assertThat(takeBack(plan)).isEqualTo(new Restorer.TakenBack(2, 0));
  }

  @Test
  void copiesOfOneMessageEachComeBackWhateverBatchTheyAreIn() throws Exception {
    List<String> all = new ArrayList<>();
    for (int i = 10; i < 75; i++) {
      String text = message(i < 72 ? Integer.toString(i) : "twin");
      keep("", Integer.toString(i), text);
      all.add(shown(text));
    }
    keep("", "00", message("twin")); // in the first batch, and the others in the second
    all.add(shown(message("twin")));
    take();
    RestorePlan plan = accepted();
    run(plan);
    assertThat(server.texts("INBOX")).containsExactlyInAnyOrderElementsOf(all);
    assertThat(Files.readAllLines(done(plan)))
        .as("who watches or stops it waits for few")
        .filteredOn(line -> line.startsWith("ADDING"))
        .hasSizeGreaterThan(1);
  }

  @Test
  void onlyTheFirstPersonalNamespaceIsTheUsersMail() throws Exception {
    server.namespaces("((\"\" \".\")(\"Old.\" \".\")) ((\"user.\" \".\")) ((\"Day.\" \".\"))");
    night("1");
    for (String other : List.of("Old", "Old.Kept", "user.bert", "Day.INBOX", "Day.2026.Sent")) {
      server.deliver(other, shown(message("1")), DATE);
    }
    assertThat(plan().messages()).isEqualTo(1);
    server.deliver("Older", shown(message("1")), DATE);
    assertThat(plan().messages()).as("it was moved").isZero();
  }

  @Test
  void aMailboxThatAMasterUserCannotSeeIsNotOneWithoutMail() throws Exception {
    night("1");
    server.forget("INBOX");
    assertThatThrownBy(this::plan)
        .satisfies(e -> assertThat(Hindrance.of(e)).isEqualTo(Hindrance.NOT_PERMITTED));
  }

  @Test
  void aQuotaThatIsNotToldKeepsFromNothing() throws Exception {
    night("1");
    server.whim(
        (command, literal) ->
            command.startsWith("GETQUOTAROOT") ? "NO not yours" : PretendImap.Whim.DO);
    assertThat(plan().quota()).isEmpty();
  }

  @Test
  void aServerWhoseSizesAreGuessesGetsNothing() throws Exception {
    night("1");
    server.deliver("INBOX", shown(message("1")), DATE);
    for (int wrong : List.of(-1, 1)) {
      server.wrongSizes(wrong);
      assertThatThrownBy(this::plan).hasMessageContaining("cannot be believed");
    }
    server.wrongSizes(0);
    assertThat(plan().changesNothing()).isTrue();
    server.expunge("INBOX", 100);
    String other = message("1") + "A list has added this.\n";
    server.deliver("INBOX", shown(other), DATE);
    assertThat(plan().messages()).as("another copy, of a true size").isEqualTo(1);
  }

  @Test
  void whatASenderWritesIntoHisHeaderDoublesNothingAndHidesNothing() throws Exception {
    List<String> odd =
        List.of(
            "Subject: Returned\n Message-ID: <x> bounced\nMessage-ID: <a>\n\n1\n",
            "Message-ID: <b\0b>\n\n2\n",
            "X: " + "x".repeat(65_500) + "\nMessage-ID: <" + "c".repeat(200) + ">\n\n3\n",
            ("Message-ID: <" + "d".repeat(900) + ">\n").repeat(1_500) + "\n4\n",
            "Message-ID: <" + "e".repeat(5_000) + ">\n\n5\n");
    for (String text : odd) {
      keep("", Integer.toString(odd.indexOf(text)), text);
      server.deliver("INBOX", shown(text).replace('\0', '\u0080'), DATE);
    }
    keep("", "6", "Message-ID: <f>\n\nto one\n");
    keep("", "7", "Message-ID: <f>\n\nto two\n");
    server.deliver("INBOX", shown("Message-ID: <f>\n\nto two\n"), DATE);
    take();
    RestorePlan plan = accepted();
    assertThat(plan.messages()).as("but what was to one").isEqualTo(1);
    run(plan);
    assertThat(server.texts("INBOX")).contains(shown("Message-ID: <f>\n\nto one\n"));
  }

  @Test
  void aMessageThatAServerRefusesInWordsOfItsOwnKeepsNoOtherAway() throws Exception {
    night("1", "2", "3");
    RestorePlan plan = accepted();
    server.whim(
        (command, literal) ->
            literal.contains("Subject: 2")
                ? "NO Message contains invalid header"
                : PretendImap.Whim.DO);
    Receipt receipt = run(plan);
    assertThat(receipt.entries())
        .extracting(Receipt.Entry::reason)
        .containsOnlyOnce(Optional.of(Receipt.Reason.NOT_TAKEN));
    assertThat(server.texts("INBOX")).isEqualTo(messages("1", "3"));
  }

  @Test
  void aServerThatRefusesOnceIsAskedAgainAndOneThatRefusesAllIsLeft() throws Exception {
    List<String> names = new ArrayList<>();
    for (int i = 10; i < 30; i++) {
      names.add(Integer.toString(i));
    }
    night(names.toArray(String[]::new));
    RestorePlan plan = accepted();
    server.whim(
        (command, literal) -> command.startsWith("APPEND") ? "NO not today" : PretendImap.Whim.DO);
    assertThatThrownBy(() -> run(plan)).hasMessageContaining("not today");
    AtomicInteger appends = new AtomicInteger();
    server.whim(
        (command, literal) ->
            command.startsWith("APPEND") && appends.getAndIncrement() % 2 == 0
                ? "NO busy"
                : PretendImap.Whim.DO);
    Receipt receipt = run(plan);
    assertThat(receipt.count(Receipt.Outcome.ADDED)).isGreaterThanOrEqualTo(15);
    assertThat(server.texts("INBOX")).hasSize((int) receipt.count(Receipt.Outcome.ADDED));
  }

  @Test
  void aFolderThatAServerDoesNotMakeKeepsNoOtherAway() throws Exception {
    keep(".Odd", "1", message("1"));
    keep(".Work", "2", message("2"));
    take();
    RestorePlan plan = accepted();
    server.whim(
        (command, literal) ->
            command.equals("CREATE \"Odd\"") ? "NO invalid name" : PretendImap.Whim.DO);
    Receipt receipt = run(plan);
    assertThat(receipt.count(Receipt.Outcome.ADDED)).isEqualTo(1);
    assertThat(receipt.entries())
        .extracting(Receipt.Entry::reason)
        .contains(Optional.of(Receipt.Reason.NOT_TAKEN));
    assertThat(server.texts("Work")).isEqualTo(messages("2"));
  }

  @Test
  void aKeptFileThatIsGoneKeepsNoOtherMessageAway() throws Exception {
    night("1", "2");
    try (Stream<Path> files = Files.walk(root.resolve("store"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.size(file) == message("1").length()
            && Files.readString(file).equals(message("1"))) {
          Files.delete(file);
        }
      }
    }
    RestorePlan plan = accepted();
    assertThat(plan.messages()).isEqualTo(2);
    Receipt receipt = run(plan);
    assertThat(receipt.entries())
        .extracting(Receipt.Entry::reason)
        .contains(Optional.of(Receipt.Reason.UNREADABLE));
    assertThat(server.texts("INBOX")).isEqualTo(messages("2"));
  }

  @Test
  void aLiveMessageThatCannotBeReadNowIsNotMissing() throws Exception {
    night("1");
    server.deliver("INBOX", shown(message("1")), "02-Nov-2026 08:00:00 +0000");
    server.whim(
        (command, literal) ->
            command.contains("BODY.PEEK[]") ? "NO [INUSE] later" : PretendImap.Whim.DO);
    assertThatThrownBy(this::plan).hasMessageContaining("later");
    server.whim((command, literal) -> PretendImap.Whim.DO);
    assertThat(plan().changesNothing()).isTrue();
  }

  /** A message may come between the look that finds it empty and DELETE, which takes it. */
  @Test
  void aFolderThatWasMadeStaysWhenItIsTakenBack() throws Exception {
    keep("", "1", message("1"));
    keep(".Work", "2", message("2"));
    take();
    RestorePlan plan = accepted();
    run(plan);
    assertThat(takeBack(plan)).isEqualTo(new Restorer.TakenBack(2, 0));
    assertThat(server.has("Work")).isTrue();
    assertThat(server.heard()).noneMatch(command -> command.startsWith("DELETE"));
  }

  /** Three messages are missing in a Folder that is there. */
  private RestorePlan acceptedForWork() throws IOException {
    for (String name : List.of("1", "2", "3")) {
      keep(".Work", name, message(name));
    }
    take();
    server.make("Work");
    return accepted();
  }

  private void makeWorkAgain() {
    server.forget("Work");
    server.make("Work");
  }

  @Test
  void aFolderThatItsUserMakesAgainAfterAKillGetsAllAndKeepsHisOwnMail() throws Exception {
    RestorePlan plan = acceptedForWork();
    cut(plan, 2, PretendImap.Whim.DO_AND_CUT);
    forgetWhatIsDone(plan);
    makeWorkAgain();
    long own = server.deliver("Work", shown(message("own")), DATE, "\\Seen");
    assertThat(own).as("a number that one of ours had").isEqualTo(100);
    run(plan);
    assertThat(server.texts("Work")).isEqualTo(messages("1", "2", "3", "own"));
    takeBack(plan);
    assertThat(server.texts("Work")).contains(shown(message("own")));
  }

  @Test
  void whatHasTheNumbersOfOursInAFolderThatWasMadeAgainIsNotTakenBack() throws Exception {
    RestorePlan plan = acceptedForWork();
    run(plan);
    makeWorkAgain();
    for (String name : List.of("1", "2", "3")) {
      server.deliver("Work", shown(message(name)), DATE, "\\Seen");
    }
    assertThat(takeBack(plan)).isEqualTo(new Restorer.TakenBack(0, 3));
    assertThat(server.texts("Work")).isEqualTo(messages("1", "2", "3"));
  }

  @Test
  void whatAKilledTakeBackLeftInAFolderThatIsCalledOtherwiseNowIsNotCountedAsRemoved()
      throws Exception {
    RestorePlan plan = acceptedForWork();
    run(plan);
    server.whim(
        (command, literal) ->
            command.startsWith("UID EXPUNGE") ? PretendImap.Whim.CUT : PretendImap.Whim.DO);
    assertThatThrownBy(() -> takeBack(plan)).isInstanceOf(RestoreException.class);
    server.whim((command, literal) -> PretendImap.Whim.DO);
    server.rename("Work", "Old work");
    assertThat(takeBack(plan)).isEqualTo(new Restorer.TakenBack(0, 3));
    assertThat(server.texts("Old work")).hasSize(3);
  }

  @Test
  void whatItsUserMovesWhileItIsTakenBackIsNotCountedAsRemoved() throws Exception {
    RestorePlan plan = acceptedForWork();
    run(plan);
    server.whim(
        (command, literal) -> {
          if (command.startsWith("UID STORE")) {
            server.expunge("Work", 101); // into another mailbox, under another number
            server.deliver("INBOX", shown(message("2")), DATE, "\\Seen");
          }
          return PretendImap.Whim.DO;
        });
    assertThat(takeBack(plan)).isEqualTo(new Restorer.TakenBack(2, 1));
    assertThat(left(plan)).containsExactly("2 GONE");
    assertThat(server.texts("INBOX")).isEqualTo(messages("2"));
  }

  @Test
  void whatTheServerDoesNotRemoveIsSaidToBeLeftForThatReason() throws Exception {
    RestorePlan plan = acceptedForWork();
    run(plan);
    server.withoutUidplus();
    assertThat(takeBack(plan)).isEqualTo(new Restorer.TakenBack(0, 3));
    assertThat(left(plan)).containsExactly("1 NOT_REMOVABLE", "2 NOT_REMOVABLE", "3 NOT_REMOVABLE");
  }

  private List<String> left(RestorePlan plan) throws IOException {
    try (Store store = Store.open(root.resolve("store"))) {
      return RestoreStatus.find(store, plan.id()).orElseThrow().leftAlone().stream()
          .map(
              left ->
                  plan.folders()
                          .get(left.entry().folder())
                          .messages()
                          .get(left.entry().message())
                          .poolName()
                          .replaceFirst("[.].*", "")
                      + " "
                      + left.why())
          .toList();
    }
  }

  @Test
  void aFolderThatSomebodyMadeSinceItWasPlannedIsNotSaidToBeMade() throws Exception {
    keep(".Work", "1", message("1"));
    take();
    RestorePlan plan = accepted();
    server.make("Work");
    assertThat(run(plan).notes()).isEmpty();
    assertThat(server.texts("Work")).isEqualTo(messages("1"));
  }

  @Test
  void aPasswordFileThatOthersMayWriteIsNotRead() throws Exception {
    Path secret = root.resolve("password");
    for (String mode : List.of("rw--w----", "rw----r--", "rw-----w-")) {
      Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString(mode));
      assertThatThrownBy(() -> live().tryOut(ANNA))
          .as(mode)
          .satisfies(e -> assertThat(Hindrance.of(e)).isEqualTo(Hindrance.NOT_PERMITTED));
    }
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(live().tryOut(ANNA)).isTrue();
  }
}
