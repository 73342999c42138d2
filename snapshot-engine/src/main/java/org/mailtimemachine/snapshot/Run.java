package org.mailtimemachine.snapshot;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.mailtimemachine.mailstore.posix.PercentEncoding;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.Lines;

/**
 * One take under one name: its record in the Store is what makes the Snapshots visible, all at
 * once.
 *
 * @param all whether it was for all Mailboxes of the host, not for some that were named
 * @param mailboxes how many Mailboxes have a Snapshot of this name
 * @param messages in all of them
 * @param newLinks how many Messages were new to their Pools
 * @param newBytes of these Messages
 * @param newMailboxes how many Mailboxes had no Snapshot before this one
 * @param expired of how many of these Mailboxes the Snapshot has expired since
 * @param failed Mailboxes that have none, or directories that may hold some and cannot be read,
 *     each with the reason
 * @param warnings everything that was left out or looks wrong, named; at most {@value
 *     #MOST_WARNINGS}, and of those that say the same of many Mailboxes the first {@value
 *     #MOST_ALIKE}
 */
public record Run(
    SnapshotName name,
    Instant started,
    Instant finished,
    boolean all,
    long mailboxes,
    long messages,
    long newLinks,
    long newBytes,
    long newMailboxes,
    long expired,
    SortedMap<String, String> failed,
    List<String> warnings) {

  static final int MOST_WARNINGS = 1_000;
  static final int MOST_ALIKE = 100;
  private static final String FORMAT = "mail-time-machine-run 1";

  public Run {
    warnings = List.copyOf(warnings);
  }

  /** Whether every Mailbox that was wanted has its Snapshot. */
  public boolean complete() {
    return failed.isEmpty();
  }

  /** Sentences for the administrator: what has no Snapshot, and every warning. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    failed.forEach((what, why) -> problems.add("no snapshot of " + what + ": " + why));
    problems.addAll(warnings);
    return problems;
  }

  /** The same for a person: of those that say the same of many Mailboxes only the first. */
  public List<String> summary() {
    return Sentences.summary(problems());
  }

  /** The same run, of that many Mailboxes and messages. */
  Run counting(long mailboxes, long messages) {
    return new Run(
        name,
        started,
        finished,
        all,
        mailboxes,
        messages,
        newLinks,
        newBytes,
        newMailboxes,
        expired,
        failed,
        warnings);
  }

  /** The same run, with that many of its Snapshots expired. */
  Run withExpired(long number) {
    return new Run(
        name,
        started,
        finished,
        all,
        mailboxes,
        messages,
        newLinks,
        newBytes,
        newMailboxes,
        number,
        failed,
        warnings);
  }

  /** The same run, of fewer Mailboxes, and why. */
  Run without(long number, String what, String why) {
    SortedMap<String, String> now = new TreeMap<>(failed);
    now.put(what, why);
    return new Run(
        name,
        started,
        finished,
        all,
        mailboxes - number,
        messages,
        newLinks,
        newBytes,
        newMailboxes,
        expired,
        now,
        warnings);
  }

  byte[] toBytes() {
    Lines lines =
        Lines.begin(FORMAT)
            .add("name", name)
            .add("started", started)
            .add("finished", finished)
            .add("scope", all ? "all" : "some")
            .add("mailboxes", mailboxes)
            .add("messages", messages)
            .add("links", newLinks)
            .add("bytes", newBytes)
            .add("new", newMailboxes);
    if (expired > 0) {
      lines.add("expired", expired);
    }
    failed.forEach(
        (what, why) ->
            lines.add("failed", PercentEncoding.encodeText(what), PercentEncoding.encodeText(why)));
    warnings.forEach(warning -> lines.add("warning", PercentEncoding.encodeText(warning)));
    return lines.end();
  }

  static Run parse(byte[] bytes, String file) throws DamagedFileException {
    List<String[]> lines = Lines.read(bytes, FORMAT, file);
    try {
      SortedMap<String, String> failed = new TreeMap<>();
      List<String> warnings = new ArrayList<>();
      long newBytes = 0;
      long newMailboxes = 0;
      long expired = 0;
      for (String[] fields : lines.subList(7, lines.size())) {
        switch (fields[0]) {
          case "bytes" -> newBytes = Long.parseLong(fields[1]);
          case "new" -> newMailboxes = Long.parseLong(fields[1]);
          case "expired" -> expired = Long.parseLong(fields[1]);
          case "failed" ->
              failed.put(
                  PercentEncoding.decodeText(fields[1]), PercentEncoding.decodeText(fields[2]));
          case "warning" -> warnings.add(PercentEncoding.decodeText(fields[1]));
          default -> {
            // a line of a later version, which it may do without
          }
        }
      }
      return new Run(
          new SnapshotName(lines.get(0)[1]),
          Instant.parse(lines.get(1)[1]),
          Instant.parse(lines.get(2)[1]),
          lines.get(3)[1].equals("all"),
          Long.parseLong(lines.get(4)[1]),
          Long.parseLong(lines.get(5)[1]),
          Long.parseLong(lines.get(6)[1]),
          newBytes,
          newMailboxes,
          expired,
          failed,
          warnings);
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
      throw new DamagedFileException(file, "a line makes no sense", e);
    }
  }
}
