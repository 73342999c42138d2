package org.mailtimemachine.command;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.TakeProgress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mtm snapshot take}. */
@Command(
    name = "take",
    description = "Takes a snapshot of every mailbox of a host.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:complete",
      "1:failed, or a mailbox has no snapshot",
      "2:complete, with warnings",
      "64:wrong use"
    })
final class SnapshotTakeCommand implements Callable<Integer> {

  @Mixin private StoreOptions options = new StoreOptions();

  @Option(
      names = "--date",
      paramLabel = "YYYY-MM-DD",
      description =
          "Take the nightly snapshot of this date; without it, one by hand, named by now.")
  private @Nullable LocalDate date;

  @Option(
      names = "--mailbox",
      paramLabel = "ADDRESS",
      converter = StoreOptions.Address.class,
      description = "Only this mailbox; may be repeated.")
  private List<MailboxAddress> mailboxes = new ArrayList<>();

  @Spec private CommandSpec spec;

  SnapshotTakeCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try (SnapshotEngine engine =
        SnapshotEngine.open(
            options.maildirs(spec), options.store(), Clock.system(options.zone()))) {
      SnapshotName name = date == null ? engine.nameByHand() : SnapshotName.nightly(date);
      engine
          .store()
          .run(name)
          .ifPresent(
              earlier ->
                  err.printf(
                      "note: %s was taken already, at %s; what it has is kept, and only mailboxes that"
                          + " it lacks are added%n",
                      name, options.time(earlier.started())));
      long start = System.nanoTime();
      Run run = engine.take(name, Set.copyOf(mailboxes), progress(err));
      double seconds = (System.nanoTime() - start) / 1e9;
      List<String> warnings = warnings(run);
      if (options.json()) {
        printJson(out, run, seconds, warnings);
      } else {
        out.printf(
            Locale.ROOT,
            "%s: %,d mailboxes, %,d messages, %,d of them new, %.2f s%n",
            run.name(),
            run.mailboxes(),
            run.messages(),
            run.newLinks(),
            seconds);
        out.flush();
        warnings.forEach(warning -> err.println("warning: " + warning));
      }
      err.flush();
      return run.complete() ? (warnings.isEmpty() ? 0 : 2) : 1;
    }
  }

  private static List<String> warnings(Run run) {
    List<String> warnings = new ArrayList<>();
    run.failed().forEach((what, why) -> warnings.add("no snapshot of " + what + ": " + why));
    warnings.addAll(run.warnings());
    return warnings;
  }

  private static void printJson(PrintWriter out, Run run, double seconds, List<String> warnings) {
    StoreOptions.print(
        out,
        json -> {
          json.writeStartObject()
              .write("name", run.name().text())
              .write("mailboxes", run.mailboxes())
              .write("messages", run.messages())
              .write("newLinks", run.newLinks())
              .write("seconds", seconds)
              .writeStartArray("warnings");
          warnings.forEach(json::write);
          json.writeEnd().writeEnd();
        });
  }

  /** A counter that stays in its line, only where somebody watches a terminal. */
  @SuppressWarnings("SystemConsoleNull") // it never is since JDK 22, but its type says it may be
  private TakeProgress progress(PrintWriter err) {
    Console console = System.console();
    if (options.json() || console == null || !console.isTerminal()) {
      return TakeProgress.NONE;
    }
    return (mailbox, done, total) -> {
      if (done == total || done % 10 == 0) {
        err.printf("\r%d of %d mailboxes%s", done, total, done == total ? "\r\033[K" : "");
        err.flush();
      }
    };
  }
}
