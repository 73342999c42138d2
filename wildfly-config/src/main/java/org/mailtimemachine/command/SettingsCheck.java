package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.mailtimemachine.restore.desk.RequestLimits;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.StorageStrategy;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/**
 * Tries what the settings of a host say, before a server starts with them: all that is wrong is
 * said at once, each with the name of its setting. What may only be away for a moment (the IMAP
 * server, the database of users) is not asked.
 */
final class SettingsCheck {

  private static final String PATIENCE_SECONDS = "10";

  private final Settings settings;
  private final List<String> problems = new ArrayList<>();

  private SettingsCheck(Settings settings) {
    this.settings = settings;
  }

  /**
   * Checks them all.
   *
   * @throws CommandFailed where one is wrong
   */
  static void require(Settings settings) {
    List<String> problems = problems(settings);
    if (!problems.isEmpty()) {
      throw new CommandFailed(
          "%s cannot be used:%n  %s"
              .formatted(settings.file(), String.join(System.lineSeparator() + "  ", problems)));
    }
  }

  static List<String> problems(Settings settings) {
    SettingsCheck check = new SettingsCheck(settings);
    check.zone();
    check.oneOf("mtm.nights", "on", "off");
    check.oneOf("mtm.signin", "imap", "passwd-file");
    check.oneOf("mtm.signin.imap.security", "tls", "starttls", "none");
    check.oneOf("mtm.mail.language", "en", "it");
    check.matching("mtm.mail.smtp", "(\\[[0-9A-Fa-f:.]+]|[^:\\s]+)(:[0-9]{1,5})?", "host:port");
    check.matching("mtm.mail.from", "[^@\\s]+@[^@\\s]+", "address");
    check.matching(
        "mtm.mail.administrators",
        "[^@\\s,]+@[^@\\s,]+(\\s*,\\s*[^@\\s,]+@[^@\\s,]+)*",
        "list of addresses");
    check.matching("mtm.console.url", "https?://[^/\\s]+(/\\S*)?", "address of a page");
    check.matching("mtm.webmail.url", "https?://[^/\\s]+(/\\S*)?", "address of a page");
    check.interval();
    check.retention();
    check.restores();
    check.signInFile();
    check.storeAndMailboxes();
    check.database();
    return check.problems;
  }

  private void zone() {
    settings
        .find("mtm.zone")
        .ifPresent(
            name -> {
              try {
                ZoneId.of(name);
              } catch (DateTimeException e) {
                problems.add("mtm.zone: " + e.getMessage());
              }
            });
  }

  private void oneOf(String name, String... values) {
    settings
        .find(name)
        .filter(value -> !List.of(values).contains(value))
        .ifPresent(
            value ->
                problems.add(
                    "%s: '%s' is none of %s".formatted(name, value, String.join(", ", values))));
  }

  private void matching(String name, String pattern, String what) {
    settings
        .find(name)
        .filter(value -> !value.matches(pattern))
        .ifPresent(value -> problems.add("%s: '%s' is no %s".formatted(name, value, what)));
  }

  private void interval() {
    settings
        .find("mtm.indexing.interval")
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
          .find(name)
          .filter(value -> !value.matches(least))
          .ifPresent(value -> problems.add(name + ": no number that can be kept: " + value));
    }
  }

  private void restores() {
    try {
      RequestLimits.of(settings::find);
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
    }
  }

  private void signInFile() {
    if (settings.find("mtm.signin").orElse("imap").equals("passwd-file")) {
      Optional<String> file = settings.find("mtm.signin.passwd-file");
      if (file.isEmpty()) {
        problems.add("mtm.signin.passwd-file: not set, but mtm.signin is passwd-file");
      }
      file.ifPresent(path -> readable("mtm.signin.passwd-file", path));
    }
  }

  private void readable(String name, String path) {
    if (!Files.isRegularFile(Path.of(path)) || !Files.isReadable(Path.of(path))) {
      problems.add("%s: %s cannot be read".formatted(name, path));
    }
  }

  private void storeAndMailboxes() {
    Optional<Path> store = settings.find("mtm.store").map(Path::of);
    if (store.isEmpty()) {
      problems.add("mtm.store: not set");
    }
    Optional<StorageStrategy> strategy = Optional.empty();
    Optional<String> named = settings.find("mtm.store.strategy");
    if (named.isPresent()) {
      strategy = StorageStrategy.of(named.get());
      if (strategy.isEmpty()) {
        problems.add("mtm.store.strategy: unknown strategy '%s'".formatted(named.get()));
        return;
      }
    }
    settings
        .find("mtm.mailboxes.passwd-file")
        .ifPresent(path -> readable("mtm.mailboxes.passwd-file", path));
    settings
        .find("mtm.mailboxes.doveadm")
        .map(command -> command.split("\\s+", 2)[0])
        .filter(program -> !Files.isExecutable(Path.of(program)))
        .ifPresent(program -> problems.add("mtm.mailboxes.doveadm: no program at " + program));
    try {
      Optional<MailboxSettings> mail = MailboxSettings.of(settings::find);
      if (mail.isPresent() && !Files.isDirectory(mail.get().root())) {
        problems.add("mtm.maildirs: there is no directory " + mail.get().root());
      } else if (mail.isPresent() && store.isPresent()) {
        together(mail.get(), store.get(), strategy);
      }
    } catch (IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }

  /** Of a Store that is there; the first take makes it, and nothing is made here. */
  private void together(MailboxSettings mail, Path store, Optional<StorageStrategy> strategy) {
    if (Files.exists(store.resolve("format"))) {
      try {
        SnapshotEngine.open(mail, store, strategy, Clock.systemUTC()).close();
      } catch (IOException e) {
        problems.add("mtm.store: " + e.getMessage());
      }
    }
  }

  private void database() {
    Properties credentials = new Properties();
    settings.find("mtm.db.user").ifPresent(user -> credentials.setProperty("user", user));
    settings.find("mtm.db.password").ifPresent(word -> credentials.setProperty("password", word));
    credentials.setProperty("loginTimeout", PATIENCE_SECONDS);
    String url = settings.find("mtm.db.url").orElse("");
    try (Connection connection = DriverManager.getConnection(url, credentials)) {
      if (!connection.isValid(1)) {
        problems.add("mtm.db.url: " + url + " does not answer");
      }
    } catch (SQLException e) {
      String state = String.valueOf(e.getSQLState());
      // Class 28 of the SQL standard: invalid authorization specification.
      String which = state.startsWith("28") ? "mtm.db.user, mtm.db.password" : "mtm.db.url";
      problems.add("%s: %s".formatted(which, e.getMessage()));
    }
  }
}
