package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A server process that an earlier command started and that its pid file still names. A number in a
 * file proves nothing, because process ids are used again: the process must also carry, as one of
 * its arguments, the directory that only our server is started with.
 */
record OwnProcess(ProcessHandle handle) {

  /**
   * The process that a pid file names, if it is alive and ours.
   *
   * @param pidFile its first line is a process id
   * @param argument what one argument of the process is, or ends in
   */
  static Optional<OwnProcess> find(Path pidFile, String argument) throws IOException {
    String first;
    try (var lines = Files.lines(pidFile, StandardCharsets.ISO_8859_1)) {
      first = lines.findFirst().orElse("").strip();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (!first.matches("[1-9][0-9]{0,9}")) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(first))
        .filter(ProcessHandle::isAlive)
        .filter(process -> hasArgument(process, argument))
        .map(OwnProcess::new);
  }

  private static boolean hasArgument(ProcessHandle process, String argument) {
    // ProcessHandle.info() cuts long command lines, and WildFly's is long.
    Path commandLine = Path.of("/proc", Long.toString(process.pid()), "cmdline");
    try {
      return Files.readString(commandLine, StandardCharsets.UTF_8).contains(argument + "\0");
    } catch (IOException e) {
      return false; // it ended meanwhile, or it is another user's: in both cases not ours
    }
  }

  /**
   * Asks it to end, waits, and ends it by force where it does not in time.
   *
   * @param signal without SIG; Java itself can only send TERM and KILL
   */
  void stop(String signal, Duration patience) throws IOException, InterruptedException {
    CompletableFuture<ProcessHandle> end = handle.onExit();
    if (!HostProgram.succeeds("sh", "-c", "kill -" + signal + " " + handle.pid())
        && handle.isAlive()) {
      throw new IOException("process " + handle.pid() + " is ours, but may not be stopped by us");
    }
    try {
      end.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      handle.destroyForcibly();
      end.join();
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for process " + handle.pid(), e);
    }
  }
}
