package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Quota;
import org.mailtimemachine.mailstore.mime.MessageBytes;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.KeptCopies;
import org.mailtimemachine.restore.KeptCopy;
import org.mailtimemachine.restore.LiveMail;
import org.mailtimemachine.restore.RestoreBusyException;
import org.mailtimemachine.restore.RestoreException;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestorePlanner;
import org.mailtimemachine.restore.RestoreProgress;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.RestoreScope;
import org.mailtimemachine.restore.Restorer;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Administrators;
import org.mailtimemachine.restore.administrator.PasswordHash;
import org.mailtimemachine.restore.desk.Allowance;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.Notice;
import org.mailtimemachine.restore.desk.RequestBook;
import org.mailtimemachine.restore.desk.RequestLimits;
import org.mailtimemachine.restore.desk.RequestRefusedException;
import org.mailtimemachine.restore.desk.RequestRefusedException.Why;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.restore.desk.RestoreDesk;
import org.mailtimemachine.restore.desk.RestoresByHand;
import org.mailtimemachine.restore.terms.Charge;
import org.mailtimemachine.restore.terms.ChargeQuery;
import org.mailtimemachine.restore.terms.Charges;
import org.mailtimemachine.restore.terms.Money;
import org.mailtimemachine.restore.terms.Price;
import org.mailtimemachine.restore.terms.Terms;
import org.mailtimemachine.restore.terms.TermsBook;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.TakeProgress;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditFilter;
import org.mailtimemachine.snapshot.audit.SealedEntry;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;
import org.mailtimemachine.snapshot.mailboxes.Quotas;
import org.mailtimemachine.snapshot.manifest.Lines;

/** The desk with its book in a database, a Store and live Mailboxes. */
class RestoreDeskTest {

  /** More than anything costs here. */
  private static final Optional<Money> SHOWN = Money.parse("1000 EUR");

  private static final Clock DAY =
      Clock.fixed(Instant.parse("2026-11-20T12:00:00Z"), ZoneOffset.UTC);

  /** Later than anything that the tests write, so that no directory time is in doubt. */
  private static final Instant NOW = Instant.parse("2126-01-01T00:00:00Z");

  private static final SnapshotName D20 = new SnapshotName("2026-11-20");
  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.test");
  private static final MailboxAddress MARCO = MailboxAddress.of("marco@example.test");
  private static final RequestLimits LIMITS =
      new RequestLimits(2, 9, 100, Duration.ofDays(14), Duration.ofDays(90));

  @TempDir Path root;
  private Instant now = NOW;
  private Path storePath;
  private MailboxSettings mail;
  private RequestBook book;
  private JpaAuditLog audit;
  private JpaCorrespondence correspondence;
  private TermsBook terms;
  private Charges charges;
  private final List<Administrator> administrators =
      new ArrayList<>(List.of(administrator("carla"), administrator("bruno")));
  private Instant passwordsSince = Instant.EPOCH;
  private final Administrators accounts =
      new Administrators() {
        @Override
        public Optional<Account> find(String name) {
          return administrators.stream()
              .filter(each -> each.name().equals(name))
              .map(each -> new Account(each, PasswordHash.NOBODY, passwordsSince))
              .findFirst();
        }

        @Override
        public List<Administrator> all() {
          return administrators;
        }
      };
  private RestoreDesk desk;

  @BeforeEach
  void aNightAndThenAMistake() throws IOException, SQLException {
    storePath = root.resolve("store");
    mail = MailboxSettings.inDirectories(root.resolve("mail"));
    for (MailboxAddress mailbox : List.of(ANNA, MARCO)) {
      for (String part : List.of("cur", "new", "tmp")) {
        Files.createDirectories(box(mailbox).resolve(part));
      }
      for (int message = 0; message < 5; message++) {
        Files.writeString(file(mailbox, message), "Subject: " + message + "\n\n" + mailbox + "\n");
      }
    }
    try (SnapshotEngine engine = SnapshotEngine.open(root.resolve("mail"), storePath, DAY)) {
      assertThat(engine.take(D20, TakeProgress.NONE).complete()).isTrue();
    }
    for (int message = 0; message < 3; message++) {
      Files.delete(file(ANNA, message));
    }
    TestDatabase database = TestDatabase.open();
    book = new JpaRequestBook(database.sessions());
    audit = new JpaAuditLog(database.sessions());
    correspondence = new JpaCorrespondence(database.sessions());
    terms = new JpaTermsBook(database.sessions());
    charges = new JpaCharges(database.sessions());
    desk = anotherDesk();
  }

  /** As a server has it that starts now. */
  private RestoreDesk anotherDesk() {
    return new RestoreDesk(
        storePath,
        Optional.of(LiveMail.onDisk(mail, () -> now)),
        book,
        LIMITS,
        terms,
        accounts,
        () -> now);
  }

  private Path box(MailboxAddress mailbox) {
    return root.resolve("mail").resolve(mailbox.domain()).resolve(mailbox.localPart());
  }

  private Path file(MailboxAddress mailbox, int message) {
    return box(mailbox).resolve("cur").resolve("16000000" + message + ".M1P1.host:2,S");
  }

  private long messages() throws IOException {
    try (Stream<Path> files = Files.list(box(ANNA).resolve("cur"))) {
      return files.count();
    }
  }

  private static RestoreRequest request(MailboxAddress mailbox) {
    return new RestoreRequest(
        UUID.randomUUID(),
        mailbox,
        D20,
        new RestoreScope.WholeMailbox(),
        RestoreRequest.Target.ORIGINAL_FOLDERS,
        false,
        NOW,
        "I pressed the wrong key");
  }

  private FiledRequest file() throws Exception {
    return desk.file(request(ANNA), Locale.ITALIAN, SHOWN);
  }

  private List<String> pins() throws IOException {
    try (Store store = Store.open(storePath)) {
      return store.pins(ANNA).stream().map(pin -> pin.snapshot() + " " + pin.id()).toList();
    }
  }

  private List<Notice.Kind> notices() {
    return correspondence.unaddressed(100).stream().map(Notice::kind).toList();
  }

  private List<String> log() {
    return audit.read(AuditFilter.ALL, Long.MAX_VALUE, 100).reversed().stream()
        .map(SealedEntry::entry)
        .map(entry -> entry.who() + " " + entry.action())
        .toList();
  }

  private static void refused(Why why, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            RequestRefusedException.class, refused -> assertThat(refused.why()).isEqualTo(why));
  }

  @Test
  void aRequestSaysWhatItWouldAddAndHoldsItsSnapshot() throws Exception {
    FiledRequest filed = file();

    assertThat(filed.state()).isEqualTo(RequestState.PENDING);
    assertThat(filed.plan().messages()).isEqualTo(3);
    assertThat(filed.plan().present()).isEqualTo(2);
    assertThat(filed.until()).isEqualTo(NOW.plus(Duration.ofDays(14)));
    assertThat(book.find(filed.id())).contains(filed);
    assertThat(book.ofMailbox(ANNA, 10)).containsExactly(filed);
    assertThat(book.ofMailbox(MARCO, 10)).isEmpty();
    assertThat(desk.planOf(filed.id()).messages()).isEqualTo(3);
    assertThat(pins()).containsExactly("2026-11-20 restore-" + filed.id());
    assertThat(notices()).containsExactly(Notice.Kind.REQUESTED);
    assertThat(log()).containsExactly("anna@example.test restore.pending");
    assertThat(messages()).isEqualTo(2);
  }

  /** One message of a mirror that says how large it is. */
  private static KeptCopies mirror(byte[] text, long bytes) {
    KeptCopy copy =
        new KeptCopy(
            new UUID(0, 1), Instant.parse("2020-01-01T00:00:00Z"), bytes, Lines.sha256(text));
    return new KeptCopies() {
      @Override
      public List<KeptCopy> copies() {
        return List.of(copy);
      }

      @Override
      public Reading open() {
        return _ ->
            Optional.of(
                new StoredMessage() {
                  @Override
                  public long size() {
                    return text.length;
                  }

                  @Override
                  public int read(long position, byte[] buffer, int offset, int length) {
                    return MessageBytes.of(text).read(position, buffer, offset, length);
                  }

                  @Override
                  public void close() {}
                });
      }
    };
  }

  private static RestoreRequest copies(KeptCopies kept) {
    return new RestoreRequest(
        UUID.randomUUID(),
        ANNA,
        D20,
        new RestoreScope.Copies(kept),
        RestoreRequest.Target.ORIGINAL_FOLDERS,
        false,
        NOW,
        "it came and went");
  }

  @Test
  void whatCameAndWentIsRequestedConfirmedAndTakenBackAsAnythingElse() throws Exception {
    byte[] text = "Subject: gone\r\n\r\nby noon\r\n".getBytes(StandardCharsets.US_ASCII);
    FiledRequest filed = desk.file(copies(mirror(text, text.length)), Locale.ENGLISH, SHOWN);
    assertThat(filed.asked()).isEqualTo(FiledRequest.Asked.COPIES);
    assertThat(book.find(filed.id())).contains(filed);
    assertThat(filed.plan().messages()).isEqualTo(1);
    RestorePlan plan = desk.planOf(filed.id());
    try (StoredMessage copy = desk.message(plan, plan.folders().getFirst().messages().getFirst())) {
      assertThat(copy.size()).isEqualTo(text.length - 3);
    }

    desk.confirm(filed.id(), "admin");
    assertThat(desk.carryOut(filed.id(), RestoreProgress.NONE).outcome())
        .hasValueSatisfying(outcome -> assertThat(outcome.added()).isEqualTo(1));
    assertThat(messages()).isEqualTo(3);
    refused(
        Why.NOTHING_MISSING,
        () -> desk.file(copies(mirror(text, text.length)), Locale.ENGLISH, SHOWN));
    assertThat(desk.takeBack(filed.id(), "admin").state()).isEqualTo(RequestState.TAKEN_BACK);
    assertThat(messages()).isEqualTo(2);
  }

  @Test
  void moreThanIsCopiedAtATimeIsRefusedBeforeItIsRead() throws Exception {
    refused(
        Why.TOO_LARGE,
        () -> desk.file(copies(mirror(new byte[0], (1L << 30) + 1)), Locale.ENGLISH, SHOWN));
    assertThat(book.ofMailbox(ANNA, 10)).isEmpty();
  }

  @Test
  void allCopiesThatAreKeptForAMailboxCountTogether() throws Exception {
    byte[] text = "Subject: gone\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    byte[] other = "Subject: too\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    UUID first = desk.file(copies(mirror(text, text.length)), Locale.ENGLISH, SHOWN).id();
    Path copies = storePath.resolve("restores").resolve(first.toString()).resolve("copies");
    try (RandomAccessFile large = new RandomAccessFile(copies.resolve("large").toFile(), "rw")) {
      large.setLength(4L << 30); // with no block of its own
    }
    refused(Why.TOO_MANY_COPIES, () -> desk.plan(copies(mirror(other, other.length))));
    assertThat(desk.plan(request(ANNA)).messages()).as("of a snapshot").isPositive();

    desk.withdraw(ANNA, first);
    assertThat(copies).doesNotExist();
    desk.file(copies(mirror(other, other.length)), Locale.ENGLISH, SHOWN);
  }

  @Test
  void copiesOfSomebodyWhoWasKilledBeforeHisPlanGoAfterAnHourAlsoWhereNoDraftIsLeft()
      throws Exception {
    byte[] text = "Subject: gone\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    UUID filed = desk.file(copies(mirror(text, text.length)), Locale.ENGLISH, SHOWN).id();
    Path killed = storePath.resolve("restores").resolve(UUID.randomUUID().toString());
    Files.createDirectories(killed.resolve("copies"));
    Files.writeString(killed.resolve("copies/.copy"), "Subj");
    Files.setLastModifiedTime(killed, FileTime.from(NOW.minus(Duration.ofMinutes(59))));
    desk.tidy();
    assertThat(killed).exists();
    Files.setLastModifiedTime(killed, FileTime.from(NOW.minus(Duration.ofMinutes(61))));
    desk.tidy();
    assertThat(killed).doesNotExist();
    assertThat(desk.planOf(filed).messages()).isEqualTo(1);
  }

  @Test
  void aRequestThatFailsLeavesNoneOfItsCopies() throws Exception {
    byte[] text = "Subject: gone\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    AtomicInteger opened = new AtomicInteger();
    KeptCopies good = mirror(text, text.length);
    KeptCopies expiring =
        new KeptCopies() {
          @Override
          public List<KeptCopy> copies() {
            return good.copies();
          }

          @Override
          public Reading open() throws IOException {
            return opened.getAndIncrement() == 0 ? good.open() : KeptCopies.NONE.open();
          }
        };
    RestoreRequest request = copies(expiring);
    assertThatThrownBy(() -> desk.file(request, Locale.ENGLISH, SHOWN))
        .isInstanceOf(RestoreException.class);
    assertThat(storePath.resolve("restores").resolve(request.id().toString())).doesNotExist();
    assertThat(book.ofMailbox(ANNA, 10)).isEmpty();
  }

  @Test
  void whatIsNotMissingIsNotRequested() throws Exception {
    refused(Why.NOTHING_MISSING, () -> desk.file(request(MARCO), Locale.ENGLISH, SHOWN));

    assertThat(book.ofMailbox(MARCO, 10)).isEmpty();
    assertThat(book.drafts(NOW.plusSeconds(1))).isEmpty();
    assertThat(log()).isEmpty();
  }

  @Test
  void aMailboxHasOnlySoManyOpenRequestsAndAsksForOnlySoManyMessagesADay() throws Exception {
    assertThat(desk.allowance(ANNA)).isEqualTo(new Allowance(Optional.empty(), 100, LIMITS));
    FiledRequest first = file();
    file();
    assertThat(desk.allowance(ANNA).refusal()).contains(Why.TOO_MANY_OPEN);
    assertThat(desk.allowance(MARCO).refusal()).isEmpty();
    refused(Why.TOO_MANY_OPEN, this::file);
    desk.withdraw(ANNA, first.id());
    assertThat(desk.allowance(ANNA).refusal()).isEmpty();
    file();

    desk =
        new RestoreDesk(
            storePath,
            Optional.of(LiveMail.onDisk(mail, () -> now)),
            book,
            new RequestLimits(9, 9, 11, Duration.ofDays(1), Duration.ofDays(90)),
            terms,
            accounts,
            () -> now);
    assertThat(desk.allowance(ANNA).messages()).as("of 11, 9 were asked for").isEqualTo(2);
    refused(Why.TOO_MANY_MESSAGES, this::file);
    now = NOW.plus(Duration.ofHours(25));
    file();
  }

  @Test
  void aMailboxFilesOnlySoManyRequestsADayAndWhatItWithdrawsLeavesNothing() throws Exception {
    desk =
        new RestoreDesk(
            storePath,
            Optional.of(LiveMail.onDisk(mail, () -> now)),
            book,
            new RequestLimits(9, 2, 100, Duration.ofDays(14), Duration.ofDays(90)),
            terms,
            accounts,
            () -> now);
    for (int times = 0; times < 2; times++) {
      UUID id = file().id();
      desk.withdraw(ANNA, id);
      assertThat(storePath.resolve("restores").resolve(id.toString())).doesNotExist();
    }
    assertThat(pins()).isEmpty();

    assertThat(desk.allowance(ANNA).refusal()).contains(Why.TOO_MANY_REQUESTS);
    refused(Why.TOO_MANY_REQUESTS, this::file);
    RestoreRequest today = request(ANNA);
    now = NOW.plus(Duration.ofHours(24));
    RestoreRequest tomorrow =
        new RestoreRequest(
            today.id(), ANNA, D20, today.scope(), today.target(), false, now, "once more");
    assertThat(desk.file(tomorrow, Locale.ENGLISH, SHOWN).state()).isEqualTo(RequestState.PENDING);
  }

  @Test
  void whatAnAdministratorHasStoppedKeepsItsUserFromNothing() throws Exception {
    UUID stopped = file().id();
    desk.confirm(stopped, "admin");
    desk.stop(stopped, "admin");

    file();
    file();
    refused(Why.TOO_MANY_OPEN, this::file);
  }

  @Test
  void aMailServerThatIsAskedForAQuotaKeepsNobodyFromPlanning() throws Exception {
    List<Long> meanwhile = new ArrayList<>();
    Quotas slow =
        new Quotas() {
          @Override
          public Optional<Quota> of(MailboxAddress mailbox, DirectoryHandle maildir) {
            try {
              meanwhile.add(desk.bytes(request(ANNA)));
            } catch (IOException | RequestRefusedException e) {
              throw new IllegalStateException(e);
            }
            return Optional.empty();
          }

          @Override
          public void changed(MailboxAddress mailbox, DirectoryHandle maildir) {}
        };
    MailboxSettings asking = new MailboxSettings(mail.root(), mail.mailboxes(), slow);
    desk =
        new RestoreDesk(
            storePath,
            Optional.of(LiveMail.onDisk(asking, () -> now)),
            book,
            LIMITS,
            terms,
            accounts,
            () -> now);

    long bytes = desk.plan(request(ANNA)).bytes();

    assertThat(meanwhile).as("asked once").containsExactly(bytes);
  }

  @Test
  void thoseThatAreConfirmedAreFoundWithoutThoseThatRest() throws Exception {
    UUID first = file().id();
    UUID second = file().id();
    desk.confirm(first, "admin");
    desk.confirm(second, "admin");

    assertThat(book.in(RequestState.CONFIRMED, Set.of(first), 1))
        .extracting(FiledRequest::id)
        .containsExactly(second);
    assertThat(book.in(RequestState.CONFIRMED, 9)).hasSize(2);
  }

  @Test
  void aConfirmedRequestIsCarriedOutOnceAndCanBeTakenBack() throws Exception {
    UUID id = file().id();

    assertThat(desk.confirm(id, "admin").state()).isEqualTo(RequestState.CONFIRMED);
    FiledRequest done = desk.carryOut(id, RestoreProgress.NONE);
    assertThat(done.state()).isEqualTo(RequestState.DONE);
    assertThat(done.outcome().orElseThrow().added()).isEqualTo(3);
    assertThat(book.find(id)).contains(done);
    assertThat(messages()).isEqualTo(5);
    assertThat(pins()).isEmpty();
    assertThat(book.holding(10)).isEmpty();
    refused(Why.NOT_PENDING, () -> desk.carryOut(id, RestoreProgress.NONE));
    refused(Why.NOT_PENDING, () -> desk.confirm(id, "admin"));

    FiledRequest back = desk.takeBack(id, "admin");
    assertThat(back.state()).isEqualTo(RequestState.TAKEN_BACK);
    assertThat(back.outcome().orElseThrow().takenBack()).isEqualTo(3);
    assertThat(messages()).isEqualTo(2);
    refused(Why.NOT_DONE, () -> desk.takeBack(id, "admin"));
    assertThat(notices())
        .containsExactlyInAnyOrder(Notice.Kind.REQUESTED, Notice.Kind.DONE, Notice.Kind.TAKEN_BACK);
    assertThat(log())
        .containsExactly(
            "anna@example.test restore.pending",
            "admin restore.confirmed",
            "system restore.done",
            "admin restore.taken_back");
  }

  @Test
  void ofManyWhoConfirmAtOnceOneDoes() throws Exception {
    UUID id = file().id();
    List<Callable<Boolean>> windows =
        Stream.of("one", "two", "three", "four")
            .<Callable<Boolean>>map(
                name ->
                    () -> {
                      try {
                        desk.confirm(id, name);
                        return true;
                      } catch (RequestRefusedException e) {
                        return false;
                      }
                    })
            .toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(windows.size())) {
      assertThat(threads.invokeAll(windows).stream().map(Future::resultNow).filter(won -> won))
          .hasSize(1);
    }

    assertThat(log()).hasSize(2);
  }

  @Test
  void aRestoreThatWasKilledBeforeItCouldSayThatItIsDoneAddsNothingMore() throws Exception {
    UUID id = file().id();
    desk.confirm(id, "admin");
    try (Store store = Store.open(storePath)) {
      new Restorer(store, mail, () -> now).run(id, RestoreProgress.NONE);
    }

    assertThat(desk.carryOut(id, RestoreProgress.NONE).outcome().orElseThrow().added())
        .isEqualTo(3);
    assertThat(messages()).isEqualTo(5);
  }

  @Test
  void aServerThatComesSecondWaitsAndFindsNothingInTheWay() throws Exception {
    UUID id = file().id();
    desk.confirm(id, "admin");
    List<Throwable> second = new ArrayList<>();

    desk.carryOut(
        id,
        (done, total) -> second.add(catchThrowable(() -> desk.carryOut(id, RestoreProgress.NONE))));

    assertThat(second).hasSize(3).allMatch(RestoreBusyException.class::isInstance);
    assertThat(book.find(id).orElseThrow().problem()).isEmpty();
    assertThat(log()).hasSize(3);
    assertThat(messages()).isEqualTo(5);
  }

  @Test
  void whatWasGivenUpIsNeverSaidToBeDone() throws Exception {
    UUID id = file().id();
    desk.confirm(id, "admin");
    try (Store store = Store.open(storePath)) {
      // somebody gives it up, and is killed before he can say so
      new Restorer(store, mail, () -> now).drop(id);
    }

    assertThat(desk.carryOut(id, RestoreProgress.NONE).state()).isEqualTo(RequestState.FAILED);
    assertThat(notices()).contains(Notice.Kind.FAILED).doesNotContain(Notice.Kind.DONE);
    assertThat(messages()).isEqualTo(2);
  }

  @Test
  void whatWasCarriedOutIsNeverSaidToHaveFailed() throws Exception {
    UUID id = file().id();
    desk.confirm(id, "admin");
    try (Store store = Store.open(storePath)) {
      // the database was away when it was done
      new Restorer(store, mail, () -> now).run(id, RestoreProgress.NONE);
    }

    assertThat(desk.giveUp(id, "admin").state()).isEqualTo(RequestState.DONE);
    assertThat(notices()).contains(Notice.Kind.DONE).doesNotContain(Notice.Kind.FAILED);
  }

  @Test
  void aRequestWhoseJobIsLostCanBeGivenUp() throws Exception {
    UUID id = file().id();
    desk.confirm(id, "admin");
    Path plan = storePath.resolve("restores").resolve(id.toString()).resolve("plan");
    Files.writeString(plan, "damaged");

    assertThatThrownBy(() -> desk.carryOut(id, RestoreProgress.NONE))
        .isInstanceOf(IOException.class);
    assertThat(desk.giveUp(id, "admin").state()).isEqualTo(RequestState.FAILED);
    assertThat(pins()).isEmpty();
    assertThat(plan.getParent()).doesNotExist();
    desk.tidy();
    file();
    file();
  }

  @Test
  void aDamagedJobOfARequestThatIsOverIsRemovedWithItsPin() throws Exception {
    UUID id = file().id();
    Path plan = storePath.resolve("restores").resolve(id.toString()).resolve("plan");
    Files.writeString(plan, "damaged");

    desk.reject(id, "admin", "Not now.");

    assertThat(pins()).isEmpty();
    assertThat(plan.getParent()).doesNotExist();
    assertThat(book.holding(10)).isEmpty();
  }

  @Test
  void aRequestThatIsSentTwiceIsOne() throws Exception {
    RestoreRequest request = request(ANNA);

    FiledRequest first = desk.file(request, Locale.ENGLISH, SHOWN);
    assertThat(desk.file(request, Locale.ENGLISH, SHOWN)).isEqualTo(first);
    assertThat(book.ofMailbox(ANNA, 10)).hasSize(1);
    assertThat(notices()).hasSize(1);
    refused(
        Why.UNKNOWN,
        () ->
            desk.file(
                new RestoreRequest(
                    first.id(), MARCO, D20, request.scope(), request.target(), false, NOW, ""),
                Locale.ENGLISH,
                SHOWN));
  }

  @Test
  void whatAllWasTouchedSinceIsNotSaidToBeTakenBack() throws Exception {
    UUID id = file().id();
    desk.confirm(id, "admin");
    desk.carryOut(id, RestoreProgress.NONE);
    try (Stream<Path> files = Files.list(box(ANNA).resolve("cur"))) {
      for (Path file : files.toList()) {
        Files.move(file, file.resolveSibling(file.getFileName() + "R"));
      }
    }

    assertThat(desk.takeBack(id, "admin").state()).isEqualTo(RequestState.DONE);
    assertThat(messages()).isEqualTo(5);
    assertThat(log()).as("folders may have gone").endsWith("admin restore.taken_back");
  }

  @Test
  void whatIsInTheWayIsSaidAndTheRestoreTriedAgainOrGivenUp() throws Exception {
    UUID id = file().id();
    desk.confirm(id, "admin");
    Path away = root.resolve("away");
    Files.move(box(ANNA), away);

    assertThatThrownBy(() -> desk.carryOut(id, RestoreProgress.NONE))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> desk.carryOut(id, RestoreProgress.NONE))
        .isInstanceOf(IOException.class);
    assertThat(book.find(id).orElseThrow().state()).isEqualTo(RequestState.CONFIRMED);
    assertThat(book.find(id).orElseThrow().hindrance()).contains(Hindrance.MAILBOX_GONE);
    assertThat(log()).hasSize(3);
    assertThat(notices()).containsExactlyInAnyOrder(Notice.Kind.REQUESTED, Notice.Kind.HINDERED);

    FiledRequest failed = desk.giveUp(id, "admin");
    assertThat(failed.state()).isEqualTo(RequestState.FAILED);
    assertThat(failed.outcome().orElseThrow().added()).isZero();
    assertThat(pins()).isEmpty();
    assertThat(notices()).contains(Notice.Kind.FAILED);
    Files.move(away, box(ANNA));
    refused(Why.NOT_PENDING, () -> desk.carryOut(id, RestoreProgress.NONE));
    assertThat(messages()).isEqualTo(2);
  }

  @Test
  void whatAnAdministratorStopsSaysHowFarItCameAndGoesOn() throws Exception {
    UUID id = file().id();
    desk.confirm(id, "admin");
    assertThatThrownBy(
            () ->
                desk.carryOut(
                    id,
                    (done, total) -> {
                      if (done == 2) {
                        at(() -> desk.stop(id, "admin"));
                        throw new CancellationException("and its server stops, too");
                      }
                    }))
        .isInstanceOf(CancellationException.class);
    refused(Why.NOT_PENDING, () -> desk.stop(id, "admin"));
    refused(Why.NOT_PENDING, () -> desk.carryOut(id, RestoreProgress.NONE));

    desk.tidy();

    FiledRequest stopped = book.find(id).orElseThrow();
    assertThat(stopped.state()).isEqualTo(RequestState.STOPPED);
    assertThat(stopped.outcome().orElseThrow().added()).isEqualTo(2);
    assertThat(desk.done(id)).isEqualTo(2);
    assertThat(messages()).isEqualTo(4);
    assertThat(pins()).as("it can go on").hasSize(1);

    assertThat(desk.resume(id, "admin").state()).isEqualTo(RequestState.CONFIRMED);
    assertThat(book.find(id).orElseThrow().outcome()).isEmpty();
    assertThat(desk.carryOut(id, RestoreProgress.NONE).outcome().orElseThrow().added())
        .isEqualTo(3);
    assertThat(messages()).isEqualTo(5);
  }

  @Test
  void aRestoreThatEndsWhileItIsStoppedIsDone() throws Exception {
    UUID id = file().id();
    desk.confirm(id, "admin");
    FiledRequest done =
        desk.carryOut(
            id,
            (count, total) -> {
              if (count == total) {
                at(() -> desk.stop(id, "admin"));
              }
            });

    assertThat(done.state()).isEqualTo(RequestState.DONE);
    assertThat(book.find(id)).contains(done);
    assertThat(pins()).isEmpty();
  }

  private static <T> T at(Callable<T> action) {
    try {
      return action.call();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatWasStoppedWhileItWaitedSaysSoAndIsGivenUp() throws Exception {
    UUID id = file().id();
    desk.confirm(id, "admin");
    try (Store store = Store.open(storePath)) {
      new Restorer(store, mail, () -> now).stop(id); // of two at once, one let it go on again
    }
    assertThat(desk.carryOut(id, RestoreProgress.NONE).state()).isEqualTo(RequestState.CONFIRMED);
    desk.stop(id, "admin");
    assertThat(desk.giveUp(id, "admin").state()).isEqualTo(RequestState.FAILED);
    assertThat(pins()).isEmpty();
    refused(Why.NOT_PENDING, () -> desk.resume(id, "admin"));
    assertThat(messages()).isEqualTo(2);
  }

  @Test
  void aTakeBackThatWasInterruptedIsFinished() throws Exception {
    UUID id = file().id();
    desk.confirm(id, "admin");
    desk.carryOut(id, RestoreProgress.NONE);
    try (Store store = Store.open(storePath)) {
      // and it was killed before it said so
      new Restorer(store, mail, () -> now).takeBack(id, "anna.admin");
    }
    assertThat(book.find(id).orElseThrow().state()).isEqualTo(RequestState.DONE);

    desk.tidy();

    FiledRequest back = book.find(id).orElseThrow();
    assertThat(back.state()).isEqualTo(RequestState.TAKEN_BACK);
    assertThat(back.outcome().orElseThrow().takenBack()).isEqualTo(3);
    assertThat(messages()).isEqualTo(2);
    desk.tidy();
    assertThat(log())
        .filteredOn(line -> line.endsWith("taken_back"))
        .containsExactly("anna.admin restore.taken_back");
  }

  @Test
  void whoeverFinishesATakeBackSaysWhoBeganIt() throws Exception {
    UUID id = file().id();
    desk.confirm(id, "admin");
    desk.carryOut(id, RestoreProgress.NONE);
    try (Store store = Store.open(storePath)) {
      new Restorer(store, mail, () -> now).takeBack(id, "anna.admin");
    }

    desk.takeBack(id, "marco.admin");

    assertThat(audit.read(AuditFilter.ALL, Long.MAX_VALUE, 1).getFirst().entry())
        .satisfies(
            entry -> {
              assertThat(entry.who()).isEqualTo("marco.admin");
              assertThat(entry.detail()).endsWith("removed 3, left 0, begun by anna.admin");
            });
  }

  @Test
  void aReceiptIsKeptForSoManyDaysAndNoRequestThatIsOpenLosesItsPlan() throws Exception {
    UUID done = file().id();
    desk.confirm(done, "admin");
    desk.carryOut(done, RestoreProgress.NONE);
    for (int message = 0; message < 5; message++) {
      Files.deleteIfExists(file(ANNA, message));
    }
    UUID confirmed = file().id();
    desk.confirm(confirmed, "admin");
    now = NOW.plus(Duration.ofDays(365)); // the files were written by another clock, long before

    desk.tidy();

    assertThat(desk.planOf(confirmed).messages()).isPositive();
    refused(Why.EXPIRED, () -> desk.takeBack(done, "admin"));
    refused(Why.UNKNOWN, () -> desk.planOf(done));
  }

  @Test
  void whatTheCommandLineDoesStandsInTheLog() throws Exception {
    RestoreRequest request = request(ANNA);
    try (Store store = Store.open(storePath)) {
      Restorer restorer = new Restorer(store, mail, () -> now);
      restorer.accept(new RestorePlanner(store, mail, () -> now).plan(request));
      restorer.noteByHand(
          request.id(), new AuditEntry(NOW, "mtm (root)", "restore.run", ANNA.toString(), "a\tb"));
      restorer.run(request.id(), RestoreProgress.NONE);
    }
    RestoresByHand byHand =
        new RestoresByHand(storePath, Optional.of(LiveMail.onDisk(mail, () -> now)), audit);
    byHand.carryOver();
    byHand.carryOver();

    assertThat(log()).containsExactly("mtm (root) restore.run");
    desk.tidy();
    assertThat(messages()).as("nobody's request").isEqualTo(5);
  }

  @Test
  void aRequestThatTheDatabaseHasLostIsFiledAgainFromTheStore() throws Exception {
    terms(PRICE, 0, Optional.of(2L));
    FiledRequest filed = file();
    TestDatabase.open(); // and nothing is in it any more
    now = NOW.plus(Duration.ofDays(1));
    assertThat(book.find(filed.id())).isEmpty();

    desk = anotherDesk();
    desk.tidy();
    anotherDesk().tidy();

    FiledRequest found = book.find(filed.id()).orElseThrow();
    assertThat(found.state()).isEqualTo(RequestState.PENDING);
    assertThat(found.mailbox()).isEqualTo(ANNA);
    assertThat(found.reason()).isEqualTo("I pressed the wrong key");
    assertThat(found.language()).isEqualTo(Locale.ITALIAN);
    assertThat(found.asked()).isEqualTo(FiledRequest.Asked.MAILBOX);
    assertThat(found.plan().messages()).isEqualTo(3);
    assertThat(found.requestedAt()).isEqualTo(filed.requestedAt());
    assertThat(found.until()).isEqualTo(now.plus(LIMITS.toConfirm()));
    assertThat(found.plan().price()).isEqualTo(filed.plan().price());
    assertThat(desk.two().needed(found))
        .as("terms are lost, what they were for it is not")
        .isTrue();
    assertThat(pins()).hasSize(1);
    assertThat(notices()).containsExactly(Notice.Kind.REQUESTED);
    assertThat(log()).containsExactly("system restore.found");
    desk.confirm(found.id(), "carla");
    desk.confirm(found.id(), "bruno");
    assertThat(desk.carryOut(found.id(), RestoreProgress.NONE).state())
        .isEqualTo(RequestState.DONE);
    assertThat(messages()).isEqualTo(5);
  }

  @Test
  void whatWasUnderWayWhenTheDatabaseWasLostWaitsForAnAdministrator() throws Exception {
    UUID id = file().id();
    desk.confirm(id, "carla");
    interrupted(id);
    TestDatabase.open();

    desk = anotherDesk();
    desk.tidy();

    FiledRequest found = book.find(id).orElseThrow();
    assertThat(found.state()).isEqualTo(RequestState.STOPPED);
    assertThat(found.outcome().orElseThrow().added()).isEqualTo(2);
    assertThat(notices()).isEmpty();
    desk.resume(id, "carla");
    assertThat(desk.carryOut(id, RestoreProgress.NONE).outcome().orElseThrow().added())
        .isEqualTo(3);
    assertThat(messages()).isEqualTo(5);
  }

  @Test
  void anOlderDatabaseDoesNotEndWhatHasBegunSince() throws Exception {
    AuditEntry line = new AuditEntry(NOW, "anna", "restore.pending", ANNA.toString(), "");
    FiledRequest pending = file();
    desk.confirm(pending.id(), "carla");
    interrupted(pending.id());
    TestDatabase.open();
    assertThat(book.keepFound(pending, line, Optional.empty())).isTrue();
    now = NOW.plus(Duration.ofDays(30)); // it would lapse

    anotherDesk().tidy();

    assertThat(book.find(pending.id()).orElseThrow().state()).isEqualTo(RequestState.STOPPED);
    assertThat(pins()).hasSize(1);
  }

  @Test
  void whoSendsAgainWhatTheDatabaseHasLostDoesNotEndIt() throws Exception {
    RestoreRequest request = request(ANNA);
    desk.file(request, Locale.ITALIAN, SHOWN);
    TestDatabase.open();

    refused(Why.UNKNOWN, () -> desk.file(request, Locale.ITALIAN, SHOWN));

    desk.tidy();
    assertThat(book.find(request.id()).orElseThrow().state()).isEqualTo(RequestState.PENDING);
    assertThat(pins()).hasSize(1);
  }

  private void interrupted(UUID id) {
    assertThatThrownBy(
            () ->
                desk.carryOut(
                    id,
                    (done, total) -> {
                      if (done == 2) {
                        throw new CancellationException("its server stops");
                      }
                    }))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void whatIsOverIsNotFiledAgain() throws Exception {
    desk.withdraw(ANNA, file().id());
    desk.reject(file().id(), "carla", "Not now.");
    FiledRequest done = file();
    desk.confirm(done.id(), "carla");
    desk.carryOut(done.id(), RestoreProgress.NONE);
    TestDatabase.open();

    anotherDesk().tidy();

    assertThat(book.ofMailbox(ANNA, 9)).isEmpty();
    assertThat(pins()).isEmpty();
  }

  @Test
  void aRejectedRequestLetsItsSnapshotGo() throws Exception {
    UUID id = file().id();

    FiledRequest rejected = desk.reject(id, "admin", "Ask me first.");

    assertThat(rejected.decision().orElseThrow().reason()).isEqualTo("Ask me first.");
    assertThat(pins()).isEmpty();
    assertThat(notices()).contains(Notice.Kind.REJECTED);
    refused(Why.NOT_PENDING, () -> desk.confirm(id, "admin"));
    refused(Why.NOT_PENDING, () -> desk.withdraw(ANNA, id));
  }

  @Test
  void nobodyIsRejectedWithoutAReasonThatSaysSomething() throws Exception {
    UUID id = file().id();
    for (String reason : List.of("", " \n", "-", "\u202eno")) {
      assertThatThrownBy(() -> desk.reject(id, "admin", reason))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(book.find(id).orElseThrow().state()).isEqualTo(RequestState.PENDING);
  }

  @Test
  void whatARequestWouldAddNowIsToldWithoutWhatHasComeBackSince() throws Exception {
    FiledRequest filed = file();
    assertThat(desk.planNow(filed.id()).messages()).isEqualTo(filed.plan().messages());
    Files.writeString(file(ANNA, 0), "Subject: 0\n\n" + ANNA + "\n");
    Files.delete(file(ANNA, 4));

    RestorePlan now = desk.planNow(filed.id());
    assertThat(now.messages()).as("what was deleted since is not in the plan").isEqualTo(2);
    assertThat(now.present()).isEqualTo(1);
    assertThat(desk.planOf(filed.id()).messages()).as("the plan stays").isEqualTo(3);

    desk.confirm(filed.id(), "admin");
    assertThat(desk.carryOut(filed.id(), RestoreProgress.NONE).outcome().orElseThrow().added())
        .as("as it was told")
        .isEqualTo(2);
  }

  @Test
  void whatWouldBeAddedNowOfMailThatCameAndWentIsReadFromTheCopiesOfTheRequest() throws Exception {
    byte[] text = "Subject: gone\r\n\r\nby noon\r\n".getBytes(StandardCharsets.US_ASCII);
    UUID id = desk.file(copies(mirror(text, text.length)), Locale.ENGLISH, SHOWN).id();
    assertThat(desk.planNow(id).messages()).isEqualTo(1);
    Files.writeString(file(ANNA, 7), "Delivered-To: anna\nSubject: gone\n\nby noon\n");
    assertThat(desk.planNow(id).messages()).isZero();
  }

  @Test
  void nobodyWithdrawsWhatAnotherMailboxAskedFor() throws Exception {
    UUID id = file().id();

    refused(Why.UNKNOWN, () -> desk.withdraw(MARCO, id));
    refused(Why.UNKNOWN, () -> desk.withdraw(ANNA, UUID.randomUUID()));
    assertThat(desk.withdraw(ANNA, id).state()).isEqualTo(RequestState.WITHDRAWN);
    assertThat(pins()).isEmpty();
  }

  @Test
  void aRequestThatNobodyDecidesLapses() throws Exception {
    UUID id = file().id();
    now = NOW.plus(Duration.ofDays(14));
    desk.tidy();
    assertThat(book.find(id).orElseThrow().state()).isEqualTo(RequestState.PENDING);

    now = now.plusMillis(1);
    refused(Why.TOO_LATE, () -> desk.confirm(id, "admin"));
    desk.tidy();
    assertThat(book.find(id).orElseThrow().state()).isEqualTo(RequestState.LAPSED);
    assertThat(pins()).isEmpty();
    assertThat(notices()).contains(Notice.Kind.LAPSED);
  }

  @Test
  void aDatabaseThatGoesAwayWhileARequestIsFiledLeavesNoPin() throws Exception {
    RequestBook away =
        (RequestBook)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {RequestBook.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("replace")) {
                    throw new IllegalStateException("the connection is broken");
                  }
                  return method.invoke(book, arguments);
                });
    RestoreDesk broken =
        new RestoreDesk(
            storePath,
            Optional.of(LiveMail.onDisk(mail, () -> now)),
            away,
            LIMITS,
            terms,
            accounts,
            () -> now);

    assertThatThrownBy(() -> broken.file(request(ANNA), Locale.ENGLISH, SHOWN))
        .isInstanceOf(IllegalStateException.class);
    assertThat(pins()).isEmpty();
    assertThat(book.drafts(NOW.plusSeconds(1))).isEmpty();
  }

  @Test
  void whatSomebodyLeftWhoWasKilledWhileHeFiledIsTidiedUp() throws Exception {
    RestoreRequest request = request(ANNA);
    FiledRequest planned = file();
    desk.withdraw(ANNA, planned.id());
    FiledRequest draft =
        new FiledRequest(
            request.id(),
            ANNA,
            D20,
            FiledRequest.Asked.MAILBOX,
            request.target(),
            false,
            NOW,
            "",
            Locale.ENGLISH,
            planned.plan(),
            NOW,
            RequestState.DRAFT,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "");
    assertThat(book.file(draft, LIMITS)).isEmpty();
    try (Store store = Store.open(storePath)) {
      RestorePlan plan = new RestorePlanner(store, mail, () -> now).plan(request);
      new Restorer(store, mail, () -> now).accept(plan);
    }
    assertThat(pins()).hasSize(1);

    desk.tidy();
    assertThat(pins()).as("somebody may be at work on it").hasSize(1);
    now = NOW.plus(Duration.ofHours(2));
    desk.tidy();
    assertThat(pins()).isEmpty();
    assertThat(book.find(draft.id())).isEmpty();
    assertThat(book.ofMailbox(ANNA, 10)).hasSize(1);
  }

  @Test
  void whoeverWasKilledBeforeHeLetGoOfASnapshotIsTidiedUpAfter() throws Exception {
    FiledRequest filed = file();
    // as if the process had ended right after the decision was kept
    FiledRequest rejected =
        new FiledRequest(
            filed.id(),
            ANNA,
            D20,
            filed.asked(),
            filed.target(),
            false,
            NOW,
            filed.reason(),
            Locale.ENGLISH,
            filed.plan(),
            filed.until(),
            RequestState.REJECTED,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "");
    AuditEntry line = new AuditEntry(NOW, "admin", "restore.rejected", ANNA.toString(), "");
    assertThat(book.replace(RequestState.PENDING, rejected, line, Optional.empty())).isTrue();
    assertThat(pins()).hasSize(1);
    assertThat(book.holding(10)).hasSize(1);

    desk.tidy();
    assertThat(pins()).isEmpty();
    assertThat(book.holding(10)).isEmpty();
  }

  @Test
  void anInstallationWithoutLiveMailTakesNoRequests() {
    RestoreDesk closed =
        new RestoreDesk(storePath, Optional.empty(), book, LIMITS, terms, accounts, () -> now);

    assertThat(closed.open()).isFalse();
    refused(Why.NO_LIVE_MAIL, () -> closed.file(request(ANNA), Locale.ENGLISH, SHOWN));
    assertThat(book.ofMailbox(ANNA, 10)).isEmpty();
  }

  @Test
  void aPlanIsShownBeforeAnythingIsKept() throws Exception {
    RestorePlan plan = desk.plan(request(ANNA));

    assertThat(plan.messages()).isEqualTo(3);
    assertThat(plan.folders()).extracting(folder -> folder.name()).contains(FolderName.INBOX);
    assertThat(pins()).isEmpty();
    assertThat(log()).isEmpty();
  }

  private static final Price PRICE =
      new Price(
          Currency.getInstance("EUR"),
          new BigDecimal("2"),
          new BigDecimal("0.25"),
          BigDecimal.ZERO);

  private void terms(Price price, long aloneUpTo, Optional<Long> secondAbove) {
    AuditEntry line = new AuditEntry(now, "root", "terms.set", "example.test", "");
    terms.set(Optional.of("example.test"), new Terms(price, aloneUpTo, secondAbove), line);
  }

  private List<String> charged(Optional<Instant> from, Optional<Instant> to) {
    return charges
        .page(new ChargeQuery(Optional.empty(), "", from, to, true, 0, 10))
        .charges()
        .stream()
        .map(charge -> charge.amount() + (charge.withdrawn().isPresent() ? " withdrawn" : ""))
        .toList();
  }

  private List<String> charged() {
    return charged(Optional.empty(), Optional.empty());
  }

  @Test
  void thePriceOfTheDayOfTheRequestIsChargedOnceWhenItIsConfirmed() throws Exception {
    terms(PRICE, 0, Optional.empty());
    FiledRequest filed = file();
    assertThat(filed.plan().price()).hasToString("2.75 EUR");
    assertThat(charged()).isEmpty();
    terms(Price.FREE, 0, Optional.empty());

    desk.confirm(filed.id(), "admin");
    refused(Why.NOT_PENDING, () -> desk.confirm(filed.id(), "other"));
    desk.carryOut(filed.id(), RestoreProgress.NONE);
    desk.takeBack(filed.id(), "admin");

    Charge charge =
        charges
            .page(
                new ChargeQuery(
                    Optional.of(Set.of("example.test")),
                    "NNA@",
                    Optional.of(now),
                    Optional.of(now.plusSeconds(1)),
                    false,
                    0,
                    10))
            .charges()
            .getFirst();
    assertThat(charge.request()).isEqualTo(filed.id());
    assertThat(charge.mailbox()).isEqualTo(ANNA);
    assertThat(charge.messages()).isEqualTo(3);
    assertThat(charge.confirmed()).isEqualTo(now);
    assertThat(charged()).containsExactly("2.75 EUR");
    assertThat(charged(Optional.of(now.plusSeconds(1)), Optional.empty())).isEmpty();
    assertThat(charged(Optional.empty(), Optional.of(now))).isEmpty();
    assertThat(
            charges
                .page(
                    new ChargeQuery(
                        Optional.of(Set.of("other.test")),
                        "",
                        Optional.empty(),
                        Optional.empty(),
                        true,
                        0,
                        10))
                .total())
        .isZero();
  }

  @Test
  void whatIsRejectedOrFreeIsNotChargedAndWhatFailsIsNotAnyMore() throws Exception {
    desk.confirm(file().id(), "admin");
    assertThat(charged()).isEmpty();

    terms(PRICE, 0, Optional.empty());
    FiledRequest rejected = file();
    desk.reject(rejected.id(), "admin", "Not now.");
    assertThat(charged()).isEmpty();

    FiledRequest failing = file();
    desk.confirm(failing.id(), "admin");
    assertThat(charged()).containsExactly("2.75 EUR");
    assertThat(
            charges
                .page(
                    new ChargeQuery(
                        Optional.empty(), "", Optional.empty(), Optional.empty(), true, 0, 0))
                .sums())
        .hasToString("[2.75 EUR]");
    desk.giveUp(failing.id(), "admin");
    assertThat(charged()).containsExactly("2.75 EUR withdrawn");
    assertThat(
            charges
                .page(
                    new ChargeQuery(
                        Optional.empty(), "", Optional.empty(), Optional.empty(), true, 0, 10))
                .sums())
        .isEmpty();
  }

  @Test
  void aRestoreThatPutsNothingBackCostsNothing() throws Exception {
    terms(PRICE, 0, Optional.empty());
    FiledRequest filed = file();
    for (int message = 0; message < 3; message++) {
      Files.writeString(
          file(ANNA, message), "Subject: " + message + "\n\n" + ANNA + "\n"); // it came back
    }
    desk.confirm(filed.id(), "admin");
    FiledRequest done = desk.carryOut(filed.id(), RestoreProgress.NONE);

    assertThat(done.outcome().orElseThrow().added()).isZero();
    assertThat(charged()).containsExactly("2.75 EUR withdrawn");
  }

  @Test
  void aRestoreThatPutsLessBackCostsWhatThatCosts() throws Exception {
    terms(PRICE, 0, Optional.empty());
    FiledRequest filed = file();
    terms(Price.FREE, 0, Optional.empty());
    Files.writeString(file(ANNA, 0), "Subject: 0\n\n" + ANNA + "\n"); // it came back
    desk.confirm(filed.id(), "admin");
    assertThat(charged()).containsExactly("2.75 EUR");
    FiledRequest done = desk.carryOut(filed.id(), RestoreProgress.NONE);

    assertThat(done.cost()).hasToString("2.50 EUR");
    assertThat(book.find(filed.id())).contains(done);
    assertThat(done.plan().price()).as("what was shown").hasToString("2.75 EUR");
    assertThat(charged()).containsExactly("2.50 EUR");
    Charge charge =
        charges
            .changedAfter(
                1,
                new ChargeQuery(
                    Optional.empty(), "", Optional.empty(), Optional.empty(), false, 0, 10))
            .getFirst();
    assertThat(charge.messages()).isEqualTo(2);
    assertThat(charge.bytes()).isEqualTo(filed.plan().bytes() / 3 * 2);
    desk.takeBack(filed.id(), "admin");
    assertThat(charged()).containsExactly("2.50 EUR");
  }

  @Test
  void twoAdministratorsConfirmWhatTheTermsWantTwoFor() throws Exception {
    terms(PRICE, 0, Optional.of(2L));
    FiledRequest filed = file();

    FiledRequest half = desk.confirm(filed.id(), "carla");
    assertThat(half.state()).isEqualTo(RequestState.PENDING);
    assertThat(book.find(filed.id())).contains(half);
    refused(Why.SECOND_NEEDED, () -> desk.confirm(filed.id(), "carla"));
    assertThat(charged()).isEmpty();

    FiledRequest whole = desk.confirm(filed.id(), "bruno");
    assertThat(whole.state()).isEqualTo(RequestState.CONFIRMED);
    assertThat(book.find(filed.id())).contains(whole);
    assertThat(whole.first().orElseThrow().who()).isEqualTo("carla");
    assertThat(log()).endsWith("carla restore.confirmed-first", "bruno restore.confirmed");
    assertThat(notices())
        .containsExactlyInAnyOrder(Notice.Kind.REQUESTED, Notice.Kind.FIRST_CONFIRMED);
    assertThat(charged()).hasSize(1);
  }

  private static Administrator administrator(String name) {
    return new Administrator(name, "", Locale.ENGLISH, Optional.empty(), false);
  }

  @Test
  void aFirstWhoCannotSignInAnyMoreOrIsOfAnotherDomainDoesNotCountAndIsReplaced() throws Exception {
    for (Administrator carla :
        List.of(
            new Administrator("carla", "", Locale.ENGLISH, Optional.empty(), true),
            new Administrator(
                "carla", "", Locale.ENGLISH, Optional.of(Set.of("other.test")), false))) {
      administrators.set(0, administrator("carla"));
      terms(PRICE, 0, Optional.of(2L));
      FiledRequest filed = file();
      assertThat(desk.two().first(desk.confirm(filed.id(), "carla"))).isPresent();
      administrators.set(0, carla);

      FiledRequest half = desk.confirm(filed.id(), "bruno");
      assertThat(half.state()).as("one alone").isEqualTo(RequestState.PENDING);
      assertThat(half.first().orElseThrow().who()).isEqualTo("bruno");
      assertThat(audit.read(AuditFilter.ALL, Long.MAX_VALUE, 1).getFirst().entry().detail())
          .endsWith(": carla does not count any more");
      refused(Why.SECOND_NEEDED, () -> desk.confirm(filed.id(), "bruno"));
      assertThat(desk.confirm(filed.id(), "dora").state()).isEqualTo(RequestState.CONFIRMED);
      desk.giveUp(filed.id(), "dora");
    }
  }

  @Test
  void aFirstWhoGotAnotherPasswordSinceDoesNotCount() throws Exception {
    terms(PRICE, 0, Optional.of(2L));
    FiledRequest filed = file();
    desk.confirm(filed.id(), "carla");
    passwordsSince = NOW.plusSeconds(1); // somebody else may have known the one before
    assertThat(desk.confirm(filed.id(), "bruno").state()).isEqualTo(RequestState.PENDING);
  }

  @Test
  void everybodyIsToldAgainWhereAFirstOneIsReplaced() throws Exception {
    terms(PRICE, 0, Optional.of(2L));
    FiledRequest filed = file();
    Notice first = new Notice(filed.id(), Notice.Kind.FIRST_CONFIRMED);
    desk.confirm(filed.id(), "carla");
    correspondence.address(first, Set.of("dora@example.org"), NOW);
    assertThat(correspondence.unaddressed(10)).doesNotContain(first);

    passwordsSince = NOW.plusSeconds(1);
    desk.confirm(filed.id(), "bruno");
    assertThat(correspondence.unaddressed(10)).contains(first);
    correspondence.address(first, Set.of("dora@example.org"), NOW);
    assertThat(correspondence.take(NOW, NOW.plusSeconds(60), 10))
        .filteredOn(letter -> letter.notice().equals(first))
        .hasSize(1);
  }

  @Test
  void whatTwoMustConfirmIsNotWonBySplittingIt() throws Exception {
    terms(PRICE, 0, Optional.of(5L));
    FiledRequest withdrawn = file();
    desk.withdraw(ANNA, withdrawn.id());
    FiledRequest one = file();
    assertThat(desk.two().needed(one)).as("three, and three withdrawn").isFalse();
    FiledRequest other = file();
    assertThat(desk.two().needed(one)).as("six").isTrue();
    assertThat(desk.confirm(other.id(), "carla").state()).isEqualTo(RequestState.PENDING);
  }

  @Test
  void nobodyLiftsTheRuleOfTwoForARequestThatWaits() throws Exception {
    terms(PRICE, 0, Optional.of(2L));
    FiledRequest filed = file();
    terms(PRICE, 0, Optional.empty());
    assertThat(desk.confirm(filed.id(), "carla").state()).isEqualTo(RequestState.PENDING);

    FiledRequest later = file();
    assertThat(desk.two().needed(later)).as("by the terms of now").isFalse();
    terms(PRICE, 0, Optional.of(2L));
    assertThat(desk.two().needed(later)).as("stricter than when it was asked for").isTrue();
  }

  @Test
  void whoIsFirstAtTheSameMomentAsSomebodyElseIsToldSo() throws Exception {
    terms(PRICE, 0, Optional.of(2L));
    FiledRequest filed = file();
    RequestBook late =
        (RequestBook)
            Proxy.newProxyInstance(
                RequestBook.class.getClassLoader(),
                new Class<?>[] {RequestBook.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("confirmedFirst")) {
                    desk.confirm(filed.id(), "carla");
                  }
                  return method.invoke(book, arguments);
                });
    RestoreDesk slower =
        new RestoreDesk(
            storePath,
            Optional.of(LiveMail.onDisk(mail, () -> now)),
            late,
            LIMITS,
            terms,
            accounts,
            () -> now);
    refused(Why.FIRST_MEANWHILE, () -> slower.confirm(filed.id(), "bruno"));
    assertThat(book.find(filed.id()).orElseThrow().first().orElseThrow().who()).isEqualTo("carla");
    assertThat(desk.confirm(filed.id(), "bruno").state()).isEqualTo(RequestState.CONFIRMED);
  }

  @Test
  void ofTwoWhoConfirmFirstAtOnceOneIsTheFirst() throws Exception {
    terms(PRICE, 0, Optional.of(2L));
    FiledRequest filed = file();
    List<Callable<FiledRequest>> both =
        List.of(() -> desk.confirm(filed.id(), "carla"), () -> desk.confirm(filed.id(), "bruno"));
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (Future<FiledRequest> each : threads.invokeAll(both)) {
        try {
          each.get();
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(RequestRefusedException.class);
        }
      }
    }
    // One after the other they are two; at once, one of them was late.
    FiledRequest now = book.find(filed.id()).orElseThrow();
    assertThat(now.first()).isPresent();
    assertThat(now.decision().map(by -> by.who())).isNotEqualTo(now.first().map(by -> by.who()));
  }

  @Test
  void nobodyConfirmsAloneForMoreThanHeHasSeen() throws Exception {
    terms(PRICE, 5, Optional.empty());
    for (Optional<Money> seen : List.of(Money.parse("2.74 EUR"), Money.parse(null))) {
      FiledRequest filed = desk.file(request(ANNA), Locale.ITALIAN, seen);
      assertThat(filed.state()).isEqualTo(RequestState.PENDING);
      desk.withdraw(ANNA, filed.id());
    }
    assertThat(charged()).isEmpty();
  }

  @Test
  void nobodyConfirmsAloneWhileHeFilesAnotherRequest() throws Exception {
    FiledRequest other = file();
    desk.withdraw(ANNA, other.id());
    terms(Price.FREE, 5, Optional.empty());
    RestoreRequest request = request(ANNA);
    assertThat(
            book.file(
                new FiledRequest(
                    request.id(),
                    ANNA,
                    D20,
                    FiledRequest.Asked.MAILBOX,
                    request.target(),
                    false,
                    NOW,
                    "",
                    Locale.ENGLISH,
                    other.plan(),
                    NOW,
                    RequestState.DRAFT,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    ""),
                LIMITS))
        .isEmpty();
    assertThat(file().state()).isEqualTo(RequestState.PENDING);
  }

  @Test
  void aUserConfirmsAloneWhatTheTermsOfTheDomainAllowWithinADay() throws Exception {
    terms(PRICE, 5, Optional.empty());
    FiledRequest alone = file();

    assertThat(alone.state()).isEqualTo(RequestState.CONFIRMED);
    assertThat(alone.decision().orElseThrow().who()).isEqualTo(ANNA.toString());
    assertThat(log()).containsSubsequence("anna@example.test restore.confirmed");
    assertThat(notices()).containsExactly(Notice.Kind.SELF_CONFIRMED);
    assertThat(charged()).containsExactly("2.75 EUR");

    FiledRequest more = file();
    assertThat(more.state()).as("six within a day").isEqualTo(RequestState.PENDING);
    desk.withdraw(ANNA, more.id());
    now = NOW.plus(Duration.ofHours(25));
    assertThat(file().state()).as("the next day").isEqualTo(RequestState.CONFIRMED);
  }
}
