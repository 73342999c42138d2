package org.mailtimemachine.catalogue;

import java.time.LocalDateTime;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * The number that a Snapshot's name stands for in the Catalogue: its digits, and one more that
 * tells a night, a minute and a second of the same instant apart. Numbers sort as the names do,
 * whenever the Snapshots were indexed.
 */
final class SnapshotSequence {

  /** End of a stretch that goes on. */
  static final long OPEN = Long.MAX_VALUE;

  private SnapshotSequence() {}

  static long of(SnapshotName name) {
    LocalDateTime time = name.time();
    long digits = time.getYear();
    digits = digits * 100 + time.getMonthValue();
    digits = digits * 100 + time.getDayOfMonth();
    digits = digits * 100 + time.getHour();
    digits = digits * 100 + time.getMinute();
    digits = digits * 100 + time.getSecond();
    return digits * 10 + precision(name);
  }

  private static int precision(SnapshotName name) {
    return switch (name.text().length()) {
      case 10 -> 0;
      case 15 -> 1;
      default -> 2;
    };
  }
}
