package org.mailtimemachine.restore.administrator;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * What is kept of a password: PBKDF2 with HMAC-SHA-512 (RFC 8018), with a salt of its own and as
 * many iterations as OWASP asks for. The text is that of Jakarta Security's {@code
 * Pbkdf2PasswordHash}: {@code algorithm:iterations:salt:hash}.
 *
 * @param text as it is kept
 */
public record PasswordHash(String text) {

  private static final String ALGORITHM = "PBKDF2WithHmacSHA512";
  private static final int ITERATIONS = 210_000;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final int PARTS = 4;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Of nobody: checking it costs as much as checking one of somebody. */
  public static final PasswordHash NOBODY = of(Long.toHexString(RANDOM.nextLong()));

  /** Hashes a password anew. */
  public static PasswordHash of(String password) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    return new PasswordHash(
        "%s:%d:%s:%s"
            .formatted(
                ALGORITHM,
                ITERATIONS,
                Base64.getEncoder().encodeToString(salt),
                Base64.getEncoder()
                    .encodeToString(derive(ALGORITHM, password, salt, ITERATIONS, HASH_BYTES))));
  }

  /** Whether it is of that password. It takes a tenth of a second, on purpose. */
  public boolean matches(String password) {
    String[] parts = text.split(":", -1);
    if (parts.length != PARTS) {
      throw new IllegalStateException("a password hash cannot be read");
    }
    byte[] salt = Base64.getDecoder().decode(parts[2]);
    byte[] expected = Base64.getDecoder().decode(parts[3]);
    byte[] given = derive(parts[0], password, salt, Integer.parseInt(parts[1]), expected.length);
    return MessageDigest.isEqual(expected, given);
  }

  private static byte[] derive(
      String algorithm, String password, byte[] salt, int iterations, int bytes) {
    PBEKeySpec key = new PBEKeySpec(password.toCharArray(), salt, iterations, bytes * Byte.SIZE);
    try {
      return SecretKeyFactory.getInstance(algorithm).generateSecret(key).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a password hash cannot be computed by " + algorithm, e);
    } finally {
      key.clearPassword();
    }
  }

  /** Nothing to try passwords against. */
  @Override
  public String toString() {
    return "PasswordHash";
  }
}
