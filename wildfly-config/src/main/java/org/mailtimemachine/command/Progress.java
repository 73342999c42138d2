package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.time.Duration;

/** Lines for whoever waits in front of the terminal, each with the seconds since the start. */
final class Progress {

  private final PrintWriter out;
  private final long start = System.nanoTime();

  Progress(PrintWriter out) {
    this.out = out;
  }

  void say(String what) {
    long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
    out.printf("[%3d s] %s%n", seconds, what);
    out.flush();
  }
}
