package org.mailtimemachine.command;

import jakarta.json.Json;
import jakarta.json.stream.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.command.doctor.SettingNames;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.LiveMail;
import org.mailtimemachine.restore.imap.LiveMailSettings;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.StorageStrategy;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.TakeProgress;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** What every verb of {@code mtm snapshot} is told. */
final class StoreOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The settings file of the server: it says where store and mailboxes are, and the zone."
              + " Other options win over it.")
  private @Nullable Path config;

  @Option(
      names = "--store",
      paramLabel = "STORE",
      description = "Directory that holds the snapshots.")
  private @Nullable Path store;

  @Option(
      names = "--maildirs",
      paramLabel = "ROOT",
      description =
          "Directory that holds <domain>/<user> Maildirs; a take and a repair read it, and a"
              + " check-out keeps out of it.")
  private @Nullable Path maildirs;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Time zone of the host, for example Europe/Rome; default: this machine's.")
  private @Nullable ZoneId zone;

  @Option(names = "--json", description = "Print JSON, for programs.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private @Nullable Settings settings;

  StoreOptions() {}

  Path store() {
    return store != null
        ? store
        : setting("mtm.store").map(Path::of).orElseThrow(() -> missing("--store=STORE"));
  }

  /** Where the Mailboxes are. */
  MailboxSettings mail() {
    return liveMail().orElseThrow(() -> missing("--maildirs=ROOT"));
  }

  /** The same, where it is said at all. */
  Optional<MailboxSettings> liveMail() {
    if (maildirs != null) {
      return Optional.of(MailboxSettings.inDirectories(maildirs));
    }
    Settings found = settings();
    try {
      return MailboxSettings.of(found::find);
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(found.file() + ": " + e.getMessage(), e);
    }
  }

  /** The live mail that restores go into: these Maildirs, or what the settings say. */
  LiveMail live(Clock clock) {
    if (maildirs != null) {
      return LiveMail.onDisk(MailboxSettings.inDirectories(maildirs), clock);
    }
    Settings found = settings();
    try {
      return LiveMailSettings.of(found::find, clock).orElseThrow(() -> missing("--maildirs=ROOT"));
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(found.file() + ": " + e.getMessage(), e);
    }
  }

  /** What a new store is to be made with. */
  Optional<StorageStrategy> strategy() {
    Optional<String> name = setting("mtm.store.strategy");
    Optional<StorageStrategy> strategy = name.flatMap(StorageStrategy::of);
    if (name.isPresent() && strategy.isEmpty()) {
      throw new CommandFailed(
          "%s: mtm.store.strategy: unknown strategy '%s'".formatted(settings().file(), name.get()));
    }
    return strategy;
  }

  /** A bar, only where somebody watches a terminal. */
  TakeProgress progress(PrintWriter err) {
    if (json || !ProgressBar.isWatched()) {
      return TakeProgress.NONE;
    }
    ProgressBar bar = new ProgressBar(err, "mailboxes");
    return (mailbox, done, total) -> {
      if (done == total) {
        bar.clear();
      } else if (done % 10 == 0) {
        bar.draw(done, total);
      }
    };
  }

  /**
   * How many days, weeks or months the settings keep.
   *
   * @throws CommandFailed where a name is misspelt: nobody knows then what was meant to be kept
   */
  int retention(String name, int otherwise) {
    Settings found = settings();
    found.unknown().stream()
        .filter(SettingNames.Unknown::ofRetention)
        .findFirst()
        .ifPresent(
            unknown -> {
              throw new CommandFailed(
                  "Nothing expires before this is clear: %s: %s"
                      .formatted(found.file(), unknown.sentence()));
            });
    return setting(name)
        .map(
            value -> {
              try {
                return Integer.parseInt(value);
              } catch (NumberFormatException e) {
                throw new CommandFailed(
                    "%s: %s is no number: %s".formatted(found.file(), name, value), e);
              }
            })
        .orElse(otherwise);
  }

  ZoneId zone() {
    if (zone == null) {
      try {
        zone = setting("mtm.zone").map(ZoneId::of).orElseGet(ZoneId::systemDefault);
      } catch (DateTimeException e) {
        throw new CommandFailed(
            "%s: mtm.zone is no time zone, as Europe/Rome is: %s"
                .formatted(settings().file(), setting("mtm.zone").orElse("")),
            e);
      }
    }
    return zone;
  }

  private Optional<String> setting(String name) {
    return settings().find(name);
  }

  /** Without a file, what the environment says counts all the same. */
  private Settings settings() {
    Settings found = settings;
    if (found == null) {
      try {
        found = config == null ? Settings.ofEnvironment() : Settings.read(config);
      } catch (IOException e) {
        throw new CommandFailed(
            "The settings file %s cannot be read: %s".formatted(config, e.getMessage()), e);
      }
      settings = found;
      found.warnOfUnknown(command.commandLine().getErr());
    }
    return found;
  }

  private ParameterException missing(String option) {
    return new ParameterException(
        command.commandLine(),
        "Missing required option: '%s', or '--config=FILE' with a setting of it".formatted(option));
  }

  boolean json() {
    return json;
  }

  /** ISO 8601 with the offset of the host's zone. */
  String time(Instant instant) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
        instant.truncatedTo(ChronoUnit.MILLIS).atZone(zone()));
  }

  /** The mailboxes that have a snapshot of this name. */
  static List<MailboxAddress> having(Store store, SnapshotName name) throws IOException {
    List<MailboxAddress> having = new ArrayList<>();
    for (MailboxAddress mailbox : store.mailboxes()) {
      if (store.snapshots(mailbox).contains(name)) {
        having.add(mailbox);
      }
    }
    return having;
  }

  /** Writes one JSON value and a newline. */
  static void print(PrintWriter out, Consumer<JsonGenerator> value) {
    JsonGenerator json = Json.createGenerator(out);
    value.accept(json);
    json.flush();
    out.println();
    out.flush();
  }

  /** A mailbox as an administrator types it. */
  static final class Address implements ITypeConverter<MailboxAddress> {
    Address() {}

    @Override
    public MailboxAddress convert(String value) {
      try {
        return MailboxAddress.of(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'" + value + "' is no mailbox address");
      }
    }
  }

  /** A Folder as an administrator types it. */
  static final class Folder implements ITypeConverter<FolderName> {
    Folder() {}

    @Override
    public FolderName convert(String value) {
      try {
        return new FolderName(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'" + value + "' is no name of a folder");
      }
    }
  }
}
