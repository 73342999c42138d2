package org.mailtimemachine.mailstore.maildir;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PosixException;

/**
 * What a live Mailbox holds and may hold.
 *
 * @param bytes that it holds
 * @param messages that it holds
 * @param mostBytes that it may hold; 0 where nothing limits them
 * @param mostMessages that it may hold; 0 where nothing limits them
 */
public record Quota(long bytes, long messages, long mostBytes, long mostMessages) {

  private static final FileName FILE = new FileName("maildirsize");

  /** Dovecot and Courier count anew where it is longer than 5,120 bytes. */
  private static final long MOST_LINES = 100_000;

  private static final String NUMBER = "-?[0-9]{1,18}";

  /**
   * Reads the file {@code maildirsize} of Maildir++: the limits in the first line ({@code
   * 1000000S,500C}), and below it what came and went, as bytes and messages (Courier, {@code
   * maildirquota(7)}).
   *
   * @return empty where there is none, or none that makes sense: whoever counts by other means
   *     keeps no such file
   */
  public static Optional<Quota> read(DirectoryHandle root) {
    List<String> warnings = new ArrayList<>();
    List<String> lines = MetadataFile.lines(root, FILE.text(), warnings::add);
    if (lines.isEmpty() || !warnings.isEmpty()) {
      return Optional.empty();
    }
    try {
      long bytes = 0;
      long messages = 0;
      for (String line : lines.stream().skip(1).limit(MOST_LINES).toList()) {
        String[] fields = line.strip().split(" +", -1);
        if (fields.length != 2) {
          return Optional.empty();
        }
        bytes = Math.addExact(bytes, number(fields[0]));
        messages = Math.addExact(messages, number(fields[1]));
      }
      return limits(lines.getFirst(), Math.max(0, bytes), Math.max(0, messages));
    } catch (IllegalArgumentException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static Optional<Quota> limits(String line, long bytes, long messages) {
    long mostBytes = 0;
    long mostMessages = 0;
    for (String limit : line.strip().split(",", -1)) {
      if (limit.isEmpty()) {
        continue;
      }
      long number = number(limit.substring(0, limit.length() - 1));
      switch (limit.charAt(limit.length() - 1)) {
        case 'S' -> mostBytes = number;
        case 'C' -> mostMessages = number;
        default -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(new Quota(bytes, messages, mostBytes, mostMessages));
  }

  private static long number(String text) {
    if (!text.matches(NUMBER)) {
      throw new IllegalArgumentException("no number: " + text);
    }
    return Long.parseLong(text);
  }

  /**
   * Removes the file: Dovecot counts anew where it is missing, and only what it counts itself is
   * right.
   */
  public static void forget(DirectoryHandle root) throws IOException {
    try {
      root.unlink(FILE);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  /** What it would hold with more. */
  public Quota plus(long moreBytes, long moreMessages) {
    return new Quota(bytes + moreBytes, messages + moreMessages, mostBytes, mostMessages);
  }

  /** Whether it holds more than it may. */
  public boolean exceeded() {
    return (mostBytes > 0 && bytes > mostBytes) || (mostMessages > 0 && messages > mostMessages);
  }
}
