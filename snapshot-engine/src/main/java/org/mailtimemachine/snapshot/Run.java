package org.mailtimemachine.snapshot;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.PercentEncoding;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.Lines;

/**
 * One take under one name: its record in the Store is what makes the Snapshots visible, all at
 * once.
 *
 * @param mailboxes how many Mailboxes have a Snapshot of this name
 * @param messages in all of them
 * @param newLinks how many Messages were new to their Pools
 * @param failed Mailboxes that have none, each with the reason
 * @param warnings everything that was left out or looks wrong, named; at most {@value
 *     #MOST_WARNINGS}
 */
public record Run(
    SnapshotName name,
    Instant started,
    Instant finished,
    long mailboxes,
    long messages,
    long newLinks,
    SortedMap<MailboxAddress, String> failed,
    List<String> warnings) {

  static final int MOST_WARNINGS = 1_000;
  private static final String FORMAT = "mail-time-machine-run 1";

  public Run {
    warnings = List.copyOf(warnings);
  }

  /** Whether every Mailbox that was found has its Snapshot. */
  public boolean complete() {
    return failed.isEmpty();
  }

  public Duration duration() {
    return Duration.between(started, finished);
  }

  byte[] toBytes() {
    Lines lines =
        Lines.begin(FORMAT)
            .add("name", name)
            .add("started", started)
            .add("finished", finished)
            .add("mailboxes", mailboxes)
            .add("messages", messages)
            .add("links", newLinks);
    failed.forEach(
        (mailbox, why) ->
            lines.add(
                "failed",
                PercentEncoding.encodeText(mailbox.toString()),
                PercentEncoding.encodeText(why)));
    warnings.forEach(warning -> lines.add("warning", PercentEncoding.encodeText(warning)));
    return lines.end();
  }

  static Run parse(byte[] bytes, String file) throws DamagedFileException {
    List<String[]> lines = Lines.read(bytes, FORMAT, file);
    try {
      SortedMap<MailboxAddress, String> failed = new TreeMap<>();
      List<String> warnings = new ArrayList<>();
      for (String[] fields : lines.subList(6, lines.size())) {
        if (fields[0].equals("failed")) {
          failed.put(
              MailboxAddress.of(PercentEncoding.decodeText(fields[1])),
              PercentEncoding.decodeText(fields[2]));
        } else {
          warnings.add(PercentEncoding.decodeText(fields[1]));
        }
      }
      return new Run(
          new SnapshotName(lines.get(0)[1]),
          Instant.parse(lines.get(1)[1]),
          Instant.parse(lines.get(2)[1]),
          Long.parseLong(lines.get(3)[1]),
          Long.parseLong(lines.get(4)[1]),
          Long.parseLong(lines.get(5)[1]),
          failed,
          warnings);
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
      throw new DamagedFileException(file, "a line makes no sense", e);
    }
  }
}
