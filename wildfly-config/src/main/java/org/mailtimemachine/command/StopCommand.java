package org.mailtimemachine.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mtm stop}: ends the demo that runs in a directory. */
@Command(
    name = "stop",
    description = "Ends the demo that runs in DIR. Its data stay.",
    mixinStandardHelpOptions = true)
final class StopCommand implements Callable<Integer> {

  @Option(names = "--dir", paramLabel = "DIR", description = "As it was given to mtm demo.")
  private Path directory = DemoCommand.defaultDirectory();

  @Spec private CommandSpec spec;

  StopCommand() {}

  @Override
  public Integer call() throws Exception {
    var out = spec.commandLine().getOut();
    if (!Files.isDirectory(directory)) {
      throw new CommandFailed("There is no demo in " + directory + ".");
    }
    boolean stopped = new DemoDirectory(directory.toRealPath()).stop();
    out.println(stopped ? "Stopped." : "Nothing of it was running.");
    out.flush();
    return 0;
  }
}
