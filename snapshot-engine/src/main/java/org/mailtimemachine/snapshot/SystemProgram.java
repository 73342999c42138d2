package org.mailtimemachine.snapshot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A program of the operating system that is run for what it does, such as {@code btrfs}. */
final class SystemProgram {

  private static final long LONGEST_MINUTES = 10;

  private SystemProgram() {}

  /**
   * Runs it to its end.
   *
   * @return what it wrote, one char for each byte (names on disk are bytes)
   * @throws StoreException where it is missing, fails or does not end; with what it said
   */
  static String run(String... command) throws StoreException {
    String shown = String.join(" ", command);
    Process process;
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("LC_ALL", "C");
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new StoreException("cannot run '%s': %s".formatted(shown, e.getMessage()), e);
    }
    try {
      CompletableFuture<String> output =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return new String(process.getInputStream().readAllBytes(), ISO_8859_1).strip();
                } catch (IOException e) {
                  return String.valueOf(e.getMessage());
                }
              });
      if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
        throw new StoreException(
            "'%s' did not end within %d minutes".formatted(shown, LONGEST_MINUTES));
      }
      String said = output.join();
      if (process.exitValue() != 0) {
        throw new StoreException("'%s' failed: %s".formatted(shown, said));
      }
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted in '%s'".formatted(shown), e);
    } finally {
      process.destroyForcibly();
    }
  }
}
