package org.mailtimemachine.command.doctor;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.mailtimemachine.mirror.server.MirrorServerSettings;
import org.mailtimemachine.restore.desk.RequestLimits;
import org.mailtimemachine.restore.imap.ImapLiveMail;
import org.mailtimemachine.snapshot.StorageStrategy;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/** What is wrong with the values of settings, as far as looking at them and at files can tell. */
public final class SettingValues {

  private static final int MOST_PORTS = 65_535;

  private final Function<String, Optional<String>> settings;
  private final List<String> problems = new ArrayList<>();

  private SettingValues(Function<String, Optional<String>> settings) {
    this.settings = settings;
  }

  /**
   * A setting as the applications see it: the environment goes before the file, what is empty is
   * not set.
   */
  public static Optional<String> find(Properties lines, String name) {
    String variable = name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    String value = System.getenv().getOrDefault(variable, lines.getProperty(name, ""));
    return Optional.of(value.strip()).filter(text -> !text.isEmpty());
  }

  /**
   * Sentences that begin with the names of the settings that are wrong.
   *
   * @param settings gives the value of a setting, where it has one
   */
  public static List<String> problems(Function<String, Optional<String>> settings) {
    SettingValues values = new SettingValues(settings);
    values.zone();
    values.oneOf("mtm.nights", "on", "off");
    values.oneOf("mtm.admin.open-messages", "true", "false");
    values.oneOf("mtm.signin", "imap", "passwd-file");
    values.oneOf("mtm.signin.imap.security", "tls", "starttls", "none");
    values.oneOf("mtm.mail.language", "en", "it");
    values.matching("mtm.mail.smtp", "(\\[[0-9A-Fa-f:.]+]|[^:\\s]+)(:[0-9]{1,5})?", "host:port");
    values.matching("mtm.mail.from", "[^@\\s]+@[^@\\s]+", "address");
    values.matching(
        "mtm.mail.administrators",
        "[^@\\s,]+@[^@\\s,]+(\\s*,\\s*[^@\\s,]+@[^@\\s,]+)*",
        "list of addresses");
    values.matching("mtm.console.url", "https?://[^/\\s]+(/\\S*)?", "address of a page");
    values.matching("mtm.webmail.url", "https?://[^/\\s]+(/\\S*)?", "address of a page");
    values.port("mtm.http.port");
    values.port("mtm.management.port");
    values.port("mtm.signin.imap.port");
    values.matching("mtm.signin.imap.remember-days", "[12]?[0-9]|30", "number of days up to 30");
    values.matching("mtm.holds.limit", "[1-9][0-9]{0,5}", "number from 1 to 999999");
    values.oneOf("mtm.log.format", "text", "json");
    values.matching("mtm.log.days", "[1-9][0-9]{0,4}", "number of days from 1 to 99999");
    values.interval();
    values.retention();
    values.restores();
    values.signInFile();
    values.oneOf("mtm.oidc.second-factor", "provider", "console");
    values.matching(
        "mtm.oidc.provider-url",
        "https://[^/\\s]+(/\\S*)?|http://(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]+)?(/\\S*)?",
        "https address");
    values.provider();
    values.strategy();
    values.mailboxes();
    values.live();
    values.mirrors();
    return values.problems;
  }

  private void zone() {
    settings
        .apply("mtm.zone")
        .ifPresent(
            name -> {
              try {
                ZoneId.of(name);
              } catch (DateTimeException e) {
                problems.add("mtm.zone: '%s' is no time zone, as Europe/Rome is".formatted(name));
              }
            });
  }

  private void oneOf(String name, String... values) {
    settings
        .apply(name)
        .filter(value -> !List.of(values).contains(value))
        .ifPresent(
            value ->
                problems.add(
                    "%s: '%s' is none of %s".formatted(name, value, String.join(", ", values))));
  }

  private void matching(String name, String pattern, String what) {
    settings
        .apply(name)
        .filter(value -> !value.matches(pattern))
        .ifPresent(value -> problems.add("%s: '%s' is no %s".formatted(name, value, what)));
  }

  private void port(String name) {
    settings
        .apply(name)
        .filter(value -> !value.matches("[0-9]{1,5}") || Integer.parseInt(value) > MOST_PORTS)
        .ifPresent(value -> problems.add("%s: '%s' is no port".formatted(name, value)));
  }

  private void interval() {
    settings
        .apply("mtm.indexing.interval")
        .ifPresent(
            value -> {
              try {
                if (Duration.parse(value).isPositive()) {
                  return;
                }
              } catch (DateTimeException e) {
                // said below
              }
              problems.add(
                  "mtm.indexing.interval: '" + value + "' is no time to wait, as PT10S is");
            });
  }

  private void retention() {
    for (String name :
        List.of("mtm.retention.days", "mtm.retention.weekly", "mtm.retention.monthly")) {
      String least = name.endsWith("days") ? "[1-9][0-9]{0,4}" : "[0-9]{1,4}";
      settings
          .apply(name)
          .filter(value -> !value.matches(least))
          .ifPresent(value -> problems.add(name + ": no number that can be kept: " + value));
    }
  }

  private void mirrors() {
    try {
      MirrorServerSettings.of(settings);
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }

  private void restores() {
    try {
      RequestLimits.of(settings);
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }

  private void signInFile() {
    if (settings.apply("mtm.signin").orElse("imap").equals("passwd-file")) {
      Optional<String> file = settings.apply("mtm.signin.passwd-file");
      if (file.isEmpty()) {
        problems.add("mtm.signin.passwd-file: not set, but mtm.signin is passwd-file");
      }
      file.ifPresent(path -> readable("mtm.signin.passwd-file", path));
    }
  }

  private void provider() {
    if (settings.apply("mtm.oidc.provider-url").isPresent()) {
      for (String name : List.of("mtm.oidc.client-id", "mtm.console.url")) {
        if (settings.apply(name).isEmpty()) {
          problems.add(name + ": not set, but mtm.oidc.provider-url is");
        }
      }
    }
    settings
        .apply("mtm.oidc.client-secret-file")
        .ifPresent(path -> readable("mtm.oidc.client-secret-file", path));
  }

  private void readable(String name, String path) {
    if (!isFile(path) || !Files.isReadable(Path.of(path))) {
      problems.add("%s: %s cannot be read".formatted(name, path));
    }
  }

  private static boolean isFile(String path) {
    try {
      return Files.isRegularFile(Path.of(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private void strategy() {
    settings
        .apply("mtm.store.strategy")
        .filter(name -> StorageStrategy.of(name).isEmpty())
        .ifPresent(
            name -> problems.add("mtm.store.strategy: unknown strategy '%s'".formatted(name)));
  }

  private void mailboxes() {
    settings
        .apply("mtm.mailboxes.passwd-file")
        .ifPresent(path -> readable("mtm.mailboxes.passwd-file", path));
    settings
        .apply("mtm.mailboxes.doveadm")
        .map(command -> command.split("\\s+", 2)[0])
        .filter(program -> !isFile(program) || !Files.isExecutable(Path.of(program)))
        .ifPresent(program -> problems.add("mtm.mailboxes.doveadm: no program at " + program));
    try {
      MailboxSettings.of(settings);
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }

  private void live() {
    settings
        .apply("mtm.live.password-file")
        .ifPresent(path -> readable("mtm.live.password-file", path));
    try {
      ImapLiveMail.of(settings);
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }
}
