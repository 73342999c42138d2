package org.mailtimemachine.command;

import jakarta.json.stream.JsonGenerator;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.CheckProgress;
import org.mailtimemachine.snapshot.CheckRecord;
import org.mailtimemachine.snapshot.DataPart;
import org.mailtimemachine.snapshot.Finding;
import org.mailtimemachine.snapshot.Sentences;
import org.mailtimemachine.snapshot.SnapshotCheck;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mtm snapshot check}. */
@Command(
    name = "check",
    description =
        "Compares a store with itself: manifests, listings, links, sizes, times, owners, modes;"
            + " and, where wanted, the bytes of messages with their recorded digests. It changes"
            + " nothing.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:no findings", "1:findings, or the store cannot be read", "64:wrong use"})
final class SnapshotCheckCommand implements Callable<Integer> {

  private static final String ALL = "1/1";

  @Mixin private StoreOptions options = new StoreOptions();

  @Option(
      names = "--mailbox",
      paramLabel = "ADDRESS",
      converter = StoreOptions.Address.class,
      description = "Only this mailbox.")
  private @Nullable MailboxAddress mailbox;

  @Option(
      names = "--read-data",
      arity = "0..1",
      fallbackValue = ALL,
      paramLabel = "N/T",
      description = {
        "Read messages to their end: all, or a part of them by their names.",
        "1/15 is the fifteenth whose turn it is today, so that 15 nights read all; 3/15 is always"
            + " the third."
      })
  private @Nullable String readData;

  @Option(
      names = "--date",
      paramLabel = "YYYY-MM-DD",
      description = "Today, as far as the turn is concerned; default: today.")
  private @Nullable LocalDate date;

  @Option(names = "--last", description = "Check nothing; show the last nightly check.")
  private boolean last;

  @Spec private CommandSpec spec;

  SnapshotCheckCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    try (Store store = Store.open(options.store())) {
      if (last) {
        return showLast(out, store);
      }
      SnapshotCheck check = new SnapshotCheck(store);
      if (mailbox != null) {
        check = check.of(mailbox);
      }
      Optional<DataPart> part = part();
      if (part.isPresent()) {
        check = check.data(part.get());
      }
      SnapshotCheck.Outcome outcome = check.run(progress(spec.commandLine().getErr()));
      if (options.json()) {
        StoreOptions.print(
            out,
            json -> {
              json.writeStartObject();
              write(json, outcome);
              json.writeEnd();
            });
      } else {
        print(out, outcome, outcome.findings().size());
      }
      return outcome.findings().isEmpty() ? 0 : 1;
    }
  }

  private Optional<DataPart> part() {
    if (readData == null) {
      return Optional.empty();
    }
    try {
      LocalDate today = date == null ? LocalDate.now(Clock.system(options.zone())) : date;
      return Optional.of(DataPart.parse(readData, today));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--read-data: " + e.getMessage(), e);
    }
  }

  private int showLast(PrintWriter out, Store store) throws Exception {
    CheckRecord record =
        store
            .lastCheck(LocalDate.now(Clock.system(options.zone())))
            .orElseThrow(() -> new CommandFailed("No nightly check was recorded yet."));
    if (options.json()) {
      StoreOptions.print(
          out,
          json -> {
            json.writeStartObject()
                .write("date", record.date().toString())
                .write("started", options.time(record.started()))
                .write("finished", options.time(record.finished()))
                .write("part", record.part().toString());
            write(json, record.outcome());
            json.writeEnd();
          });
    } else {
      out.printf(
          "nightly check of %s, part %s, %s to %s%n",
          record.date(),
          record.part(),
          options.time(record.started()),
          options.time(record.finished()));
      print(out, record.outcome(), record.findings());
    }
    return record.findings() == 0 ? 0 : 1;
  }

  private static void print(PrintWriter out, SnapshotCheck.Outcome outcome, long findings) {
    for (Finding finding : outcome.findings()) {
      String where =
          String.join(
              " ",
              List.of(
                  finding.mailbox().map(MailboxAddress::toString).orElse(""),
                  finding.snapshot().map(SnapshotName::text).orElse(""),
                  finding.message().orElse("")));
      out.println(where.isBlank() ? finding.what() : where.strip() + ": " + finding.what());
    }
    out.printf(
        Locale.ROOT,
        "%s, %s, %,d of them read (%s), %s%n",
        Sentences.count(outcome.snapshots(), "snapshot"),
        Sentences.count(outcome.messages(), "message"),
        outcome.read(),
        Sentences.count(outcome.bytes(), "byte"),
        Sentences.count(findings, "finding"));
    if (outcome.notHashed() > 0) {
      out.printf(
          "not hashed yet: %s; the server does that when it indexes them%n",
          Sentences.count(outcome.notHashed(), "message"));
    }
    if (outcome.hashedLate() > 0) {
      out.printf(
          "hashed more than two days after the first snapshot: %s; what happened before is not"
              + " known%n",
          Sentences.count(outcome.hashedLate(), "message"));
    }
    if (outcome.leftovers() > 0) {
      out.printf(
          "%s of takes or expiries that run now or were killed%n",
          Sentences.count(outcome.leftovers(), "leftover"));
    }
    out.flush();
  }

  private static void write(JsonGenerator json, SnapshotCheck.Outcome outcome) {
    json.write("snapshots", outcome.snapshots())
        .write("messages", outcome.messages())
        .write("read", outcome.read())
        .write("bytes", outcome.bytes())
        .write("notHashed", outcome.notHashed())
        .write("hashedLate", outcome.hashedLate())
        .write("leftovers", outcome.leftovers())
        .writeStartArray("findings");
    for (Finding finding : outcome.findings()) {
      json.writeStartObject();
      finding
          .mailbox()
          .ifPresentOrElse(
              mailbox -> json.write("mailbox", mailbox.toString()),
              () -> json.writeNull("mailbox"));
      finding
          .snapshot()
          .ifPresentOrElse(
              name -> json.write("snapshot", name.text()), () -> json.writeNull("snapshot"));
      finding
          .message()
          .ifPresentOrElse(name -> json.write("message", name), () -> json.writeNull("message"));
      json.write("what", finding.what()).writeEnd();
    }
    json.writeEnd();
  }

  /** A counter that stays in its line, only where somebody watches a terminal. */
  @SuppressWarnings("SystemConsoleNull") // it never is since JDK 22, but its type says it may be
  private CheckProgress progress(PrintWriter err) {
    Console console = System.console();
    if (options.json() || console == null || !console.isTerminal()) {
      return CheckProgress.NONE;
    }
    return (address, done, total, bytes) -> {
      if (done == total || done % 10 == 0) {
        err.printf(
            Locale.ROOT,
            "\r%d of %d mailboxes, %,d MB read%s",
            done,
            total,
            bytes >> 20,
            done == total ? "\r\033[K" : "");
        err.flush();
      }
    };
  }
}
