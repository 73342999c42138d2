package org.mailtimemachine.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mailtimemachine.snapshot.StoreCopy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mtm store adopt}. */
@Command(
    name = "adopt",
    description = {
      "Makes a store of a copy, where the store was lost: nights go on with it, and 'mtm store"
          + " copy' refuses it from then on.",
      "Copy it to the disk of the mail first ('mtm store copy --store COPY --to DIR'), and adopt"
          + " that one: hard links want one file system."
    },
    mixinStandardHelpOptions = true)
final class StoreAdoptCommand implements Callable<Integer> {

  @Parameters(paramLabel = "DIR", description = "A copy that 'mtm store copy' has made.")
  private Path copy = Path.of("");

  @Spec private CommandSpec spec;

  StoreAdoptCommand() {}

  @Override
  public Integer call() throws Exception {
    StoreCopy.becomeStore(copy);
    spec.commandLine().getOut().printf("%s is a store now%n", copy);
    return 0;
  }
}
