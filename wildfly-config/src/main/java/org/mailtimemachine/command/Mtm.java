package org.mailtimemachine.command;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code mtm}: every verb of it is a class of its own in this package. */
@Command(
    name = "mtm",
    description = "Any mailbox, as it was on any of the last 15 days.",
    mixinStandardHelpOptions = true,
    version = "Mail Time Machine 0.1.0",
    subcommands = {DemoCommand.class, StopCommand.class, RunCommand.class},
    footer = "Also: mtm test runs every test. mtm COMMAND --help tells more about one.")
final class Mtm {

  private Mtm() {}

  /** Exit status 0: done; 1: failed, and a sentence says why; 2: not a command of ours. */
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new Mtm());
    line.setExecutionExceptionHandler(Mtm::explain);
    return line;
  }

  private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    PrintWriter words = command.getErr();
    if (!(failure instanceof CommandFailed)) {
      throw failure;
    }
    words.println("mtm: " + failure.getMessage());
    words.flush();
    return 1;
  }
}
