package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.PosixException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code mtm}: every verb of it is a class of its own in this package. */
@Command(
    name = "mtm",
    description = "Any mailbox, as it was on any of the last 15 days.",
    mixinStandardHelpOptions = true,
    version = "Mail Time Machine 0.1.0",
    subcommands = {
      InitCommand.class,
      DemoCommand.class,
      StopCommand.class,
      RunCommand.class,
      SnapshotCommand.class,
      RestoreCommand.class,
      MirrorCommand.class,
      StoreCommand.class,
      CatalogueCommand.class,
      AdminCommand.class,
      DoctorCommand.class
    },
    footer = "mtm COMMAND --help tells more about one.")
final class Mtm {

  private static final int WRONG_USE = 64;
  private static final Map<String, String> USUAL_STATUS =
      new TreeMap<>(Map.of("0", "done", "1", "failed, and a sentence says why", "64", "wrong use"));
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
    TypedValues.register(line);
    explainStatus(line);
    return line;
  }

  /** Where a command does not say what its exit status means, it means what it always does. */
  private static void explainStatus(CommandLine line) {
    CommandLine.Model.UsageMessageSpec usage = line.getCommandSpec().usageMessage();
    if (usage.exitCodeList().isEmpty()) {
      usage.exitCodeListHeading("Exit status:%n");
      usage.exitCodeList(USUAL_STATUS);
    }
    line.getSubcommands().values().forEach(Mtm::explainStatus);
  }

  private static int explain(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    PrintWriter words = command.getErr();
    // What the disk refused names the call, the file and the cause by itself.
    if (!(failure instanceof CommandFailed) && !(failure instanceof IOException)) {
      throw failure;
    }
    words.println("mtm: " + words(failure));
    words.flush();
    return 1;
  }

  /** Some exceptions of the JDK say nothing but the path. */
  private static String words(Exception failure) {
    return switch (failure) {
      case NoSuchFileException missing ->
          missing.getFile() + ": there is no such file or directory";
      case AccessDeniedException denied ->
          "%s: %s may not do that there; use another account, or change the rights of it"
              .formatted(denied.getFile(), System.getProperty("user.name"));
      case PosixException refused when refused.is(Errno.EACCES) ->
          "%s (%s has no right to; use another account, or change the rights of it)"
              .formatted(refused.getMessage(), System.getProperty("user.name"));
      case PosixException refused when refused.is(Errno.ENOTDIR) ->
          refused.getMessage() + " (it is no directory)";
      default -> String.valueOf(failure.getMessage());
    };
  }

  private static int explainUse(CommandLine.ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter words = command.getErr();
    words.println("mtm: " + failure.getMessage() + missingVerb(failure, command));
    words.println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    words.flush();
    return WRONG_USE;
  }

  /** Of a command that is nothing but its verbs: which there are. */
  private static String missingVerb(CommandLine.ParameterException failure, CommandLine command) {
    List<String> verbs = List.copyOf(command.getSubcommands().keySet());
    boolean missing = String.valueOf(failure.getMessage()).equals("Missing required subcommand");
    return missing ? ": one of " + String.join(", ", verbs) : "";
  }
}
