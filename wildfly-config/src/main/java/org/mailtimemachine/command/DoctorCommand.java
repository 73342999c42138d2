package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.command.doctor.Advice;
import org.mailtimemachine.command.doctor.Doctor;
import org.mailtimemachine.command.doctor.Doveconf;
import org.mailtimemachine.command.doctor.Severity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mtm doctor}. */
@Command(
    name = "doctor",
    description =
        "Looks for what harms a mail host with snapshots, and says what to do. It changes nothing.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:nothing found, or notes only",
      "1:errors, or it could not look",
      "2:warnings",
      "64:wrong use"
    })
final class DoctorCommand implements Callable<Integer> {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The settings of 'mtm run': its database, store and Maildirs are looked at.")
  private @Nullable Path config;

  @Option(
      names = "--store",
      paramLabel = "STORE",
      description = "Directory that holds the snapshots; default: mtm.store of FILE.")
  private @Nullable Path store;

  @Option(
      names = "--maildirs",
      paramLabel = "ROOT",
      description = "Directory that holds <domain>/<user> Maildirs; default: mtm.maildirs of FILE.")
  private @Nullable Path maildirs;

  @Option(
      names = "--doveconf",
      paramLabel = "FILE",
      description =
          "What 'doveconf -n' printed, '-' for standard input; default: doveconf is run, where this"
              + " machine has one.")
  private @Nullable String doveconf;

  @Option(names = "--json", description = "Print JSON, for programs.")
  private boolean json;

  @Spec private CommandSpec spec;

  DoctorCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    List<Advice> found = new ArrayList<>();
    Optional<String> printed = doveconf(found);
    found.addAll(
        new Doctor(Clock.systemUTC(), Path.of("/"))
            .examine(
                new Doctor.Patient(
                    Optional.ofNullable(config), printed, store(), Optional.ofNullable(maildirs))));
    if (json) {
      printJson(out, found);
    } else {
      print(out, found, doveconf != null || Doveconf.find().isPresent());
    }
    if (found.stream().anyMatch(advice -> advice.severity() == Severity.ERROR)) {
      return 1;
    }
    return found.stream().anyMatch(advice -> advice.severity() == Severity.WARNING) ? 2 : 0;
  }

  /** Without a settings file, as the environment says. */
  private Optional<Path> store() {
    return store != null || config != null
        ? Optional.ofNullable(store)
        : Settings.ofEnvironment().find("mtm.store").map(Path::of);
  }

  /** A doveconf that this user may not run is no reason not to look at the rest. */
  private Optional<String> doveconf(List<Advice> found) throws IOException, InterruptedException {
    if (doveconf == null) {
      Optional<Path> program = Doveconf.find();
      try {
        return program.isPresent()
            ? Optional.of(Doveconf.run(program.get(), Optional.empty()))
            : Optional.empty();
      } catch (IOException e) {
        found.add(
            new Advice(
                Severity.WARNING,
                "doveconf",
                String.valueOf(e.getMessage()),
                "Dovecot's settings could not be looked at",
                "run it as root, or give it what doveconf -n prints: --doveconf FILE"));
        return Optional.empty();
      }
    }
    byte[] text =
        doveconf.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(doveconf));
    return Optional.of(new String(text, StandardCharsets.UTF_8));
  }

  private void print(PrintWriter out, List<Advice> found, boolean dovecot) {
    for (Advice advice : found) {
      out.printf("%s: %s%n", advice.severity(), advice.what());
      out.printf("  why:    %s%n", advice.why());
      out.printf("  remedy: %s%n", advice.remedy());
    }
    if (found.isEmpty()) {
      out.println("Nothing found.");
    }
    if (!dovecot) {
      out.println(
          "Not looked at: Dovecot's settings; there is no doveconf here (--doveconf FILE).");
    }
    if (store().isEmpty() && config == null) {
      out.println("Not looked at: the store (--store STORE or --config FILE).");
    }
    out.flush();
  }

  private static void printJson(PrintWriter out, List<Advice> found) {
    StoreOptions.print(
        out,
        json -> {
          json.writeStartArray();
          for (Advice advice : found) {
            json.writeStartObject()
                .write("severity", advice.severity().toString())
                .write("check", advice.check())
                .write("what", advice.what())
                .write("why", advice.why())
                .write("remedy", advice.remedy())
                .writeEnd();
          }
          json.writeEnd();
        });
  }
}
