package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.mailtimemachine.mirror.expiry.MirrorExpiry;
import org.mailtimemachine.snapshot.Sentences;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mtm mirror expire}. */
@Command(
    name = "expire",
    description =
        "Removes from mirror mailboxes what is older than Days to Mirror, as of 0:00 of today in the"
            + " host's zone. 'mtm mirror serve' does it when a day begins.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:done, also where nothing was over",
      "1:failed, or a mailbox could not be scanned",
      "64:wrong use"
    })
final class MirrorExpireCommand implements Callable<Integer> {

  @Mixin private MirrorOptions options = new MirrorOptions();

  @Option(names = "--dry-run", description = "Change nothing; only say what would go.")
  private boolean dryRun;

  @Option(
      names = "--force",
      description = "However long ago the last scan was; after a month it may be the clock.")
  private boolean force;

  @Spec private CommandSpec spec;

  MirrorExpireCommand() {}

  @Override
  public Integer call() throws Exception {
    List<MirrorExpiry.Option> chosen = new ArrayList<>();
    if (dryRun) {
      chosen.add(MirrorExpiry.Option.DRY_RUN);
    }
    if (force) {
      chosen.add(MirrorExpiry.Option.FORCE);
    }
    MirrorExpiry.Outcome outcome =
        new MirrorExpiry(options.register(), Clock.system(options.zone()), options.zone())
            .run(chosen.toArray(MirrorExpiry.Option[]::new));
    PrintWriter out = spec.commandLine().getOut();
    if (options.json()) {
      StoreOptions.print(
          out,
          json -> {
            json.writeStartObject().write("dryRun", dryRun).writeStartObject("mailboxes");
            new TreeMap<>(outcome.removed())
                .forEach((mailbox, number) -> json.write(mailbox.toString(), number));
            json.writeEnd().write("messages", outcome.messages()).writeStartArray("problems");
            outcome.problems().forEach(json::write);
            json.writeEnd().writeEnd();
          });
    } else {
      new TreeMap<>(outcome.removed())
          .forEach(
              (mailbox, number) ->
                  out.printf("%s: %s%n", mailbox, Sentences.count(number, "message")));
      out.printf(
          dryRun ? "%s would expire%n" : "%s expired%n",
          Sentences.count(outcome.messages(), "message"));
      out.flush();
      Sentences.summary(outcome.problems())
          .forEach(problem -> spec.commandLine().getErr().println("not expired: " + problem));
      spec.commandLine().getErr().flush();
    }
    return outcome.problems().isEmpty() ? 0 : 1;
  }
}
