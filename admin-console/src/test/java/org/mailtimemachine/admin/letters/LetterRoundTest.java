package org.mailtimemachine.admin.letters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.Multipart;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.admin.SmallHost;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.RestoreProgress;
import org.mailtimemachine.restore.desk.Notice;
import org.mailtimemachine.restore.opening.Opening;
import org.mailtimemachine.restore.opening.Openings;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditFilter;
import org.mailtimemachine.snapshot.audit.AuditLog;
import org.mailtimemachine.snapshot.audit.SealedEntry;
import org.mailtimemachine.snapshot.holds.Hold;
import org.mailtimemachine.snapshot.holds.Holds;

class LetterRoundTest {

  private static final String ANNA = "anna@example.test";
  private static final String ROOT = "root@example.org";

  @TempDir private Path directory;
  private SmallHost host;
  private SmtpReceiver smtp;
  private MemoryCorrespondence correspondence;
  private final List<AuditEntry> audit = new ArrayList<>();
  private Instant now = SmallHost.NOW;
  private Optional<LetterSettings.SmtpServer> server;
  private final Hold lifted =
      new Hold(
          UUID.randomUUID(),
          "example.test",
          Optional.empty(),
          "Case 12",
          Optional.empty(),
          "carla",
          true,
          SmallHost.NOW,
          Optional.of(new Hold.Lifted("bruno", SmallHost.NOW.plusSeconds(60), "Case closed")),
          Optional.empty(),
          0);

  /** Knows that one. */
  private final Holds holds =
      (Holds)
          Proxy.newProxyInstance(
              Holds.class.getClassLoader(),
              new Class<?>[] {Holds.class},
              (_, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("find");
                return Optional.of(lifted).filter(hold -> hold.id().equals(arguments[0]));
              });

  private final Opening opened =
      new Opening(
          UUID.randomUUID(),
          MailboxAddress.of(ANNA),
          SmallHost.DAY,
          FolderName.INBOX,
          UUID.randomUUID(),
          "Your <b>invoice</b>",
          SmallHost.NOW.minusSeconds(86_400),
          "carla",
          SmallHost.NOW,
          "You asked whether it is a virus",
          Optional.empty());

  /** Knows that one. */
  private final Openings openings =
      (Openings)
          Proxy.newProxyInstance(
              Openings.class.getClassLoader(),
              new Class<?>[] {Openings.class},
              (_, method, arguments) -> {
                assertThat(method.getName()).isEqualTo("find");
                return Optional.of(opened).filter(each -> each.id().equals(arguments[0]));
              });

  @BeforeEach
  void open() throws IOException {
    host = new SmallHost(directory, ANNA);
    smtp = new SmtpReceiver();
    server = Optional.of(new LetterSettings.SmtpServer("127.0.0.1", smtp.port()));
    correspondence = new MemoryCorrespondence(host.book);
  }

  @AfterEach
  void close() throws IOException {
    smtp.close();
  }

  private void go() {
    new LetterRound(
            new LetterSettings(
                server,
                MailboxAddress.of("mtm@example.org"),
                Set.of(ROOT),
                Locale.ENGLISH,
                Optional.of(URI.create("https://mail.example.org/admin/")),
                Optional.of(URI.create("https://mail.example.org/")),
                ZoneId.of("Europe/Rome")),
            _ -> Map.of(),
            correspondence,
            host.book,
            holds,
            openings,
            host.desk,
            new AuditLog() {
              @Override
              public SealedEntry append(AuditEntry entry) {
                audit.add(entry);
                return SealedEntry.after(audit.size(), SealedEntry.NO_SEAL, entry);
              }

              @Override
              public List<SealedEntry> read(AuditFilter filter, long before, int most) {
                return List.of();
              }

              @Override
              public Optional<Long> firstBroken() {
                return Optional.empty();
              }
            },
            () -> now)
        .go();
  }

  private static MimeMessage parsed(SmtpReceiver.Taken mail) throws Exception {
    return new MimeMessage(
        Session.getInstance(new Properties()),
        new ByteArrayInputStream(mail.message().getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static String part(MimeMessage message, int number) throws Exception {
    return (String) ((Multipart) message.getContent()).getBodyPart(number).getContent();
  }

  @Test
  void administratorsGetTheRequestWithItsPlanAndTwoLinks() throws Exception {
    UUID id = host.request(ANNA, "Deleted <b>all</b> & more\r\nby mistake\u202e").id();
    go();
    go();

    assertThat(smtp.taken()).hasSize(1);
    SmtpReceiver.Taken mail = smtp.taken().getFirst();
    assertThat(mail.from()).startsWith("<mtm@example.org>");
    assertThat(mail.to()).startsWith("<" + ROOT + ">");
    assertThat(mail.message().chars()).allMatch(c -> c < 0x7f);
    MimeMessage message = parsed(mail);
    assertThat(message.getSubject()).isEqualTo("Restore request of " + ANNA);
    assertThat(message.getHeader("Message-ID"))
        .singleElement()
        .asString()
        .matches("<[0-9a-f-]{36}@example.org>");
    assertThat(message.getHeader("Date")).containsExactly("Sun, 22 Nov 2026 11:00:00 +0100");
    assertThat(message.getHeader("Auto-Submitted")).containsExactly("auto-generated");
    assertThat(message.getHeader("Content-Language")).containsExactly("en");
    assertThat(message.isMimeType("multipart/alternative")).isTrue();
    String page = "https://mail.example.org/admin/request.xhtml?id=" + id;
    assertThat(part(message, 0))
        .contains("To add: 3 messages, ")
        .contains("  Inbox: 3")
        .contains("> Deleted <b>all</b> & more\r\n> by mistake\r\n")
        .contains(page + "&do=confirm\r\n")
        .contains(page + "&do=reject\r\n");
    assertThat(part(message, 1))
        .contains("Deleted &lt;b&gt;all&lt;/b&gt; &amp; more<br>")
        .contains("href=\"" + page + "&amp;do=confirm\"")
        .doesNotContain("<script", "<img", "\u202e");
  }

  @Test
  void nobodyIsToldOfWhatWasWithdrawnBeforeHeCouldBe() throws Exception {
    UUID id = host.request(ANNA, "").id();
    host.desk.withdraw(MailboxAddress.of(ANNA), id);
    go();
    assertThat(smtp.taken()).isEmpty();

    UUID known = host.request(ANNA, "").id();
    go();
    host.desk.withdraw(MailboxAddress.of(ANNA), known);
    go();
    assertThat(smtp.taken()).hasSize(2);
    assertThat(correspondence.waiting()).isZero();
  }

  @Test
  void whatWasWithdrawnWhileTheMailServerWasDownIsNotSent() throws Exception {
    smtp.close();
    UUID id = host.request(ANNA, "").id();
    go();
    assertThat(correspondence.waiting()).isOne();
    host.desk.withdraw(MailboxAddress.of(ANNA), id);
    now = now.plus(Duration.ofMinutes(2));
    smtp = new SmtpReceiver();
    server = Optional.of(new LetterSettings.SmtpServer("127.0.0.1", smtp.port()));
    go();

    assertThat(smtp.taken()).isEmpty();
    assertThat(correspondence.waiting()).isZero();
  }

  @Test
  void theUserGetsTheReceiptInHisLanguage() throws Exception {
    UUID id = host.confirmed(ANNA);
    host.desk.carryOut(id, RestoreProgress.NONE);
    go();

    SmtpReceiver.Taken toUser = lastTo(ANNA);
    MimeMessage done = parsed(toUser);
    assertThat(done.getSubject()).isEqualTo("I tuoi messaggi sono tornati");
    assertThat(part(done, 0))
        .contains("Ripristinati: 3 messaggi")
        .contains("  Posta in arrivo: 3")
        .contains("https://mail.example.org/")
        .doesNotContain("/admin/");
  }

  private SmtpReceiver.Taken lastTo(String recipient) {
    return smtp.taken().reversed().stream()
        .filter(mail -> mail.to().startsWith("<" + recipient + ">"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void administratorsAreToldThatItIsDone() throws Exception {
    UUID id = host.confirmed(ANNA);
    host.desk.carryOut(id, RestoreProgress.NONE);
    go();

    MimeMessage done = parsed(lastTo(ROOT));
    assertThat(done.getSubject()).isEqualTo("The restore of " + ANNA + " is done");
    assertThat(part(done, 0))
        .contains("Put back: 3 messages")
        .contains("https://mail.example.org/admin/request.xhtml?id=" + id);
  }

  @Test
  void nobodyIsToldWhereTheStoreLies() throws Exception {
    UUID id = host.confirmed(ANNA);
    Files.move(host.maildir(ANNA), directory.resolve("away"));
    assertThatThrownBy(() -> host.desk.carryOut(id, RestoreProgress.NONE))
        .isInstanceOf(IOException.class);
    go();

    MimeMessage hindered = parsed(lastTo(ROOT));
    assertThat(part(hindered, 0))
        .contains("> The mailbox is not where it was.")
        .doesNotContain(directory.toString());
  }

  @Test
  void theUserReadsWhyItWasRejected() throws Exception {
    UUID id = host.request(ANNA, "").id();
    host.desk.reject(id, "root", "Ask your teacher first.");
    go();

    MimeMessage rejected = parsed(smtp.taken().getLast());
    assertThat(part(rejected, 0)).contains("> Ask your teacher first.");
  }

  @Test
  void administratorsOfTheHostAreToldOfALiftedHoldWithItsReasons() throws Exception {
    host.book.notices.add(new Notice(lifted.id(), Notice.Kind.HOLD_LIFTED));
    go();

    MimeMessage letter = parsed(smtp.taken().getLast());
    assertThat(smtp.taken()).hasSize(1);
    assertThat(smtp.taken().getLast().to()).startsWith("<" + ROOT + ">");
    assertThat(letter.getSubject()).isEqualTo("Legal hold on example.test was lifted");
    assertThat(part(letter, 0))
        .contains("Placed by: carla")
        .contains("Lifted by: bruno")
        .contains("> Case 12")
        .contains("> Case closed")
        .contains("https://mail.example.org/admin/holds.xhtml");
  }

  @Test
  void theUserIsToldWhoHasOpenedWhichMessageAndWhyInTheLanguageOfHisLastRequest() throws Exception {
    host.book.notices.add(new Notice(opened.id(), Notice.Kind.MESSAGE_OPENED));
    go();

    assertThat(smtp.taken()).hasSize(1);
    assertThat(smtp.taken().getFirst().to()).startsWith("<" + ANNA + ">");
    MimeMessage letter = parsed(smtp.taken().getFirst());
    assertThat(letter.getSubject()).isEqualTo("An administrator has opened one of your messages");
    assertThat(part(letter, 0))
        .contains("Opened by: carla")
        .contains("Opened on: Sunday 22 November 2026 11:00 CET")
        .contains("As of: Friday 20 November 2026, 00:00")
        .contains("Folder: Inbox")
        .contains("Subject: Your <b>invoice</b>")
        .contains("Date of the message: Saturday 21 November 2026 11:00 CET")
        .contains("> You asked whether it is a virus")
        .contains("https://mail.example.org/")
        .doesNotContain("/admin/");
    assertThat(part(letter, 1)).doesNotContain("<b>");

    host.request(ANNA, "");
    correspondence = new MemoryCorrespondence(host.book);
    host.book.notices.removeIf(each -> each.kind() != Notice.Kind.MESSAGE_OPENED);
    go();
    assertThat(parsed(smtp.taken().getLast()).getSubject())
        .isEqualTo("Un amministratore ha aperto uno dei tuoi messaggi");
  }

  @Test
  void aServerThatIsDownOrBusyIsTriedAgainWithTheSameMail() throws Exception {
    host.request(ANNA, "");
    smtp.answerRecipients("451 4.3.0 Later");
    go();
    assertThat(smtp.taken()).isEmpty();
    go();
    assertThat(correspondence.waiting()).isOne();

    smtp.answerRecipients("250 Ok");
    go();
    assertThat(smtp.taken()).as("before its time").isEmpty();
    now = now.plus(Duration.ofMinutes(1));
    go();
    assertThat(smtp.taken()).hasSize(1);
    assertThat(correspondence.waiting()).isZero();
  }

  @Test
  void anAddressThatDoesNotExistIsGivenUpAndWrittenDown() throws Exception {
    host.request(ANNA, "");
    smtp.answerRecipients("550 5.1.1 Unknown user");
    go();

    assertThat(correspondence.waiting()).isZero();
    assertThat(audit)
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.action()).isEqualTo("letter.given-up");
              assertThat(entry.subject()).isEqualTo(ANNA);
              assertThat(entry.detail()).contains(ROOT, "550");
            });
  }

  @Test
  void triesGoOnForThreeDays() {
    Duration waited = Duration.ZERO;
    int tries = 0;
    for (Optional<Duration> pause = LetterRound.pause(tries);
        pause.isPresent();
        pause = LetterRound.pause(++tries)) {
      waited = waited.plus(pause.get());
    }
    assertThat(waited).isBetween(Duration.ofHours(72), Duration.ofHours(77));
    assertThat(tries).isBetween(10, 30);
  }

  @Test
  void whereNoServerIsSetNothingPilesUp() throws Exception {
    server = Optional.empty();
    host.request(ANNA, "");
    go();
    server = Optional.of(new LetterSettings.SmtpServer("127.0.0.1", smtp.port()));
    go();

    assertThat(smtp.taken()).isEmpty();
    assertThat(correspondence.waiting()).isZero();
  }
}
