package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code mtm}: every verb of it is a class of its own in this package. */
@Command(
    name = "mtm",
    description = "Any mailbox, as it was on any of the last 15 days.",
    mixinStandardHelpOptions = true,
    version = "Mail Time Machine 0.1.0",
    subcommands = {
      DemoCommand.class,
      StopCommand.class,
      RunCommand.class,
      SnapshotCommand.class,
      RestoreCommand.class,
      CatalogueCommand.class,
      AdminCommand.class,
      DoctorCommand.class
    },
    footer = "Also: mtm test runs every test. mtm COMMAND --help tells more about one.")
final class Mtm {

  private static final int WRONG_USE = 64;
  private static final List<String> NIGHTLY = List.of("snapshot", "take");

  private Mtm() {}

  /** Exit status 0: done; 1: failed, and a sentence says why; 64: wrong use (sysexits.h). */
  public static void main(String[] arguments) {
    System.exit(execute(List.of(arguments)));
  }

  /**
   * Goes to the verb of the nights at once: to read the annotations of all the others would take a
   * quarter of the time of a night in which nothing changed.
   */
  private static int execute(List<String> arguments) {
    if (arguments.size() < 2 || !arguments.subList(0, 2).equals(NIGHTLY)) {
      return commandLine().execute(arguments.toArray(String[]::new));
    }
    CommandLine take = explained(new CommandLine(new SnapshotTakeCommand()));
    take.setCommandName("mtm " + String.join(" ", NIGHTLY));
    return take.execute(arguments.subList(2, arguments.size()).toArray(String[]::new));
  }

  static CommandLine commandLine() {
    return explained(new CommandLine(new Mtm()));
  }

  private static CommandLine explained(CommandLine line) {
    line.setExecutionExceptionHandler(Mtm::explain);
    line.setParameterExceptionHandler(Mtm::explainUse);
    return line;
  }

  private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    PrintWriter words = command.getErr();
    // What the disk refused names the call, the file and the cause by itself.
    if (!(failure instanceof CommandFailed) && !(failure instanceof IOException)) {
      throw failure;
    }
    words.println("mtm: " + failure.getMessage());
    words.flush();
    return 1;
  }

  private static int explainUse(CommandLine.ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter words = command.getErr();
    words.println("mtm: " + failure.getMessage());
    words.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    words.flush();
    return WRONG_USE;
  }
}
