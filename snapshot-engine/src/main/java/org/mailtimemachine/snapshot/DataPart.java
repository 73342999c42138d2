package org.mailtimemachine.snapshot;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * One of {@code of} parts of all Messages, by a hash of the pool name: a Message is always in the
 * same part, and as many nights as there are parts read all of them.
 *
 * @param part 1 to {@code of}
 */
public record DataPart(int part, int of) {

  /** Every Message. */
  public static final DataPart ALL = new DataPart(1, 1);

  private static final Pattern TEXT = Pattern.compile("([0-9]{1,4})/([0-9]{1,4})");

  public DataPart {
    if (of < 1 || part < 1 || part > of) {
      throw new IllegalArgumentException("no part: " + part + "/" + of);
    }
  }

  /** The part whose turn it is on that date. */
  public static DataPart due(int of, LocalDate date) {
    return new DataPart((int) Math.floorMod(date.toEpochDay(), (long) of) + 1, of);
  }

  /**
   * Reads {@code n/t}: the n-th of t parts; {@code 1/t} is a t-th, namely the one that is due.
   *
   * @throws IllegalArgumentException where it is neither
   */
  public static DataPart parse(String text, LocalDate date) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("no part: '" + text + "'; expected for example 1/15");
    }
    DataPart part =
        new DataPart(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    return part.part == 1 ? due(part.of, date) : part;
  }

  boolean includes(String poolName) {
    CRC32 crc = new CRC32();
    crc.update(poolName.getBytes(StandardCharsets.US_ASCII));
    return crc.getValue() % of == part - 1;
  }

  @Override
  public String toString() {
    return part + "/" + of;
  }
}
