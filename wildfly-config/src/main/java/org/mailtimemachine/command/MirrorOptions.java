package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.register.MirrorRefusedException;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.MirrorSettings;
import org.mailtimemachine.mirror.register.RegisteredMirror;
import org.mailtimemachine.mirror.server.MirrorServerSettings;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every verb of {@code mtm mirror} is told. */
final class MirrorOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The settings file of the server; without it the environment says it all.")
  private @Nullable Path config;

  @Option(names = "--json", description = "Print JSON, for programs.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private @Nullable MirrorServerSettings settings;

  MirrorOptions() {}

  MirrorServerSettings settings() throws IOException {
    MirrorServerSettings known = settings;
    if (known == null) {
      known =
          read(MirrorServerSettings::of)
              .orElseThrow(
                  () ->
                      new ParameterException(
                          command.commandLine(),
                          "mtm.mirror.directory is not set: name a settings file with --config"));
      settings = known;
    }
    return known;
  }

  private <T> T read(Function<Function<String, Optional<String>>, T> values) throws IOException {
    Settings found = config == null ? Settings.ofEnvironment() : Settings.read(config);
    found.warnOfUnknown(command.commandLine().getErr());
    try {
      return values.apply(found::find);
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(found.file() + ": " + e.getMessage(), e);
    }
  }

  MirrorSettings mirrors() throws IOException {
    return settings().mirrors();
  }

  ZoneId zone() throws IOException {
    return settings().zone();
  }

  MirrorRegister register() throws IOException {
    return MirrorRegister.open(mirrors(), Clock.systemUTC());
  }

  boolean json() {
    return json;
  }

  /** ISO 8601 with the offset of the host's zone. */
  String time(Instant instant) throws IOException {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
        instant.truncatedTo(ChronoUnit.MILLIS).atZone(zone()));
  }

  /** Who does it, as the audit of the mirrors names him. */
  static String user() {
    return System.getProperty("user.name", "?");
  }

  /** What the register refuses is for the administrator to read, not a fault. */
  static CommandFailed refused(MirrorRefusedException refusal) {
    return new CommandFailed(String.valueOf(refusal.getMessage()), refusal);
  }

  static String source(MirrorSource source) {
    return switch (source) {
      case MirrorSource.SingleRecipient(MailboxAddress address) -> address.toString();
      case MirrorSource.AllRecipients(String domain) -> "*@" + domain;
    };
  }

  static String state(RegisteredMirror mirror) {
    if (mirror.inForce()) {
      return mirror.readOnly() ? "read-only" : "in force";
    }
    return "ended";
  }
}
