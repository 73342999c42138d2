package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PercentEncoding;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.Lines;

/**
 * What a nightly check came to, as the Store keeps it.
 *
 * @param part of the Messages that was read
 * @param outcome its findings cut to {@value #MOST_FINDINGS}
 * @param findings how many there were in all
 */
public record CheckRecord(
    LocalDate date,
    Instant started,
    Instant finished,
    DataPart part,
    SnapshotCheck.Outcome outcome,
    long findings) {

  static final int MOST_FINDINGS = 1_000;

  /** Older records than so many go. */
  private static final int MOST_RECORDS = 60;

  private static final String FORMAT = "mail-time-machine-check 1";

  /** Writes it, over an earlier one of that date, and removes the oldest. */
  void publish(DirectoryHandle checks) throws IOException {
    StoreFiles.publish(checks, new FileName(date.toString()), toBytes());
    List<FileName> all = records(checks);
    for (FileName old : all.subList(0, Math.max(0, all.size() - MOST_RECORDS))) {
      StoreFiles.removeIfThere(checks, old);
    }
  }

  private static List<FileName> records(DirectoryHandle checks) throws IOException {
    return checks.list().stream()
        .map(DirectoryEntry::name)
        .filter(name -> !name.hidden())
        .sorted()
        .toList();
  }

  /** The newest one that can be read and is not of a later day than this. */
  static Optional<CheckRecord> last(DirectoryHandle checks, LocalDate today) throws IOException {
    for (FileName name : records(checks).reversed()) {
      if (name.bytes().compareTo(today.toString()) <= 0) {
        try {
          return Optional.of(parse(StoreFiles.read(checks, name), checks.describe(name)));
        } catch (IOException e) {
          // One that is damaged, or of a later version, must not hide the others.
        }
      }
    }
    return Optional.empty();
  }

  private byte[] toBytes() {
    Lines lines =
        Lines.begin(FORMAT)
            .add("date", date)
            .add("started", started)
            .add("finished", finished)
            .add("part", part)
            .add("snapshots", outcome.snapshots())
            .add("messages", outcome.messages())
            .add("read", outcome.read())
            .add("bytes", outcome.bytes())
            .add("unhashed", outcome.notHashed())
            .add("late", outcome.hashedLate())
            .add("leftovers", outcome.leftovers())
            .add("findings", findings);
    outcome.findings().stream()
        .limit(MOST_FINDINGS)
        .forEach(
            finding ->
                lines.add(
                    "finding",
                    text(finding.mailbox().map(MailboxAddress::toString)),
                    text(finding.snapshot().map(SnapshotName::text)),
                    text(finding.message()),
                    PercentEncoding.encodeText(finding.what())));
    return lines.end();
  }

  private static String text(Optional<String> text) {
    return text.map(PercentEncoding::encodeText).orElse(Lines.NONE);
  }

  private static Optional<String> optional(String field) {
    return field.equals(Lines.NONE)
        ? Optional.empty()
        : Optional.of(PercentEncoding.decodeText(field));
  }

  static CheckRecord parse(byte[] bytes, String file) throws DamagedFileException {
    List<String[]> lines = Lines.read(bytes, FORMAT, file);
    try {
      List<Finding> findings = new ArrayList<>();
      for (String[] fields : lines.subList(12, lines.size())) {
        findings.add(
            new Finding(
                optional(fields[1]).map(MailboxAddress::of),
                optional(fields[2]).map(SnapshotName::new),
                optional(fields[3]),
                PercentEncoding.decodeText(fields[4])));
      }
      String[] part = lines.get(3)[1].split("/", -1);
      return new CheckRecord(
          LocalDate.parse(lines.get(0)[1]),
          Instant.parse(lines.get(1)[1]),
          Instant.parse(lines.get(2)[1]),
          new DataPart(Integer.parseInt(part[0]), Integer.parseInt(part[1])),
          new SnapshotCheck.Outcome(
              number(lines, 4),
              number(lines, 5),
              number(lines, 6),
              number(lines, 7),
              number(lines, 8),
              number(lines, 9),
              number(lines, 10),
              findings),
          number(lines, 11));
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
      throw new DamagedFileException(file, "a line makes no sense", e);
    }
  }

  private static long number(List<String[]> lines, int line) {
    return Long.parseLong(lines.get(line)[1]);
  }
}
