package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * strace(1) on a process: it counts system calls, makes the n-th one fail, or kills the process at
 * it. The n-th is that of each thread.
 */
final class Strace implements Closeable {

  /** The calls by which the engine reads and changes what is on disk. */
  static final List<String> CALLS =
      List.of(
          "openat",
          "getdents64",
          "statx",
          "linkat",
          "renameat",
          "unlinkat",
          "mkdirat",
          "write",
          "fsync",
          "syncfs",
          "pread64",
          "utimensat",
          "flock",
          "lseek");

  /** Those of them that change something. */
  static final List<String> CHANGING =
      List.of(
          "openat",
          "linkat",
          "renameat",
          "unlinkat",
          "mkdirat",
          "write",
          "fsync",
          "syncfs",
          "utimensat");

  private static final Pattern BY_THREAD = Pattern.compile("^(\\d+) +(\\w+)\\(", Pattern.MULTILINE);

  private final Process process;
  private final Path log;

  private Strace(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Skips the test where no process can be traced. */
  static void assumeHere() throws IOException, InterruptedException {
    assumeThat(Files.isExecutable(Path.of("/usr/bin/strace")))
        .as("needs strace (apt-get install strace)")
        .isTrue();
    Process trial =
        new ProcessBuilder("/usr/bin/strace", "-qqo", "/dev/null", "-p", pidOfSleeper())
            .redirectErrorStream(true)
            .start();
    trial.waitFor(300, TimeUnit.MILLISECONDS);
    boolean attached = trial.isAlive();
    trial.destroy();
    trial.waitFor();
    assumeThat(attached).as("strace may not attach to processes here").isTrue();
  }

  private static String pidOfSleeper() throws IOException {
    return Long.toString(new ProcessBuilder("sleep", "3").start().pid());
  }

  /** Only counts. */
  static Strace count(long pid, Path log) throws IOException {
    return attach(pid, log, "-e", "trace=" + String.join(",", CALLS));
  }

  /**
   * @param injection as in {@code strace -e inject=}
   */
  static Strace inject(long pid, Path log, String call, String injection) throws IOException {
    return attach(pid, log, "-e", "trace=" + call, "-e", "inject=" + call + ":" + injection);
  }

  /** The same only for calls on this path, or on a handle of it. */
  static Strace injectAt(long pid, Path log, String call, String injection, Path at)
      throws IOException {
    return attach(
        pid,
        log,
        "-e",
        "trace=" + call,
        "-P",
        at.toString(),
        "-e",
        "inject=" + call + ":" + injection);
  }

  private static Strace attach(long pid, Path log, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("/usr/bin/strace", "-f", "-e", "signal=none"));
    command.addAll(List.of("-o", log.toString(), "-p", Long.toString(pid)));
    command.addAll(List.of(options));
    Process process =
        new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    BufferedReader errors = process.errorReader(StandardCharsets.UTF_8);
    String line = errors.readLine();
    assertThat(line).contains("attached");
    return new Strace(process, log);
  }

  /** Lets go of the process. */
  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Whether it made a call fail. Valid after {@link #close()}. */
  boolean injected() throws IOException {
    return Files.readString(log, StandardCharsets.ISO_8859_1).contains("(INJECTED)");
  }

  /** How often the busiest thread made each call. Valid after {@link #close()}. */
  Map<String, Integer> most() throws IOException {
    Map<String, Integer> byThread = new HashMap<>();
    Map<String, Integer> most = new HashMap<>();
    Matcher calls = BY_THREAD.matcher(Files.readString(log, StandardCharsets.ISO_8859_1));
    while (calls.find()) {
      int times = byThread.merge(calls.group(1) + calls.group(2), 1, Integer::sum);
      most.merge(calls.group(2), times, Math::max);
    }
    return most;
  }

  /** The calls, for messages. */
  String log() throws IOException {
    return Files.readString(log, StandardCharsets.ISO_8859_1);
  }
}
