package org.mailtimemachine.restore.administrator;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A {@link Seed} as it is kept: encrypted (AES-GCM) under a key that only the password gives
 * (PBKDF2, with a salt of its own). Whoever reads the database, or a copy of it, has no codes.
 *
 * @param text {@code iterations:salt:nonce:ciphertext}
 */
public record SealedSeed(String text) {

  private static final int ITERATIONS = 210_000;
  private static final int SALT_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int KEY_BITS = 256;
  private static final int TAG_BITS = 128;
  private static final int PARTS = 4;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Seals a seed. It takes a tenth of a second, on purpose. */
  public static SealedSeed of(Seed seed, String password) {
    byte[] salt = random(SALT_BYTES);
    byte[] nonce = random(NONCE_BYTES);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, password, salt, nonce, ITERATIONS).doFinal(seed.bytes());
      Base64.Encoder encoder = Base64.getEncoder();
      return new SealedSeed(
          "%d:%s:%s:%s"
              .formatted(
                  ITERATIONS,
                  encoder.encodeToString(salt),
                  encoder.encodeToString(nonce),
                  encoder.encodeToString(sealed)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a seed cannot be sealed", e);
    }
  }

  /** The seed; empty where the password is another one. It takes a tenth of a second, too. */
  public Optional<Seed> open(String password) {
    String[] parts = text.split(":", -1);
    if (parts.length != PARTS) {
      throw new IllegalStateException("a sealed seed cannot be read");
    }
    Base64.Decoder decoder = Base64.getDecoder();
    try {
      Cipher cipher =
          cipher(
              Cipher.DECRYPT_MODE,
              password,
              decoder.decode(parts[1]),
              decoder.decode(parts[2]),
              Integer.parseInt(parts[0]));
      return Optional.of(new Seed(cipher.doFinal(decoder.decode(parts[3]))));
    } catch (GeneralSecurityException e) {
      return Optional.empty(); // the tag is wrong: another password, or a changed text
    }
  }

  private static Cipher cipher(int mode, String password, byte[] salt, byte[] nonce, int iterations)
      throws GeneralSecurityException {
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, KEY_BITS);
    try {
      byte[] key =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
      return cipher;
    } finally {
      spec.clearPassword();
    }
  }

  private static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    RANDOM.nextBytes(random);
    return random;
  }

  @Override
  public String toString() {
    return "SealedSeed";
  }
}
