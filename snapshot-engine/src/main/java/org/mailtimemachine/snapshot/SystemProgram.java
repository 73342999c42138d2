package org.mailtimemachine.snapshot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A program of the operating system that is run for what it does, such as {@code btrfs}. */
final class SystemProgram {

  private static final long LONGEST_MINUTES = 10;

  private SystemProgram() {}

  /**
   * Runs it to its end.
   *
   * @return what it wrote to its standard output, one char for each byte (names on disk are bytes)
   * @throws StoreException where it is missing, fails or does not end; with what it said
   */
  static String run(String... command) throws StoreException {
    String shown = String.join(" ", command);
    Process process;
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("LC_ALL", "C");
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new StoreException("cannot run '%s': %s".formatted(shown, e.getMessage()), e);
    }
    try {
      CompletableFuture<byte[]> output = all(process.getInputStream());
      CompletableFuture<byte[]> complaints = all(process.getErrorStream()); // or it may stand still
      if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
        throw new StoreException(
            "'%s' did not end within %d minutes".formatted(shown, LONGEST_MINUTES));
      }
      String complained = text(complaints.get());
      String said = text(output.get());
      if (process.exitValue() != 0) {
        throw new StoreException(
            "'%s' failed: %s".formatted(shown, complained.isEmpty() ? said : complained));
      }
      return said;
    } catch (ExecutionException e) {
      throw new StoreException("what '%s' says cannot be read".formatted(shown), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("interrupted in '%s'".formatted(shown), e);
    } finally {
      process.destroyForcibly();
    }
  }

  /**
   * The same for what must be tidied up also when the thread was told to stop, and is told so again
   * afterwards.
   */
  static String runToTheEnd(String... command) throws StoreException {
    boolean interrupted = Thread.interrupted();
    try {
      return run(command);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static CompletableFuture<byte[]> all(InputStream stream) {
    CompletableFuture<byte[]> all = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                all.complete(stream.readAllBytes());
              } catch (IOException e) {
                all.completeExceptionally(e);
              }
            });
    return all;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1).strip();
  }
}
