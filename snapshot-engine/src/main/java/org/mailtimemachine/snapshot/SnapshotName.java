package org.mailtimemachine.snapshot;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * The name of a Snapshot, and of its file in the Store: {@code 2026-11-22} for the nightly one of
 * that date, {@code 2026-11-22T1530} for one taken by hand in between ({@code 2026-11-22T153007}
 * where the minute is taken already). All in the host's zone. Names sort by time.
 *
 * @param text exactly as it stands in the Store
 */
public record SnapshotName(String text) implements Comparable<SnapshotName> {

  private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HHmm");
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HHmmss");

  public SnapshotName {
    read(text);
  }

  /** The nightly Snapshot of a date. */
  public static SnapshotName nightly(LocalDate date) {
    return new SnapshotName(date.toString());
  }

  /** A Snapshot taken by hand, named by the minute. */
  public static SnapshotName byHand(LocalDateTime time) {
    return new SnapshotName(MINUTE.format(time));
  }

  /** A Snapshot taken by hand in a minute that has one already. */
  public static SnapshotName byHandInSecond(LocalDateTime time) {
    return new SnapshotName(SECOND.format(time));
  }

  /** Reads a name that came from outside; empty where it is none. */
  public static Optional<SnapshotName> parse(String text) {
    try {
      return Optional.of(new SnapshotName(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The instant that the name stands for, on the host's clock: midnight for a nightly one. */
  public LocalDateTime time() {
    return read(text);
  }

  public LocalDate date() {
    return time().toLocalDate();
  }

  /** Whether it is the Snapshot of a night, not one taken by hand. */
  public boolean nightly() {
    return text.length() == 10;
  }

  @Override
  public int compareTo(SnapshotName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }

  private static LocalDateTime read(String text) {
    try {
      return switch (text.length()) {
        case 10 -> LocalDate.parse(text).atStartOfDay();
        case 15 -> LocalDateTime.parse(text, MINUTE);
        case 17 -> LocalDateTime.parse(text, SECOND);
        default -> throw new IllegalArgumentException("no snapshot name: " + text);
      };
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("no snapshot name: " + text, e);
    }
  }
}
