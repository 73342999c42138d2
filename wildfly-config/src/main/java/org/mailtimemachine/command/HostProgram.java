package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Runs a short program of the host to its end. */
final class HostProgram {

  private HostProgram() {}

  /**
   * Runs it and returns when it has ended well.
   *
   * @throws IOException where it cannot be started or ends with another status than 0; its words
   *     are in the message
   */
  static void run(List<String> command, Path directory) throws IOException, InterruptedException {
    words(command, directory);
  }

  /**
   * The same, for what it says.
   *
   * @throws IOException as above
   */
  static String words(List<String> command) throws IOException, InterruptedException {
    return words(command, Path.of("/"));
  }

  private static String words(List<String> command, Path directory)
      throws IOException, InterruptedException {
    // Its words go to a file: a daemon that it leaves behind would keep a pipe open for ever.
    Path said = Files.createTempFile("mtm", ".out");
    try {
      int status = start(command, directory, said).waitFor();
      if (status != 0) {
        throw new IOException(
            "%s ended with status %d: %s"
                .formatted(
                    String.join(" ", command),
                    status,
                    new String(Files.readAllBytes(said), StandardCharsets.UTF_8).strip()));
      }
      return new String(Files.readAllBytes(said), StandardCharsets.UTF_8);
    } finally {
      Files.delete(said);
    }
  }

  /** Whether it exists and ends with status 0. */
  static boolean succeeds(String... command) throws InterruptedException {
    try {
      run(List.of(command), Path.of("/"));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Process start(List<String> command, Path directory, Path said) throws IOException {
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(said.toFile())
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .start();
  }
}
