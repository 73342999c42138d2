package org.mailtimemachine.mirror.copy;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.PercentEncoding;

/**
 * One message that came into a mirror mailbox.
 *
 * @param key of its {@link Arrival}
 * @param file the base name that it got there
 * @param queueId empty where the mail server did not tell
 * @param recipients of the session whose mirror this is; of the others nothing is told
 */
public record LedgerLine(
    Instant time,
    String key,
    String file,
    String sha256,
    long bytes,
    String queueId,
    String sender,
    List<String> recipients) {

  /** What stands before the first line. */
  static final String NO_SEAL = "0".repeat(64);

  private static final int FIXED = 7;

  public LedgerLine {
    recipients = List.copyOf(recipients);
  }

  /** The same message, at another time: when it expired. */
  public LedgerLine at(Instant when) {
    return new LedgerLine(when, key, file, sha256, bytes, queueId, sender, recipients);
  }

  /** The same message, for others of its recipients. */
  LedgerLine of(List<String> others) {
    return new LedgerLine(time, key, file, sha256, bytes, queueId, sender, others);
  }

  static LedgerLine of(Arrival arrival, MailboxAddress mailbox, String file) {
    return new LedgerLine(
        arrival.time(),
        arrival.key(),
        file,
        arrival.sha256(),
        arrival.bytes(),
        arrival.queueId().orElse(""),
        arrival.sender(),
        arrival.destinations().getOrDefault(mailbox, List.of()));
  }

  /** A line with its seal: the SHA-256 of the seal before it and of the line. */
  record Sealed(LedgerLine line, String seal) {

    static Sealed after(String sealBefore, LedgerLine line) {
      return new Sealed(line, seal(sealBefore, line.text()));
    }

    /** Whether it is what was sealed, behind the line with that seal. */
    boolean follows(String sealBefore) {
      return seal.equals(seal(sealBefore, line.text()));
    }

    String text() {
      return line.text() + '\t' + seal + '\n';
    }

    /** Reads what {@link #text} wrote, without its line feed. */
    static Optional<Sealed> parse(String text) {
      int tab = text.lastIndexOf('\t');
      return tab < 0
          ? Optional.empty()
          : LedgerLine.parse(text.substring(0, tab))
              .map(line -> new Sealed(line, text.substring(tab + 1)));
    }

    private static String seal(String before, String line) {
      return DigestUtils.sha256Hex(before + '\n' + line);
    }
  }

  private String text() {
    return Stream.concat(
            Stream.of(time.toString(), key, file, sha256, Long.toString(bytes), queueId, sender),
            recipients.stream())
        .map(PercentEncoding::encodeText)
        .collect(Collectors.joining("\t"));
  }

  private static Optional<LedgerLine> parse(String text) {
    try {
      List<String> fields = new ArrayList<>();
      for (String field : text.split("\t", -1)) {
        fields.add(PercentEncoding.decodeText(field));
      }
      return Optional.of(
          new LedgerLine(
              Instant.parse(fields.get(0)),
              fields.get(1),
              fields.get(2),
              fields.get(3),
              Long.parseLong(fields.get(4)),
              fields.get(5),
              fields.get(6),
              fields.subList(FIXED, fields.size())));
    } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }
}
