package org.mailtimemachine.mirror.copy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.posix.PercentEncoding;

/**
 * A message that went on without its copy, as the administrator wants it ({@link
 * FailurePolicy#PASS}), or whose copy was damaged before it was in its mirror.
 *
 * @param queueId empty where the mail server did not tell
 * @param sender of the session; empty for bounces
 * @param recipients who got it and whom a mirror covers; none where nobody can tell any more
 * @param cause why there is no copy
 */
public record Gap(
    Instant time, String queueId, String sender, List<String> recipients, String cause) {

  private static final int FIXED = 4;

  public Gap {
    recipients = List.copyOf(recipients);
  }

  /** As one line, without its end. */
  public String text() {
    return Stream.concat(Stream.of(time.toString(), queueId, sender, cause), recipients.stream())
        .map(PercentEncoding::encodeText)
        .collect(Collectors.joining("\t"));
  }

  /**
   * Tells it from any other, wherever it is read: half of the SHA-256 of its line and of the domain
   * that it is looked at for, in hexadecimal digits.
   *
   * @param domain of recipients; empty for all of it
   */
  public String id(String domain) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest((text() + '\n' + domain).getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, digest.length / 2);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Reads what {@link #text} wrote; empty where it is anything else. */
  public static Optional<Gap> parse(String line) {
    try {
      List<String> fields = new ArrayList<>();
      for (String field : line.split("\t", -1)) {
        fields.add(PercentEncoding.decodeText(field));
      }
      return Optional.of(
          new Gap(
              Instant.parse(fields.get(0)),
              fields.get(1),
              fields.get(2),
              fields.subList(FIXED, fields.size()),
              fields.get(3)));
    } catch (IllegalArgumentException | DateTimeException | IndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }
}
