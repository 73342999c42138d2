package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.snapshot.Expiry;
import org.mailtimemachine.snapshot.Retention;
import org.mailtimemachine.snapshot.Sentences;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import picocli.CommandLine;
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
      "A snapshot of a mailbox goes only when as many newer nights count for this mailbox as are to"
          + " be kept: a clock that jumped, a host that was off, or nights that failed take"
          + " nothing away. A pinned snapshot stays."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:done, also where nothing was over",
      "1:failed, or a mailbox keeps what is over because something of it cannot be read",
      "64:wrong use"
    })
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
      description =
          "How many days before today are kept; default: mtm.retention.days of --config, or 15.")
  private @Nullable Integer days;

  @Option(
      names = "--weekly",
      paramLabel = "N",
      description =
          "Of the last N weeks that have one, the newest night is kept longer; default:"
              + " mtm.retention.weekly of --config, or 0.")
  private @Nullable Integer weekly;

  @Option(
      names = "--monthly",
      paramLabel = "N",
      description =
          "Of the last N months that have one, the newest night is kept longer; default:"
              + " mtm.retention.monthly of --config, or 0.")
  private @Nullable Integer monthly;

  @Option(names = "--dry-run", description = "Change nothing; only say what would go.")
  private boolean dryRun;

  @Option(
      names = "--force",
      description =
          "By the date alone, whether newer nights count or not; the newest snapshot of a mailbox"
              + " stays.")
  private boolean force;

  @Spec private CommandSpec spec;

  SnapshotExpireCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    LocalDate today = date == null ? LocalDate.now(Clock.system(options.zone())) : date;
    List<Expiry.Option> chosen = new ArrayList<>();
    if (force) {
      chosen.add(Expiry.Option.FORCE);
    }
    if (dryRun) {
      chosen.add(Expiry.Option.DRY_RUN);
    }
    try (Store store = Store.open(options.store())) {
      Expiry.Outcome outcome =
          new Expiry(store).run(retention(), today, chosen.toArray(Expiry.Option[]::new));
      if (options.json()) {
        printJson(out, outcome);
      } else {
        print(out, outcome);
        Sentences.summary(outcome.problems())
            .forEach(problem -> err.println("not expired: " + problem));
        err.flush();
      }
      return outcome.problems().isEmpty() ? 0 : 1;
    }
  }

  private Retention retention() {
    Retention usual = Retention.DEFAULT;
    try {
      return new Retention(
          days != null ? days : options.retention("mtm.retention.days", usual.days()),
          weekly != null ? weekly : options.retention("mtm.retention.weekly", usual.weekly()),
          monthly != null ? monthly : options.retention("mtm.retention.monthly", usual.monthly()));
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private void print(PrintWriter out, Expiry.Outcome outcome) {
    Map<SnapshotName, Long> mailboxes = new TreeMap<>();
    outcome
        .ofMailboxes()
        .values()
        .forEach(names -> names.forEach(name -> mailboxes.merge(name, 1L, Long::sum)));
    mailboxes.forEach(
        (name, number) -> out.printf("%-18s of %s%n", name, Sentences.count(number, "mailbox")));
    out.printf(
        dryRun
            ? "%s would expire; %s in no other snapshot would be let go%n"
            : "%s expired; %s in no other snapshot let go%n",
        Sentences.count(outcome.expired().size(), "snapshot"),
        Sentences.count(outcome.messages(), "message"));
    out.flush();
  }

  private void printJson(PrintWriter out, Expiry.Outcome outcome) {
    StoreOptions.print(
        out,
        json -> {
          json.writeStartObject().write("dryRun", dryRun).writeStartArray("expired");
          outcome.expired().forEach(name -> json.write(name.text()));
          json.writeEnd().writeStartObject("mailboxes");
          outcome
              .ofMailboxes()
              .forEach(
                  (mailbox, names) -> {
                    json.writeStartArray(mailbox.toString());
                    names.forEach(name -> json.write(name.text()));
                    json.writeEnd();
                  });
          json.writeEnd().write("messages", outcome.messages()).writeStartArray("problems");
          outcome.problems().forEach(json::write);
          json.writeEnd().writeEnd();
        });
  }
}
