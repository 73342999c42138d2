package org.mailtimemachine.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.copy.FailurePolicy;
import org.mailtimemachine.mirror.copy.Spool;
import org.mailtimemachine.mirror.register.MirrorRefusedException;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.MirrorSettings;
import org.mailtimemachine.mirror.register.NewMirror;
import org.mailtimemachine.mirror.smtp.Copies;
import org.mailtimemachine.mirror.smtp.Envelope;

/**
 * A mirror of the made-up mail host: a read-only one of a whole domain, with mail that came and
 * went between two midnights, and some that came since the last one.
 */
record DemoMirror(DemoDirectory demo, Clock clock) {

  private static final String DOMAIN = "demo.test";
  private static final int DAYS = 30;

  /**
   * Something that came.
   *
   * @param days ago
   * @param time of that day, as {@code 10:12}
   * @param content behind the headers that all have
   */
  private record Mail(
      int days, String time, String to, String from, String subject, String content) {}

  private static final String PLAIN = "Content-Type: text/plain; charset=utf-8\n\n";

  private static final List<Mail> MAIL =
      List.of(
          new Mail(
              3,
              "08:41",
              "anna@demo.test",
              "Vetreria Lumina <offers@vetreria.example>",
              "Skylight: the offer stands until tonight",
              """
              MIME-Version: 1.0
              Content-Type: multipart/mixed; boundary=part

              --part
              Content-Type: text/plain; charset=utf-8

              Dear Anna,

              we can hold the price of the skylight until tonight. The figures are in the file.

              Vetreria Lumina
              --part
              Content-Type: text/csv; charset=utf-8
              Content-Disposition: attachment; filename=offer.csv

              skylight,2,1480.00
              fitting,1,350.00
              --part--
              """),
          new Mail(
              1,
              "10:12",
              "anna@demo.test",
              "Comune, ufficio tecnico <protocollo@comune.example>",
              "Permit 2214: one signature is missing",
              PLAIN
                  + """
                  Good morning,

                  the permit lacks the signature on page 4. Please come by before Friday.

                  Ufficio tecnico
                  """),
          new Mail(
              1,
              "17:30",
              "anna+shop@demo.test",
              "Carta & Co <orders@carta.example>",
              "Your order is ready for collection",
              PLAIN + "The drawing paper is here. Your number is 7-114.\n"),
          new Mail(
              1,
              "18:02",
              "marco@demo.test",
              "Vivaio Ortensia <info@vivaio.example>",
              "Only for Marco: the hydrangeas",
              PLAIN + "They came in this morning, and will not last.\n"),
          new Mail(
              0,
              "00:04",
              "anna@demo.test",
              "Lucia <lucia@example.org>",
              "Breakfast tomorrow?",
              PLAIN + "I am in town until noon. Shall we meet at eight?\n"));

  /** What the server has to be told of it. */
  static Properties settings(DemoDirectory demo) {
    Properties settings = new Properties();
    settings.setProperty("mtm.mirror.directory", demo.path().resolve("mirror").toString());
    settings.setProperty("mtm.mirror.users", demo.path().resolve("mirror-users").toString());
    settings.setProperty("mtm.mirror.webmail", "all");
    // No mail comes in here.
    settings.setProperty("mtm.mirror.process", "none");
    settings.setProperty("mtm.maildirs", demo.mail().toString());
    return settings;
  }

  /** The register, which is made where there is none. */
  MirrorRegister register() throws IOException {
    Properties settings = settings(demo);
    return MirrorRegister.openOrMake(
        MirrorSettings.of(name -> Optional.ofNullable(settings.getProperty(name))).orElseThrow(),
        clock);
  }

  /** Makes the mirror, with its mail, where it is not there yet. */
  void make() throws IOException {
    boolean there = Files.exists(demo.path().resolve("mirror/format"));
    MirrorRegister register = register();
    if (there) {
      return;
    }
    try {
      register.add(
          new NewMirror(new MirrorSource.AllRecipients(DOMAIN), true, List.of(), DAYS, true, false),
          "the demo");
    } catch (MirrorRefusedException e) {
      throw new IllegalStateException("the mirror of a new host is refused", e);
    }
    LocalDate today = LocalDate.ofInstant(clock.instant(), clock.getZone());
    for (Mail mail : MAIL) {
      ZonedDateTime at =
          ZonedDateTime.of(today.minusDays(mail.days), LocalTime.parse(mail.time), clock.getZone());
      if (at.toInstant().isBefore(clock.instant())) {
        deliver(register, at.toInstant(), mail.to, queueId(mail.subject), text(mail, at));
      }
    }
  }

  private static byte[] text(Mail mail, ZonedDateTime at) {
    String date = DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT).format(at);
    String headers =
        """
        Received: from mx.example by mail.demo.test with ESMTPS id %s; %s
        From: %s
        To: %s
        Subject: %s
        Date: %s
        Message-ID: <%s@came-and-went.example>
        """
            .formatted(
                queueId(mail.subject),
                date,
                mail.from,
                mail.to,
                mail.subject,
                date,
                queueId(mail.subject));
    return (headers + mail.content).replace("\n", "\r\n").getBytes(UTF_8);
  }

  private static String queueId(String subject) {
    return "4B" + Integer.toHexString(subject.hashCode()).toUpperCase(Locale.ROOT);
  }

  /** Delivers a message to a mirror as the proxy does, at a time of the past. */
  static void deliver(MirrorRegister register, Instant at, String to, String queueId, byte[] text)
      throws IOException {
    List<Envelope.Recipient> recipients = List.of(new Envelope.Recipient(to, List.of()));
    Envelope envelope =
        new Envelope(Map.of("IDENT", queueId), "bounces@sender.example", List.of(), recipients);
    try (Spool spool =
        Spool.open(
            register.spool(),
            register.mailboxes(),
            register::rules,
            FailurePolicy.DEFER,
            Clock.fixed(at, ZoneOffset.UTC),
            "demo")) {
      try (Copies.Copy copy = spool.begin(envelope)) {
        copy.write(text, text.length);
        copy.sync();
        copy.accepted(recipients);
      }
      spool.awaitDelivered();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException)
          new InterruptedIOException("interrupted while a mirror was filled").initCause(e);
    }
  }
}
