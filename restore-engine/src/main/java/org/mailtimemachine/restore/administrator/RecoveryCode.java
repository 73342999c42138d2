package org.mailtimemachine.restore.administrator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What lets an administrator in once who has lost the authenticator. It is made up by us and has 80
 * bits: its SHA-256, which is all that is kept, cannot be guessed from.
 *
 * @param text as it is shown once: {@code abcd-efgh-ijkl-mnop}
 */
public record RecoveryCode(String text) {

  /** How many are given out at a time. */
  public static final int COUNT = 10;

  /** Without those that look alike. */
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

  private static final int LETTERS = 16;
  private static final int GROUP = 4;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Makes some up. */
  public static List<RecoveryCode> random() {
    return Stream.generate(RecoveryCode::one).limit(COUNT).toList();
  }

  private static RecoveryCode one() {
    StringBuilder text = new StringBuilder();
    for (int letter = 0; letter < LETTERS; letter++) {
      if (letter > 0 && letter % GROUP == 0) {
        text.append('-');
      }
      text.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
    }
    return new RecoveryCode(text.toString());
  }

  /** What is kept of it, in whatever way it was typed. */
  public String hash() {
    String letters = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(letters.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
