package org.mailtimemachine.command.doctor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The program {@code doveconf}, which prints the settings of the Dovecot of this machine. */
public final class Doveconf {

  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final List<Path> PLACES =
      List.of(
          Path.of("/usr/bin/doveconf"),
          Path.of("/usr/local/bin/doveconf"),
          Path.of("/usr/sbin/doveconf"));

  private Doveconf() {}

  /** Where this machine has it. */
  public static Optional<Path> find() {
    return PLACES.stream().filter(Files::isExecutable).findFirst();
  }

  /**
   * What {@code doveconf -n} prints.
   *
   * @param configuration another file than the default one
   * @throws IOException where it fails, or says nothing within 20 seconds; its words are in the
   *     message
   */
  public static String run(Path program, Optional<Path> configuration)
      throws IOException, InterruptedException {
    List<String> command =
        configuration.isPresent()
            ? List.of(program.toString(), "-c", configuration.get().toString(), "-n")
            : List.of(program.toString(), "-n");
    // Files rather than pipes: however much it says, it is not held up.
    Path said = Files.createTempFile("mtm", ".doveconf");
    Path complaints = Files.createTempFile("mtm", ".doveconf");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(said.toFile())
              .redirectError(complaints.toFile())
              .start();
      if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(
            "%s said nothing within %d s"
                .formatted(String.join(" ", command), LONGEST.toSeconds()));
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "%s ended with status %d: %s"
                .formatted(String.join(" ", command), process.exitValue(), text(complaints)));
      }
      return text(said);
    } finally {
      Files.delete(said);
      Files.delete(complaints);
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
  }
}
