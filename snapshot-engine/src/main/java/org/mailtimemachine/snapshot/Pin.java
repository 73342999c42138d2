package org.mailtimemachine.snapshot;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PercentEncoding;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.Lines;

/**
 * What keeps one Snapshot of one Mailbox from expiring. A Snapshot may have several; each is
 * removed by its own id.
 *
 * @param id unique among the pins of the Snapshot: letters, digits, dots, dashes and underscores,
 *     at most 64, the first one a letter or digit
 * @param who put it there, for a person
 * @param reason for a person
 * @param until the last day on which it counts, in the zone of the host; without it, it counts
 *     until it is removed
 */
public record Pin(
    SnapshotName snapshot,
    String id,
    String who,
    String reason,
    Instant since,
    Optional<LocalDate> until) {

  private static final String FORMAT = "mail-time-machine-pin 1";
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final char DIVIDER = '~';

  public Pin {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("no id of a pin: " + id);
    }
  }

  /** Whether it still keeps its Snapshot on that day. */
  public boolean counts(LocalDate today) {
    return until.isEmpty() || !today.isAfter(until.get());
  }

  FileName file() {
    return file(snapshot, id);
  }

  static FileName file(SnapshotName snapshot, String id) {
    return new FileName(snapshot.text() + DIVIDER + id);
  }

  byte[] toBytes() {
    return Lines.begin(FORMAT)
        .add("who", PercentEncoding.encodeText(who))
        .add("reason", PercentEncoding.encodeText(reason))
        .add("since", since)
        .add("until", until.map(LocalDate::toString).orElse(Lines.NONE))
        .end();
  }

  /** The Snapshot and the id that a file name of a pin says; empty where it is none. */
  static Optional<Pin> unread(FileName file) {
    int divider = file.bytes().indexOf(DIVIDER);
    if (divider < 0 || !ID.matcher(file.bytes().substring(divider + 1)).matches()) {
      return Optional.empty();
    }
    return SnapshotName.parse(file.bytes().substring(0, divider))
        .map(
            name ->
                new Pin(
                    name,
                    file.bytes().substring(divider + 1),
                    "?",
                    "its file cannot be read",
                    Instant.EPOCH,
                    Optional.empty()));
  }

  /** What the file of this pin says. */
  Pin read(byte[] bytes, String file) throws DamagedFileException {
    List<String[]> lines = Lines.read(bytes, FORMAT, file);
    try {
      String last = lines.get(3)[1];
      return new Pin(
          snapshot,
          id,
          PercentEncoding.decodeText(lines.get(0)[1]),
          PercentEncoding.decodeText(lines.get(1)[1]),
          Instant.parse(lines.get(2)[1]),
          last.equals(Lines.NONE) ? Optional.empty() : Optional.of(LocalDate.parse(last)));
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
      throw new DamagedFileException(file, "a line makes no sense", e);
    }
  }
}
