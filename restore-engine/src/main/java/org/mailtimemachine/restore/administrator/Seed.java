package org.mailtimemachine.restore.administrator;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What an administrator and an authenticator share, and what their one-time codes come from: TOTP
 * (RFC 6238) with HMAC-SHA-1, six digits and 30 seconds, which every authenticator knows.
 */
public final class Seed {

  /** How long a code holds. */
  static final long STEP_SECONDS = 30;

  /** As RFC 4226 wants it at most: the length of a SHA-1. */
  private static final int BYTES = 20;

  private static final String ALGORITHM = "HmacSHA1";
  private static final int DIGITS = 6;
  private static final int MODULUS = 1_000_000;

  /** Clocks that differ by one step are forgiven. */
  private static final int TOLERATED_STEPS = 1;

  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int BASE32_BITS = 5;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final byte[] bytes;

  /**
   * @param bytes what codes are made from: 20, unless somebody else has made them up
   */
  public Seed(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** Makes one up. */
  public static Seed random() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return new Seed(bytes);
  }

  /** Whose seed it is, in what an authenticator reads as a QR code. */
  public String uri(String issuer, String name) {
    String label = encoded(issuer) + ":" + encoded(name);
    return "otpauth://totp/%s?secret=%s&issuer=%s".formatted(label, base32(), encoded(issuer));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** To be typed into an authenticator: base32 (RFC 4648) without padding. */
  public String base32() {
    StringBuilder text = new StringBuilder();
    int bits = 0;
    int buffer = 0;
    for (byte each : bytes) {
      buffer = (buffer << Byte.SIZE) | (each & 0xFF);
      bits += Byte.SIZE;
      while (bits >= BASE32_BITS) {
        bits -= BASE32_BITS;
        text.append(BASE32.charAt((buffer >> bits) & 0x1F));
      }
    }
    return text.toString();
  }

  /**
   * Which step a code is of, around a moment. Spaces in it do not matter.
   *
   * @return empty where it is the code of none of them
   */
  public OptionalLong step(String typed, Instant now) {
    String digits = typed.replaceAll("\\s", "");
    if (digits.length() != DIGITS) {
      return OptionalLong.empty();
    }
    long current = now.getEpochSecond() / STEP_SECONDS;
    OptionalLong found = OptionalLong.empty();
    for (long step = current - TOLERATED_STEPS; step <= current + TOLERATED_STEPS; step++) {
      if (digits.equals(code(step))) {
        found = OptionalLong.of(step);
      }
    }
    return found;
  }

  /** The code of now: what an authenticator shows. */
  public String code(Instant now) {
    return code(now.getEpochSecond() / STEP_SECONDS);
  }

  /** RFC 4226, section 5.3. */
  private String code(long step) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(bytes, ALGORITHM));
      byte[] hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(step).array());
      int offset = hash[hash.length - 1] & 0x0F;
      int number = ByteBuffer.wrap(hash, offset, Integer.BYTES).getInt() & Integer.MAX_VALUE;
      return String.format(Locale.ROOT, "%06d", number % MODULUS);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Seed seed && Arrays.equals(bytes, seed.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Nothing that codes could be made from. */
  @Override
  public String toString() {
    return "Seed";
  }
}
