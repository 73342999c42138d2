package org.mailtimemachine.snapshot.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A line of the log with its place and its seal: the SHA-256 of the line and of the seal before it.
 * Whoever changes, removes or inserts a line breaks all seals after it.
 *
 * @param number from 1, without gaps
 * @param seal in hexadecimal
 */
public record SealedEntry(long number, AuditEntry entry, String seal) {

  /** What stands before the first line. */
  public static final String NO_SEAL = "";

  /** Seals a line that follows another one. */
  public static SealedEntry after(long number, String sealBefore, AuditEntry entry) {
    return new SealedEntry(number, entry, seal(number, sealBefore, entry));
  }

  /** Whether the line is what was sealed, and follows the one with that seal. */
  public boolean follows(String sealBefore) {
    return seal.equals(seal(number, sealBefore, entry));
  }

  private static String seal(long number, String sealBefore, AuditEntry entry) {
    // Each part with its length: no two lines have the same text.
    String text =
        Stream.of(
                sealBefore,
                Long.toString(number),
                entry.when().toString(),
                entry.who(),
                entry.action(),
                entry.subject(),
                entry.detail())
            .map(part -> part.length() + ":" + part)
            .collect(Collectors.joining());
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
