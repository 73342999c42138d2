package org.mailtimemachine.restore.administrator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a program shows in place of a name and a password: 256 random bits. Nobody guesses them, so
 * that a plain SHA-256 of them can be kept, and found by an index.
 *
 * @param text as it stands behind {@code Authorization: Bearer}
 */
public record ApiToken(String text) {

  /** So that whoever finds one in a file or a log knows what it opens. */
  private static final String PREFIX = "mtm_";

  private static final Pattern FORM = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");
  private static final int BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * @throws IllegalArgumentException where it is no token
   */
  public ApiToken {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("no token");
    }
  }

  /** A new one, that nobody has. */
  public static ApiToken fresh() {
    byte[] bits = new byte[BYTES];
    RANDOM.nextBytes(bits);
    return new ApiToken(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bits));
  }

  /** Empty where the text is none. */
  public static Optional<ApiToken> parse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new ApiToken(text)) : Optional.empty();
  }

  /** What is kept of it: SHA-256 in hexadecimal digits. */
  public String hash() {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** A key of 256 bits that only who has the token can make; what is kept does not tell it. */
  byte[] key(String purpose) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(text.getBytes(US_ASCII), "HmacSHA256"));
      return mac.doFinal(purpose.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  /** It belongs in no log. */
  @Override
  public String toString() {
    return "ApiToken";
  }
}
