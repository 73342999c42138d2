package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestorePlanner;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.snapshot.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mtm restore plan}. */
@Command(
    name = "plan",
    description =
        "Says what a restore would add, what is there already, and what was only moved; changes"
            + " nothing.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:planned, also where nothing is missing", "1:failed", "64:wrong use"})
final class RestorePlanCommand implements Callable<Integer> {

  @Mixin private StoreOptions options = new StoreOptions();
  @Mixin private RestoreArguments arguments = new RestoreArguments();
  @Spec private CommandSpec spec;

  RestorePlanCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Clock clock = Clock.system(options.zone());
    try (Store store = Store.open(options.store())) {
      RestoreRequest request = arguments.request(store, clock);
      RestorePlan plan =
          new RestorePlanner(store, options.live(clock), clock)
              .plan(request, arguments.into(request));
      if (options.json()) {
        StoreOptions.print(
            out,
            json -> {
              json.writeStartObject();
              ShownRestore.write(json, options, plan);
              ShownRestore.write(json, arguments.leftOut());
              json.writeEnd();
            });
      } else {
        ShownRestore.print(out, plan);
        ShownRestore.print(out, arguments.leftOut());
        out.flush();
      }
    }
    return 0;
  }
}
