package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.Receipt;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestorePlanner;
import org.mailtimemachine.restore.RestoreProgress;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.Restorer;
import org.mailtimemachine.snapshot.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mtm restore run}. */
@Command(
    name = "run",
    description = {
      "Adds to live mail what is missing in it, and nothing else; users and IMAP servers may be at"
          + " work there.",
      "What is interrupted, by Ctrl-C or whatever, is finished by --resume, and nothing comes"
          + " twice."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:done, also where nothing was missing",
      "1:failed or interrupted; what is done is kept",
      "2:done, but for messages that were refused: they are named",
      "64:wrong use"
    })
final class RestoreRunCommand implements Callable<Integer> {

  private static final long TICK = Duration.ofMillis(100).toNanos();

  @Mixin private StoreOptions options = new StoreOptions();
  @Mixin private RestoreArguments arguments = new RestoreArguments();

  @Option(
      names = "--resume",
      paramLabel = "ID",
      converter = RestoreArguments.Id.class,
      description = "Go on with a restore that was interrupted, or accepted and not begun.")
  private @Nullable UUID resume;

  @Spec private CommandSpec spec;

  RestoreRunCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (resume != null && arguments.given()) {
      throw new ParameterException(
          spec.commandLine(), "--resume goes with nothing else: the plan is in the store");
    }
    Clock clock = Clock.system(options.zone());
    try (Store store = Store.open(options.store())) {
      Restorer restorer = new Restorer(store, options.live(clock), clock);
      RestorePlan plan =
          resume == null
              ? accept(store, restorer, clock, out)
              : RestoresOfCommandLine.requireNotTakenBack(store, options, restorer, resume).plan();
      if (plan.changesNothing() && resume == null) {
        return nothingMissing(out, plan);
      }
      RestoresOfCommandLine log = new RestoresOfCommandLine(restorer, plan, clock);
      try (Interruption interruption = Interruption.watch()) {
        Receipt receipt = run(restorer, plan, log, interruption, err);
        print(out, plan, receipt);
        return receipt.count(Receipt.Outcome.REFUSED) == 0 ? 0 : 2;
      } catch (CancellationException e) {
        return 1; // it was said
      }
    }
  }

  /** Writes the plan down, unless it is empty. */
  private RestorePlan accept(Store store, Restorer restorer, Clock clock, PrintWriter out)
      throws IOException {
    RestoreRequest request = arguments.request(store, clock);
    RestorePlan plan =
        new RestorePlanner(store, options.live(clock), clock)
            .plan(request, arguments.into(request));
    if (!plan.changesNothing()) {
      restorer.accept(plan);
    }
    if (!options.json()) {
      ShownRestore.print(out, plan);
      ShownRestore.print(out, arguments.leftOut());
      out.flush();
    }
    return plan;
  }

  private int nothingMissing(PrintWriter out, RestorePlan plan) {
    if (options.json()) {
      StoreOptions.print(
          out,
          json -> {
            json.writeStartObject().writeNull("id");
            ShownRestore.write(json, options, plan);
            ShownRestore.write(json, arguments.leftOut());
            json.writeEnd();
          });
    } else {
      out.println("nothing is missing: nothing was done");
      out.flush();
    }
    return 0;
  }

  private Receipt run(
      Restorer restorer,
      RestorePlan plan,
      RestoresOfCommandLine log,
      Interruption interruption,
      PrintWriter err)
      throws IOException {
    Optional<ProgressBar> bar =
        options.json() || !ProgressBar.isWatched()
            ? Optional.empty()
            : Optional.of(new ProgressBar(err, "messages"));
    RestoreProgress shown = bar.map(this::drawing).orElse(RestoreProgress.NONE);
    if (resume != null) {
      restorer.resume(plan.id());
    }
    log.add("restore.run", "");
    try {
      Receipt receipt =
          restorer.run(
              plan.id(),
              (done, total) -> {
                interruption.check();
                shown.at(done, total);
              });
      log.add("restore.done", receipt);
      return receipt;
    } catch (CancellationException e) {
      Receipt soFar = restorer.receipt(plan.id());
      log.add("restore.stopped", soFar);
      bar.ifPresent(ProgressBar::clear);
      // Here, and not by whoever called: the process ends as soon as this has come to rest.
      err.printf(
          Locale.ROOT,
          "Stopped: %,d of %,d messages were put back. To go on: mtm restore run --resume %s%n",
          soFar.count(Receipt.Outcome.ADDED),
          plan.messages(),
          plan.id());
      err.flush();
      throw e;
    } catch (IOException e) {
      try {
        log.add("restore.hindered", String.valueOf(e.getMessage()));
      } catch (IOException full) {
        e.addSuppressed(full);
      }
      throw new CommandFailed(
          "%s%nWhat is done so far is kept. To go on: mtm restore run --resume %s"
              .formatted(e.getMessage(), plan.id()),
          e);
    } finally {
      bar.ifPresent(ProgressBar::clear);
    }
  }

  private RestoreProgress drawing(ProgressBar bar) {
    return new RestoreProgress() {
      private long drawn = System.nanoTime() - TICK;

      @Override
      public void at(long done, long total) {
        long now = System.nanoTime();
        if (now - drawn >= TICK) {
          drawn = now;
          bar.draw(done, total);
        }
      }
    };
  }

  private void print(PrintWriter out, RestorePlan plan, Receipt receipt) {
    if (options.json()) {
      StoreOptions.print(
          out,
          json -> {
            json.writeStartObject().write("id", plan.id().toString());
            ShownRestore.write(json, options, plan);
            ShownRestore.write(json, arguments.leftOut());
            json.writeStartObject("receipt").write("finished", options.time(receipt.finished()));
            ShownRestore.write(json, plan, receipt.entries(), receipt.notes());
            json.writeEnd().writeEnd();
          });
    } else {
      out.println("restore " + plan.id());
      ShownRestore.print(out, plan, receipt.entries(), receipt.notes());
      out.flush();
    }
  }
}
