package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.mailtimemachine.restore.LeftAlone;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestoreStatus;
import org.mailtimemachine.restore.Restorer;
import org.mailtimemachine.snapshot.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mtm restore take-back}. */
@Command(
    name = "take-back",
    description = {
      "Removes what a restore has added, as far as nobody has touched it since, and folders that it"
          + " made and nobody uses.",
      "What was read, flagged, moved or deleted is left alone, and so is what the store no longer"
          + " holds: each is named, with the reason."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:everything is removed",
      "1:failed",
      "2:some messages were left alone",
      "64:wrong use"
    })
final class RestoreTakeBackCommand implements Callable<Integer> {

  @Mixin private StoreOptions options = new StoreOptions();

  @Parameters(
      paramLabel = "ID",
      converter = RestoreArguments.Id.class,
      description = "As 'mtm restore list' prints it.")
  private UUID id = new UUID(0, 0);

  @Spec private CommandSpec spec;

  RestoreTakeBackCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Clock clock = Clock.system(options.zone());
    try (Store store = Store.open(options.store())) {
      Restorer restorer = new Restorer(store, options.live(clock), clock);
      RestorePlan plan =
          RestoresOfCommandLine.requireNotTakenBack(store, options, restorer, id).plan();
      RestoresOfCommandLine log = new RestoresOfCommandLine(restorer, plan, clock);
      log.add("restore.take-back", "");
      Restorer.TakenBack taken = restorer.takeBack(id);
      log.add("restore.taken_back", "removed " + taken.removed() + ", left " + taken.left());
      restorer.takenBack(id);
      List<LeftAlone> left =
          RestoreStatus.find(store, id).map(RestoreStatus::leftAlone).orElse(List.of());
      if (options.json()) {
        StoreOptions.print(
            out,
            json -> {
              json.writeStartObject()
                  .write("id", id.toString())
                  .write("removed", taken.removed())
                  .write("left", taken.left());
              ShownRestore.write(json, plan, left);
              json.writeEnd();
            });
      } else {
        out.printf(Locale.ROOT, "%,d removed, %,d left alone%n", taken.removed(), taken.left());
        ShownRestore.print(out, plan, left);
        out.flush();
      }
      return taken.left() == 0 ? 0 : 2;
    }
  }
}
