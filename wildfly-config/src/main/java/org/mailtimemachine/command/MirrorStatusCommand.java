package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.RegisteredMirror;
import org.mailtimemachine.mirror.server.GapBook;
import org.mailtimemachine.mirror.server.PublishedFigures;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mtm mirror status}. */
@Command(
    name = "status",
    description = "Says whether mail is mirrored now, and what the process that does it counts.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:it runs, and all mirrors can be read",
      "1:it does not run, or failed, or a mirror cannot be read",
      "64:wrong use"
    })
final class MirrorStatusCommand implements Callable<Integer> {

  @Mixin private MirrorOptions options = new MirrorOptions();

  @Spec private CommandSpec spec;

  MirrorStatusCommand() {}

  @Override
  public Integer call() throws Exception {
    MirrorRegister register = options.register();
    PublishedFigures published = PublishedFigures.read(register.figures());
    Map<String, BigDecimal> figures = published.values();
    boolean running = published.running(Clock.systemUTC().instant());
    long inForce = register.mirrors().stream().filter(RegisteredMirror::inForce).count();
    int gaps = new GapBook(register.gaps()).read().size();
    List<String> problems = register.problems();
    if (options.json()) {
      StoreOptions.print(
          spec.commandLine().getOut(),
          json -> {
            json.writeStartObject()
                .write("running", running)
                .write("mirrors", inForce)
                .write("gaps", gaps)
                .writeStartObject("figures");
            figures.forEach(json::write);
            json.writeEnd().writeStartArray("problems");
            problems.forEach(json::write);
            json.writeEnd().writeEnd();
          });
    } else {
      print(running, inForce, gaps, figures);
      problems.forEach(problem -> spec.commandLine().getErr().println("mtm: " + problem));
      spec.commandLine().getErr().flush();
    }
    return running && problems.isEmpty() ? 0 : 1;
  }

  private void print(boolean running, long inForce, int gaps, Map<String, BigDecimal> figures) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s; %d mirrors in force, %d gaps%n",
        running ? "Mail is mirrored" : "Mail is NOT mirrored now", inForce, gaps);
    figures.forEach(
        (name, value) -> {
          if (!name.startsWith("answer_seconds_bucket")) {
            out.printf("  %-40s %s%n", name, value.toPlainString());
          }
        });
    out.flush();
  }
}
