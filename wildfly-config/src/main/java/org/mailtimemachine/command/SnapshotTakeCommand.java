package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.Sentences;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.StorageStrategy;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
          "Give it the name of the night of this date; without it, it is one by hand, named by now."
              + " A date that is past shows the mailboxes as they are now all the same.")
  private @Nullable LocalDate date;

  @Option(
      names = "--nightly",
      description = "Take the nightly snapshot of today, by the zone of the host.")
  private boolean nightly;

  @Option(
      names = "--force",
      description = "Also take a date that has not begun yet; its night will find it taken.")
  private boolean force;

  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      description =
          "What a new store is made with: hardlink, reflink, copy, btrfs, zfs; default:"
              + " mtm.store.strategy of --config, or hardlink. A store that is there keeps its own.")
  private @Nullable String strategy;

  @Option(
      names = "--mailbox",
      paramLabel = "ADDRESS",
      converter = StoreOptions.Address.class,
      description = "Only this mailbox; may be repeated.")
  private List<MailboxAddress> mailboxes = new ArrayList<>();

  @Spec private CommandSpec spec;

  SnapshotTakeCommand() {}

  private Optional<StorageStrategy> strategy() {
    if (strategy == null) {
      return options.strategy();
    }
    return Optional.of(
        StorageStrategy.of(strategy)
            .orElseThrow(
                () ->
                    new CommandLine.ParameterException(
                        spec.commandLine(),
                        "--strategy: there is no '%s'; there are hardlink, reflink, copy, btrfs and zfs"
                            .formatted(strategy))));
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Clock clock = Clock.system(options.zone());
    Optional<LocalDate> wanted = date(clock);
    try (SnapshotEngine engine =
        SnapshotEngine.open(options.mail(), options.store(), strategy(), clock)) {
      SnapshotName name =
          wanted.isPresent() ? SnapshotName.nightly(wanted.get()) : engine.nameByHand();
      noteEarlier(engine, name, err);
      long start = System.nanoTime();
      Run run = engine.take(name, Set.copyOf(mailboxes), options.progress(err));
      double seconds = (System.nanoTime() - start) / 1e9;
      List<String> warnings = run.problems();
      if (options.json()) {
        printJson(out, run, seconds, warnings);
      } else {
        out.printf(
            Locale.ROOT,
            "%s: %s, %s, %,d of them new (%s), %.2f s%n",
            run.name(),
            Sentences.count(run.mailboxes(), "mailbox"),
            Sentences.count(run.messages(), "message"),
            run.newLinks(),
            Sentences.count(run.newBytes(), "byte"),
            seconds);
        out.flush();
        run.summary().forEach(warning -> err.println("warning: " + warning));
      }
      err.flush();
      return run.complete() ? (warnings.isEmpty() ? 0 : 2) : 1;
    }
  }

  private void noteEarlier(SnapshotEngine engine, SnapshotName name, PrintWriter err)
      throws IOException {
    try {
      engine
          .store()
          .run(name)
          .ifPresent(
              earlier ->
                  err.printf(
                      "note: %s was taken already, at %s; what it has is kept, and only mailboxes that"
                          + " it lacks are added%n",
                      name, options.time(earlier.started())));
    } catch (DamagedFileException e) {
      // The take says so, and does what can be done.
    }
  }

  /** The night that is meant; empty for a snapshot by hand. */
  private Optional<LocalDate> date(Clock clock) {
    LocalDate today = LocalDate.now(clock);
    if (nightly && date != null) {
      throw new ParameterException(
          spec.commandLine(), "--nightly is the snapshot of today: it goes without --date");
    }
    if (date != null && date.isAfter(today) && !force) {
      throw new CommandFailed(
          "%s has not begun in %s, where it is %s: the night of that date would find it taken, and keep nothing of its own. Is the zone right (--zone)? --force takes it all the same."
              .formatted(date, options.zone(), today));
    }
    if (date != null && date.isBefore(today)) {
      PrintWriter err = spec.commandLine().getErr();
      err.printf(
          "note: %s is past: this snapshot shows the mailboxes as they are now, and only bears that date%n",
          date);
      err.flush();
    }
    return nightly ? Optional.of(today) : Optional.ofNullable(date);
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
              .write("newBytes", run.newBytes())
              .write("newMailboxes", run.newMailboxes())
              .write("seconds", seconds)
              .writeStartArray("warnings");
          warnings.forEach(json::write);
          json.writeEnd().writeEnd();
        });
  }
}
