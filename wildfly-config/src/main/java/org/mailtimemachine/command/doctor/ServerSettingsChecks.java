package org.mailtimemachine.command.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The settings file of {@code mtm run}. */
final class ServerSettingsChecks {

  private static final Pattern POSTGRESQL =
      Pattern.compile("jdbc:postgresql://([^:/?,]+)(?::([0-9]{1,5}))?/.*");
  private static final Duration LONGEST = Duration.ofSeconds(3);

  private final Path file;
  private final Properties settings;
  private final List<Advice> found = new ArrayList<>();

  ServerSettingsChecks(Path file, Properties settings) {
    this.file = file;
    this.settings = settings;
  }

  List<Advice> run() throws IOException {
    if (settings.containsKey("mtm.db.password")
        && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
      add(
          Severity.WARNING,
          "settings-mode",
          "everybody may read " + file,
          "it holds the password of the database",
          "chmod 600 " + file);
    }
    names();
    values();
    database();
    return found;
  }

  private void values() {
    for (String problem : SettingValues.problems(name -> SettingValues.find(settings, name))) {
      add(
          Severity.ERROR,
          "setting",
          problem,
          "the server does not start with it",
          "correct it in " + file);
    }
  }

  private void names() {
    for (SettingNames.Unknown unknown : SettingNames.unknown(settings.stringPropertyNames())) {
      add(
          unknown.ofRetention() ? Severity.ERROR : Severity.WARNING,
          "unknown-setting",
          unknown.sentence(),
          unknown.ofRetention()
              ? "what it was to keep would expire: neither the server starts with it nor does"
                  + " 'mtm snapshot expire'"
              : "nobody reads it, and its default is used",
          "correct the name in " + file + ", or remove the line");
    }
  }

  private void database() {
    String url = SettingValues.find(settings, "mtm.db.url").orElse("");
    Matcher matcher = POSTGRESQL.matcher(url);
    if (!matcher.matches()) {
      if (!url.isEmpty()) {
        add(
            Severity.NOTE,
            "database",
            "mtm.db.url was not tried",
            "it does not have the form jdbc:postgresql://host:port/name",
            "nothing, if the server starts with it");
      }
      return;
    }
    int port = matcher.group(2) == null ? 5432 : Integer.parseInt(matcher.group(2));
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(matcher.group(1), port), (int) LONGEST.toMillis());
    } catch (IOException | IllegalArgumentException e) {
      add(
          Severity.ERROR,
          "database",
          "no connection to %s port %d: %s".formatted(matcher.group(1), port, e.getMessage()),
          "the server does not start without its database; snapshots are taken all the same",
          "start PostgreSQL, or correct mtm.db.url");
    }
  }

  private void add(Severity severity, String check, String what, String why, String remedy) {
    found.add(new Advice(severity, check, what, why, remedy));
  }
}
