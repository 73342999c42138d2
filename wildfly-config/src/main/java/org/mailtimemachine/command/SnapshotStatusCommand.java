package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.Sentences;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.UnfinishedRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mtm snapshot status}. */
@Command(
    name = "status",
    description = "Says whether a take goes on and how far it is, whoever runs it.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:a take goes on, or the last one is complete",
      "1:the last take failed, died or is not complete, or a record of one cannot be read",
      "64:wrong use"
    })
final class SnapshotStatusCommand implements Callable<Integer> {

  private static final Duration BETWEEN = Duration.ofSeconds(1);

  @Mixin private StoreOptions options = new StoreOptions();

  @Option(names = "--follow", description = "Watch a take that goes on until it ends.")
  private boolean follow;

  @Spec private CommandSpec spec;

  SnapshotStatusCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    try (Store store = Store.open(options.store())) {
      Optional<UnfinishedRun> alive = alive(store);
      if (follow && alive.isPresent()) {
        follow(store, alive.get(), out);
        alive = Optional.empty();
      }
      return print(store, alive, out);
    }
  }

  private static Optional<UnfinishedRun> alive(Store store) throws IOException {
    return store.unfinished().stream().filter(UnfinishedRun::alive).findFirst();
  }

  private void follow(Store store, UnfinishedRun first, PrintWriter out)
      throws IOException, InterruptedException {
    ProgressBar bar = new ProgressBar(out, "mailboxes");
    boolean drawn = !options.json() && ProgressBar.isWatched();
    Optional<UnfinishedRun> now = Optional.of(first);
    Optional<UnfinishedRun> said = Optional.empty();
    while (now.isPresent()) {
      if (drawn) {
        bar.draw(now.get().done(), now.get().total());
      } else if (!now.equals(said)) {
        say(now.get(), out);
        said = now;
      }
      Thread.sleep(BETWEEN);
      now = alive(store);
    }
    if (drawn) {
      bar.clear();
    }
  }

  private int print(Store store, Optional<UnfinishedRun> alive, PrintWriter out)
      throws IOException {
    if (alive.isPresent()) {
      say(alive.get(), out);
      return 0;
    }
    List<UnfinishedRun> dead = store.unfinished();
    dead.forEach(run -> say(run, out));
    PrintWriter err = spec.commandLine().getErr();
    SortedMap<SnapshotName, String> unreadable = store.unreadableRuns();
    unreadable.forEach(
        (name, why) -> err.printf("warning: the record of %s cannot be read: %s%n", name, why));
    err.flush();
    boolean well = dead.isEmpty() && unreadable.isEmpty();
    List<Run> runs = store.runs();
    if (runs.isEmpty()) {
      if (well && !options.json()) {
        out.println("No snapshot was taken yet.");
        out.flush();
      }
      return well ? 0 : 1;
    }
    Instant now = Clock.system(options.zone()).instant();
    // One that was taken under a clock that was ahead would hide all others until then.
    Run last =
        runs.stream()
            .filter(run -> !run.finished().isAfter(now))
            .max((a, b) -> a.finished().compareTo(b.finished()))
            .orElseGet(runs::getLast);
    say(last, out);
    return last.complete() && well ? 0 : 1;
  }

  private void say(UnfinishedRun run, PrintWriter out) {
    if (options.json()) {
      StoreOptions.print(
          out,
          json ->
              json.writeStartObject()
                  .write("name", run.name().text())
                  .write("state", run.alive() ? "running" : "died")
                  .write("startedAt", options.time(run.started()))
                  .write("done", run.done())
                  .write("mailboxes", run.total())
                  .writeEnd());
    } else {
      out.printf(
          Locale.ROOT,
          run.alive()
              ? "%s is being taken since %s: %,d of %,d mailboxes%n"
              : "%s was begun at %s and has not ended: %,d of %,d mailboxes; the next take"
                  + " removes what is left of it%n",
          run.name(),
          options.time(run.started()),
          run.done(),
          run.total());
      out.flush();
    }
  }

  private void say(Run run, PrintWriter out) {
    if (options.json()) {
      StoreOptions.print(
          out,
          json ->
              json.writeStartObject()
                  .write("name", run.name().text())
                  .write("state", run.complete() ? "complete" : "incomplete")
                  .write("startedAt", options.time(run.started()))
                  .write("finishedAt", options.time(run.finished()))
                  .write("mailboxes", run.mailboxes())
                  .write("failed", run.failed().size())
                  .write("warnings", run.warnings().size())
                  .writeEnd());
    } else {
      out.printf(
          "%s was taken from %s to %s: %s, %s, %s, %s%n",
          run.name(),
          options.time(run.started()),
          options.time(run.finished()),
          Sentences.count(run.mailboxes(), "mailbox"),
          Sentences.count(run.messages(), "message"),
          Sentences.count(run.failed().size(), "failure"),
          Sentences.count(run.warnings().size(), "warning"));
      out.flush();
    }
  }
}
