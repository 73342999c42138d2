package org.mailtimemachine.restore.administrator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * An answer that only the token opens to which it was given: a password that was told once does not
 * stand in the database. AES-256-GCM.
 *
 * @param text as it is kept: nonce and ciphertext in Base64
 */
public record SealedAnswer(String text) {

  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final String PURPOSE = "first answer";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Seals an answer to whoever has that token. */
  public static SealedAnswer of(String answer, ApiToken token) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    byte[] sealed = run(Cipher.ENCRYPT_MODE, token, nonce, answer.getBytes(UTF_8));
    byte[] both = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
    System.arraycopy(sealed, 0, both, NONCE_BYTES, sealed.length);
    return new SealedAnswer(Base64.getEncoder().encodeToString(both));
  }

  /**
   * The answer.
   *
   * @throws IllegalStateException where it was sealed to another token, or changed
   */
  public String open(ApiToken token) {
    byte[] both = Base64.getDecoder().decode(text);
    return new String(
        run(
            Cipher.DECRYPT_MODE,
            token,
            Arrays.copyOf(both, NONCE_BYTES),
            Arrays.copyOfRange(both, NONCE_BYTES, both.length)),
        UTF_8);
  }

  private static byte[] run(int mode, ApiToken token, byte[] nonce, byte[] data) {
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(
          mode,
          new SecretKeySpec(token.key(PURPOSE), "AES"),
          new GCMParameterSpec(TAG_BITS, nonce));
      return cipher.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("an answer cannot be sealed or opened", e);
    }
  }

  @Override
  public String toString() {
    return "SealedAnswer";
  }
}
