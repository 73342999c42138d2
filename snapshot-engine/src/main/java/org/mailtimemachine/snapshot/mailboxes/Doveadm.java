package org.mailtimemachine.snapshot.mailboxes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Dovecot's {@code doveadm}, called as a program without a shell.
 *
 * @param command the program, and options that go before the verb, as {@code -c FILE}
 * @param patience with each call of it
 */
record Doveadm(List<String> command, Duration patience) {

  /** EX_NOUSER: one of the users is unknown; the others were answered. */
  private static final int NO_USER = 67;

  Doveadm {
    command = List.copyOf(command);
  }

  /** The same with no more patience than that. */
  Doveadm within(Duration most) {
    return patience.compareTo(most) <= 0 ? this : new Doveadm(command, most);
  }

  /** What it says to these words; of a user whom it does not know, nothing. */
  String call(List<String> verb) throws IOException {
    List<String> words = new ArrayList<>(command);
    words.addAll(verb);
    Process process = new ProcessBuilder(words).start();
    try {
      process.getOutputStream().close();
      CompletableFuture<String> said = text(process.getInputStream());
      CompletableFuture<String> complaint = text(process.getErrorStream());
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw late();
      }
      int status = process.exitValue();
      if (status != 0 && status != NO_USER) {
        throw new IOException(
            "%s ended with status %d: %s".formatted(this, status, soon(complaint).strip()));
      }
      return soon(said);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + this + " was asked", e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static CompletableFuture<String> text(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        Thread::startVirtualThread);
  }

  /** What a program that has ended wrote; a child that it left behind may hold the pipe open. */
  private String soon(CompletableFuture<String> text) throws IOException, InterruptedException {
    try {
      return text.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw late();
    } catch (ExecutionException e) {
      throw new IOException(this + " cannot be read", e);
    }
  }

  private IOException late() {
    return new IOException(
        "%s did not end within %d seconds".formatted(this, patience.toSeconds()));
  }

  @Override
  public String toString() {
    return String.join(" ", command);
  }
}
