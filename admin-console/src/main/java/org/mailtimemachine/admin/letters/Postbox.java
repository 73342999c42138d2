package org.mailtimemachine.admin.letters;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** Hands letters over to the host's SMTP server. Safe for use by several threads. */
final class Postbox {

  private static final String CHARSET = "UTF-8";
  private static final String MILLIS = "30000";

  /** RFC 5322, section 3.3. */
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss Z", Locale.ENGLISH);

  private final LetterSettings.SmtpServer server;
  private final MailboxAddress from;
  private final ZoneId zone;
  private final Session session;

  /**
   * @param zone whose clock the letters are dated by
   */
  Postbox(LetterSettings.SmtpServer server, MailboxAddress from, ZoneId zone) {
    this.server = server;
    this.from = from;
    this.zone = zone;
    Properties properties = new Properties();
    properties.setProperty("mail.smtp.connectiontimeout", MILLIS);
    properties.setProperty("mail.smtp.timeout", MILLIS);
    properties.setProperty("mail.smtp.writetimeout", MILLIS);
    properties.setProperty("mail.smtp.from", from.toString());
    properties.setProperty("mail.smtp.localhost", from.domain());
    this.session = Session.getInstance(properties);
  }

  /** The server will never take a letter to this address. */
  static final class UndeliverableException extends Exception {
    private static final long serialVersionUID = 1L;

    UndeliverableException(Throwable cause) {
      super(words(cause), cause);
    }
  }

  /** What the server said: it stands in the innermost exception. */
  static String words(Throwable failure) {
    Throwable innermost = failure;
    while (innermost.getCause() != null && innermost.getCause() != innermost) {
      innermost = innermost.getCause();
    }
    return String.valueOf(innermost.getMessage()).strip();
  }

  /**
   * Sends a letter. The same letter sent again is the same mail.
   *
   * @throws UndeliverableException where trying again is of no use
   * @throws MessagingException where it may be taken another time
   */
  void send(UUID letter, String recipient, LetterText text, Instant now)
      throws UndeliverableException, MessagingException {
    Address[] to = {address(recipient)};
    try (Transport transport = session.getTransport("smtp")) {
      MimeMessage message = message(letter, to, text, now);
      transport.connect(server.host(), server.port(), null, null);
      transport.sendMessage(message, to);
    } catch (SendFailedException e) {
      if (e.getInvalidAddresses() != null && e.getInvalidAddresses().length > 0) {
        throw new UndeliverableException(e);
      }
      throw e;
    }
  }

  private static Address address(String recipient) throws UndeliverableException {
    try {
      return new InternetAddress(recipient, true);
    } catch (MessagingException e) {
      throw new UndeliverableException(e);
    }
  }

  private MimeMessage message(UUID letter, Address[] to, LetterText text, Instant now)
      throws MessagingException {
    MimeMessage message =
        new MimeMessage(session) {
          @Override
          protected void updateMessageID() throws MessagingException {
            // Not a new one for each try: whoever gets it twice sees it once.
            setHeader("Message-ID", "<" + letter + "@" + from.domain() + ">");
          }
        };
    InternetAddress sender = new InternetAddress(from.toString());
    message.setFrom(sender);
    message.setRecipients(MimeMessage.RecipientType.TO, to);
    message.setSubject(text.subject(), CHARSET);
    message.setHeader("Date", DATE.format(now.atZone(zone)));
    message.setContentLanguage(new String[] {text.language().getLanguage()});
    // RFC 3834: nobody's vacation answers it.
    message.setHeader("Auto-Submitted", "auto-generated");
    message.setHeader("X-Auto-Response-Suppress", "All");
    MimeMultipart both = new MimeMultipart("alternative");
    both.addBodyPart(part(text.plain(), "plain"));
    both.addBodyPart(part(text.html(), "html"));
    message.setContent(both);
    message.saveChanges();
    return message;
  }

  private static MimeBodyPart part(String text, String subtype) throws MessagingException {
    MimeBodyPart part = new MimeBodyPart();
    part.setText(text, CHARSET, subtype);
    // Seven bits on the wire, whatever the next server can take.
    part.setHeader("Content-Transfer-Encoding", "quoted-printable");
    return part;
  }
}
