package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.mailtimemachine.restore.Receipt;
import org.mailtimemachine.restore.RestoreStatus;
import org.mailtimemachine.snapshot.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mtm restore show}. */
@Command(
    name = "show",
    description = "Shows the plan of a restore, and its receipt, file by file.",
    mixinStandardHelpOptions = true)
final class RestoreShowCommand implements Callable<Integer> {

  @Mixin private StoreOptions options = new StoreOptions();

  @Parameters(
      paramLabel = "ID",
      converter = RestoreArguments.Id.class,
      description = "As 'mtm restore list' prints it.")
  private UUID id = new UUID(0, 0);

  @Spec private CommandSpec spec;

  RestoreShowCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    RestoreStatus restore;
    try (Store store = Store.open(options.store())) {
      restore =
          RestoreStatus.find(store, id)
              .orElseThrow(
                  () ->
                      new CommandFailed(
                          "There is no restore " + id + " in " + options.store() + "."));
    }
    if (options.json()) {
      StoreOptions.print(
          out,
          json -> {
            json.writeStartObject()
                .write("id", id.toString())
                .write("state", RestoreListCommand.state(restore))
                .write("requested", restore.requested());
            ShownRestore.write(json, options, restore.plan());
            json.writeStartObject("receipt");
            restore.finished().ifPresent(time -> json.write("finished", options.time(time)));
            ShownRestore.write(json, restore.plan(), restore.entries(), restore.notes());
            json.write("takenBack", restore.takenBack());
            ShownRestore.write(json, restore.plan(), restore.leftAlone());
            json.writeEnd().writeEnd();
          });
    } else {
      print(out, restore);
    }
    return 0;
  }

  private void print(PrintWriter out, RestoreStatus restore) {
    ShownRestore.print(out, restore.plan());
    out.println(
        RestoreListCommand.state(restore)
            + restore.finished().map(time -> ", finished " + options.time(time)).orElse(""));
    for (Receipt.Entry entry : restore.entries()) {
      if (entry.outcome() == Receipt.Outcome.ADDED) {
        out.println("added: " + ShownRestore.where(restore.plan(), entry) + " as " + entry.text());
      }
    }
    ShownRestore.print(out, restore.plan(), restore.entries(), restore.notes());
    if (restore.requested()) {
      out.println("requested in the webmail: the console decides about it");
    }
    if (restore.takenBack() > 0) {
      out.printf(Locale.ROOT, "%,d of them taken back%n", restore.takenBack());
    }
    ShownRestore.print(out, restore.plan(), restore.leftAlone());
    out.flush();
  }
}
