package org.mailtimemachine.web.signin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.mailtimemachine.pages.Ticker;
import org.mailtimemachine.snapshot.catalogue.AcceptedPasswords;

/**
 * How Mailboxes sign in, from the configuration: {@code mtm.signin} is {@code imap} (the default)
 * or {@code passwd-file}. A bad value stops the start and names itself.
 */
@ApplicationScoped
class SignInConfiguration {

  private static final Duration IMAP_TIMEOUT = Duration.ofSeconds(10);
  private static final int USUAL_DAYS_REMEMBERED = 7;
  private static final int MOST_DAYS_REMEMBERED = 30;

  @Produces
  @Singleton
  SignIn signIn(Config config, AcceptedPasswords accepted, Clock clock) {
    return new SignIn(passwords(config), remembered(config, accepted, clock), Ticker.SYSTEM);
  }

  /** None for a file on this machine: it is not away without the rest. */
  private static Optional<RememberedPasswords> remembered(
      Config config, AcceptedPasswords accepted, Clock clock) {
    int days =
        config
            .getOptionalValue("mtm.signin.imap.remember-days", Integer.class)
            .orElse(USUAL_DAYS_REMEMBERED);
    if (days < 0 || days > MOST_DAYS_REMEMBERED) {
      throw new IllegalArgumentException(
          "mtm.signin.imap.remember-days must be 0 to " + MOST_DAYS_REMEMBERED + ", not " + days);
    }
    if (days == 0 || !kind(config).equals("imap")) {
      return Optional.empty();
    }
    Path file =
        Path.of(
            config
                .getOptionalValue("mtm.signin.imap.key-file", String.class)
                .orElseGet(
                    () -> config.getValue("jboss.server.data.dir", String.class) + "/sign-in.key"));
    try {
      byte[] key = RememberedPasswords.key(file);
      return Optional.of(
          new RememberedPasswords(accepted, key, Duration.ofDays(days), clock, Ticker.SYSTEM));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "mtm.signin.imap.key-file can be neither read nor made: " + file, e);
    }
  }

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  /** Makes the one {@link SignIn} at start and not at the first attempt. */
  void checkAtStart(@Observes @Initialized(ApplicationScoped.class) Object start, SignIn signIn) {
    System.getLogger(SignInConfiguration.class.getName())
        .log(System.Logger.Level.INFO, "Mailboxes sign in by {0}", signIn);
  }

  static MailboxPasswords passwords(Config config) {
    String kind = kind(config);
    return switch (kind) {
      case "imap" -> new ImapPasswords(imapServer(config));
      case "passwd-file" -> new PasswdFile(passwdFile(config));
      default ->
          throw new IllegalArgumentException(
              "mtm.signin must be imap or passwd-file, not '" + kind + "'");
    };
  }

  private static String kind(Config config) {
    return config.getOptionalValue("mtm.signin", String.class).orElse("imap");
  }

  private static ImapServer imapServer(Config config) {
    String host = config.getOptionalValue("mtm.signin.imap.host", String.class).orElse("localhost");
    String name = config.getOptionalValue("mtm.signin.imap.security", String.class).orElse("tls");
    ImapServer.Security security =
        switch (name.toLowerCase(Locale.ROOT)) {
          case "none" -> ImapServer.Security.NONE;
          case "starttls" -> ImapServer.Security.STARTTLS;
          case "tls" -> ImapServer.Security.TLS;
          default ->
              throw new IllegalArgumentException(
                  "mtm.signin.imap.security must be tls, starttls or none, not '" + name + "'");
        };
    int usual = security == ImapServer.Security.TLS ? 993 : 143;
    int port = config.getOptionalValue("mtm.signin.imap.port", Integer.class).orElse(usual);
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("mtm.signin.imap.port is no port: " + port);
    }
    return new ImapServer(host, port, security, IMAP_TIMEOUT);
  }

  private static Path passwdFile(Config config) {
    Path file =
        config
            .getOptionalValue("mtm.signin.passwd-file", String.class)
            .map(Path::of)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "mtm.signin is passwd-file, but mtm.signin.passwd-file does not say which"));
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException("mtm.signin.passwd-file cannot be read: " + file);
    }
    return file;
  }
}
