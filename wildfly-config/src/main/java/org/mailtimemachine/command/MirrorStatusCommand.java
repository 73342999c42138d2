package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.RegisteredMirror;
import org.mailtimemachine.mirror.server.GapBook;
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

  /** The process writes every five seconds; a machine may be slow. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(60);

  private static final Pattern FIGURE =
      Pattern.compile("mtm_mirror_([a-z_]+)(?:\\{[a-z]+=\"(.*)\"})? (-?[0-9.E+-]+)");

  @Mixin private MirrorOptions options = new MirrorOptions();

  @Spec private CommandSpec spec;

  MirrorStatusCommand() {}

  @Override
  public Integer call() throws Exception {
    MirrorRegister register = options.register();
    Map<String, BigDecimal> figures = new TreeMap<>();
    boolean running = figures(register.figures(), figures);
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

  /**
   * Reads what the process has written last.
   *
   * @return whether it lives
   */
  private static boolean figures(Path file, Map<String, BigDecimal> figures) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    Instant written = Files.getLastModifiedTime(file).toInstant();
    for (String line : Files.readAllLines(file)) {
      Matcher figure = FIGURE.matcher(line);
      if (figure.matches()) {
        String label = figure.group(2);
        figures.put(
            label == null ? figure.group(1) : figure.group(1) + ' ' + label,
            new BigDecimal(figure.group(3)));
      }
    }
    return written.isAfter(Clock.systemUTC().instant().minus(LONGEST_SILENCE));
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
