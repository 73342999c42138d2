package org.mailtimemachine.web.signin;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.util.Properties;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Asks the host's IMAP server by signing in and out again, so that whatever the host knows about
 * passwords (application passwords, locks, other directories) holds here too.
 */
final class ImapPasswords implements MailboxPasswords {

  private final ImapServer server;
  private final String protocol;
  private final Session session;

  ImapPasswords(ImapServer server) {
    this.server = server;
    this.protocol = server.security() == ImapServer.Security.TLS ? "imaps" : "imap";
    this.session = Session.getInstance(properties());
  }

  @Override
  public boolean opens(MailboxAddress mailbox, String password) throws PasswordsUnavailable {
    try (Store store = session.getStore(protocol)) {
      store.connect(server.host(), server.port(), mailbox.toString(), password);
      return true;
    } catch (AuthenticationFailedException e) {
      if (String.valueOf(e.getMessage()).contains("[UNAVAILABLE]")) {
        throw new PasswordsUnavailable(server.toString(), e); // RFC 5530: no refusal
      }
      return false;
    } catch (MessagingException e) {
      throw new PasswordsUnavailable(server.toString(), e);
    }
  }

  private Properties properties() {
    String millis = Long.toString(server.timeout().toMillis());
    String prefix = "mail." + protocol + ".";
    Properties properties = new Properties();
    properties.setProperty(prefix + "connectiontimeout", millis);
    properties.setProperty(prefix + "timeout", millis);
    properties.setProperty(prefix + "writetimeout", millis);
    properties.setProperty(prefix + "connectionpoolsize", "1");
    // Only mechanisms that hand over the password itself: all that a mail host must know.
    properties.setProperty(prefix + "auth.mechanisms", "PLAIN LOGIN");
    properties.setProperty(prefix + "ssl.checkserveridentity", "true");
    if (server.security() == ImapServer.Security.STARTTLS) {
      properties.setProperty(prefix + "starttls.enable", "true");
      properties.setProperty(prefix + "starttls.required", "true");
    }
    return properties;
  }
}
