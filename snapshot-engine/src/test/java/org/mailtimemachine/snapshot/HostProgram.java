package org.mailtimemachine.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Programs of the machine that tests need: mkfs, mount and the like. */
final class HostProgram {

  private static final long LONGEST_SECONDS = 60;

  private HostProgram() {}

  /** What a program said and how it ended. */
  record Result(int status, String output) {}

  static Result run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Result(-1, "no end after " + LONGEST_SECONDS + " s");
      }
      return new Result(process.exitValue(), output);
    } catch (IOException e) {
      return new Result(-1, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted in " + command, e);
    }
  }

  /** Runs it; the test is skipped, and says why, where this machine cannot do it. */
  static String runOrSkip(List<String> command) {
    Result result = run(command);
    Assumptions.assumeTrue(
        result.status() == 0, () -> String.join(" ", command) + ": " + result.output());
    return result.output();
  }

  /** Skips the test where it does not run as root. */
  static void rootOrSkip() throws IOException {
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    Assumptions.assumeTrue(uid.equals(0), "only root can mount file systems");
  }
}
