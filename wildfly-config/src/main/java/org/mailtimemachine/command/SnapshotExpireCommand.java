package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.snapshot.Expiry;
import org.mailtimemachine.snapshot.Retention;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mtm snapshot expire}. */
@Command(
    name = "expire",
    description = {
      "Removes snapshots that are older than the days kept, and the links that nothing else needs.",
      "A snapshot goes only when as many newer complete days exist as are to be kept: a clock that"
          + " jumped, or a host that was off, takes nothing away."
    },
    mixinStandardHelpOptions = true)
final class SnapshotExpireCommand implements Callable<Integer> {

  @Mixin private StoreOptions options = new StoreOptions();

  @Option(
      names = "--date",
      paramLabel = "YYYY-MM-DD",
      description = "Today, as far as the expiry is concerned; default: today.")
  private @Nullable LocalDate date;

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "How many days before today are kept; default: ${DEFAULT-VALUE}.")
  private int days = Retention.DEFAULT.days();

  @Spec private CommandSpec spec;

  SnapshotExpireCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    LocalDate today = date == null ? LocalDate.now(Clock.system(options.zone())) : date;
    try (Store store = Store.open(options.store())) {
      Expiry.Outcome outcome = new Expiry(store).run(new Retention(days), today);
      if (options.json()) {
        StoreOptions.print(
            out,
            json -> {
              json.writeStartObject().writeStartArray("expired");
              outcome.expired().forEach(name -> json.write(name.text()));
              json.writeEnd().write("messages", outcome.messages()).writeStartArray("problems");
              outcome.problems().forEach(json::write);
              json.writeEnd().writeEnd();
            });
      } else {
        out.printf(
            Locale.ROOT,
            "%d snapshots expired%s; %,d messages that no other snapshot holds were let go%n",
            outcome.expired().size(),
            outcome.expired().stream()
                .map(SnapshotName::text)
                .collect(Collectors.joining(", ", outcome.expired().isEmpty() ? "" : ": ", "")),
            outcome.messages());
        out.flush();
        outcome.problems().forEach(problem -> err.println("not expired: " + problem));
        err.flush();
      }
      return outcome.problems().isEmpty() ? 0 : 1;
    }
  }
}
