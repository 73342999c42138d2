package org.mailtimemachine.command;

import java.io.Console;
import java.io.PrintWriter;

/** A bar that stays in its line of a terminal. */
final class ProgressBar {

  private static final int WIDTH = 30;

  private final PrintWriter terminal;
  private final String what;

  /**
   * A bar of something that is counted.
   *
   * @param what is counted, in the plural
   */
  ProgressBar(PrintWriter terminal, String what) {
    this.terminal = terminal;
    this.what = what;
  }

  /** Whether somebody watches. */
  @SuppressWarnings("SystemConsoleNull") // it never is since JDK 22, but its type says it may be
  static boolean isWatched() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  void draw(long done, long total) {
    int filled = total == 0 ? 0 : (int) (WIDTH * done / total);
    terminal.printf(
        "\r[%s%s] %d of %d %s", "#".repeat(filled), ".".repeat(WIDTH - filled), done, total, what);
    terminal.flush();
  }

  void clear() {
    terminal.print("\r\033[K");
    terminal.flush();
  }
}
