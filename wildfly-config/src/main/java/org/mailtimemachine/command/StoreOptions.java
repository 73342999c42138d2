package org.mailtimemachine.command;

import jakarta.json.Json;
import jakarta.json.stream.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** What every verb of {@code mtm snapshot} is told. */
final class StoreOptions {

  @Option(
      names = "--store",
      required = true,
      paramLabel = "STORE",
      description = "Directory that holds the snapshots.")
  private Path store = Path.of("");

  @Option(
      names = "--maildirs",
      paramLabel = "ROOT",
      description =
          "Directory that holds <domain>/<user> Maildirs; only a take and a repair read it.")
  private @Nullable Path maildirs;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Time zone of the host, for example Europe/Rome; default: this machine's.")
  private ZoneId zone = ZoneId.systemDefault();

  @Option(names = "--json", description = "Print JSON, for programs.")
  private boolean json;

  StoreOptions() {}

  Path store() {
    return store;
  }

  Path maildirs(CommandSpec command) {
    if (maildirs == null) {
      throw new ParameterException(
          command.commandLine(), "Missing required option: '--maildirs=ROOT'");
    }
    return maildirs;
  }

  Optional<Path> liveMail() {
    return Optional.ofNullable(maildirs);
  }

  ZoneId zone() {
    return zone;
  }

  boolean json() {
    return json;
  }

  /** ISO 8601 with the offset of the host's zone. */
  String time(Instant instant) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
        instant.truncatedTo(ChronoUnit.MILLIS).atZone(zone));
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
}
