package org.mailtimemachine.admin.letters;

import java.net.URI;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.opening.OpeningPolicy;

/**
 * What the settings say of letters.
 *
 * @param smtp the server that takes them; without it none are sent
 * @param from whose they are; also the sender of the envelope
 * @param administrators addresses that get everything that administrators get
 * @param language of these
 * @param console where the console is, for links; ends with a slash
 * @param webmail where the webmail is, for links; ends with a slash
 * @param zone in which moments are written
 */
record LetterSettings(
    Optional<SmtpServer> smtp,
    MailboxAddress from,
    Set<String> administrators,
    Locale language,
    Optional<URI> console,
    Optional<URI> webmail,
    ZoneId zone) {

  private static final int SMTP = 25;

  LetterSettings {
    administrators = Set.copyOf(administrators);
  }

  /** Where letters are handed over. */
  record SmtpServer(String host, int port) {}

  /**
   * Reads them.
   *
   * @param settings gives the value of a setting, where it has one
   * @throws IllegalArgumentException where one is wrong; it is named
   */
  static LetterSettings of(Function<String, Optional<String>> settings) {
    if (OpeningPolicy.wanted(settings) && !OpeningPolicy.allows(settings)) {
      throw new IllegalArgumentException(
          "mtm.admin.open-messages: users are told of it by mail, and mtm.mail.smtp is not set");
    }
    return new LetterSettings(
        settings.apply("mtm.mail.smtp").map(LetterSettings::smtp),
        settings
            .apply("mtm.mail.from")
            .map(text -> address("mtm.mail.from", text))
            .orElse(new MailboxAddress("mail-time-machine", "localhost")),
        settings.apply("mtm.mail.administrators").map(LetterSettings::addresses).orElse(Set.of()),
        settings.apply("mtm.mail.language").map(LetterSettings::language).orElse(Locale.ENGLISH),
        settings.apply("mtm.console.url").map(text -> url("mtm.console.url", text)),
        settings.apply("mtm.webmail.url").map(text -> url("mtm.webmail.url", text)),
        settings.apply("mtm.zone").map(LetterSettings::zone).orElse(ZoneId.systemDefault()));
  }

  private static SmtpServer smtp(String text) {
    int colon = text.lastIndexOf(':');
    // An IPv6 address has colons of its own, and then stands in brackets.
    boolean withPort = colon > text.lastIndexOf(']');
    String host = (withPort ? text.substring(0, colon) : text).replaceAll("^\\[(.*)]$", "$1");
    String port = withPort ? text.substring(colon + 1) : Integer.toString(SMTP);
    if (host.isBlank() || !port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new IllegalArgumentException("mtm.mail.smtp is no host:port: " + text);
    }
    return new SmtpServer(host, Integer.parseInt(port));
  }

  private static MailboxAddress address(String setting, String text) {
    try {
      return MailboxAddress.of(text.strip());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(setting + ": " + e.getMessage(), e);
    }
  }

  private static Set<String> addresses(String text) {
    return Arrays.stream(text.split(","))
        .filter(each -> !each.isBlank())
        .map(each -> address("mtm.mail.administrators", each).toString())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Locale language(String text) {
    return switch (text) {
      case "en" -> Locale.ENGLISH;
      case "it" -> Locale.ITALIAN;
      default ->
          throw new IllegalArgumentException("mtm.mail.language must be en or it, not " + text);
    };
  }

  private static URI url(String setting, String text) {
    try {
      URI url = URI.create(text.endsWith("/") ? text : text + "/");
      if (url.getHost() != null
          && ("https".equals(url.getScheme()) || "http".equals(url.getScheme()))) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new IllegalArgumentException(setting + " is no address of a page: " + text);
  }

  private static ZoneId zone(String name) {
    try {
      return ZoneId.of(name);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("mtm.zone: " + e.getMessage(), e);
    }
  }
}
