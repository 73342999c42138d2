package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.mailtimemachine.command.doctor.SettingNames;
import org.mailtimemachine.command.doctor.SettingValues;
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
    settings.unknown().stream()
        .filter(SettingNames.Unknown::ofRetention)
        .map(SettingNames.Unknown::sentence)
        .forEach(check.problems::add);
    check.problems.addAll(SettingValues.problems(settings::find));
    check.storeAndMailboxes();
    check.database();
    return check.problems;
  }

  private void storeAndMailboxes() {
    Optional<Path> store = settings.find("mtm.store").map(Path::of);
    if (store.isEmpty()) {
      problems.add("mtm.store: not set");
    }
    Optional<MailboxSettings> mail;
    try {
      mail = MailboxSettings.of(settings::find);
    } catch (IllegalArgumentException e) {
      return; // it was said what is wrong
    }
    if (mail.isPresent() && !Files.isDirectory(mail.get().root())) {
      problems.add("mtm.maildirs: there is no directory " + mail.get().root());
    } else if (mail.isPresent() && store.isPresent()) {
      together(mail.get(), store.get());
    }
  }

  /** Of a Store that is there; the first take makes it, and nothing is made here. */
  private void together(MailboxSettings mail, Path store) {
    Optional<String> named = settings.find("mtm.store.strategy");
    Optional<StorageStrategy> strategy = named.flatMap(StorageStrategy::of);
    if (Files.exists(store.resolve("format")) && named.isPresent() == strategy.isPresent()) {
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
