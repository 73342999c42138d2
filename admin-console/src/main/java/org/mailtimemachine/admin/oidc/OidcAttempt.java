package org.mailtimemachine.admin.oidc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One way to the provider and back, made up for one browser, which keeps it in a cookie meanwhile:
 * an answer that was meant for another browser does not fit it.
 *
 * @param state comes back with the answer
 * @param nonce comes back in the ID token
 * @param verifier proves to the provider that who brings the code is who asked for it (RFC 7636)
 */
public record OidcAttempt(String state, String nonce, String verifier) {

  /** 256 bits, as RFC 7636 recommends for the verifier. */
  private static final int BYTES = 32;

  private static final Pattern TEXT = Pattern.compile("([\\w-]{43})\\.([\\w-]{43})\\.([\\w-]{43})");

  private static final SecureRandom RANDOM = new SecureRandom();

  /** A new one. */
  public static OidcAttempt random() {
    return new OidcAttempt(made(), made(), made());
  }

  private static String made() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return encoded(bytes);
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The one that {@link #text} gave; empty where it is none. */
  public static Optional<OidcAttempt> of(@Nullable String text) {
    var parts = TEXT.matcher(text == null ? "" : text);
    return parts.matches()
        ? Optional.of(new OidcAttempt(parts.group(1), parts.group(2), parts.group(3)))
        : Optional.empty();
  }

  /** For a cookie. */
  public String text() {
    return state + "." + nonce + "." + verifier;
  }

  /** Whether an answer with that state is one to this attempt. */
  public boolean isAnsweredBy(String answered) {
    return same(state, answered);
  }

  /** Takes as long whatever differs. */
  static boolean same(String ours, String theirs) {
    return MessageDigest.isEqual(
        ours.getBytes(StandardCharsets.UTF_8), theirs.getBytes(StandardCharsets.UTF_8));
  }

  /** What the provider is told of the verifier before. */
  String challenge() {
    try {
      return encoded(
          MessageDigest.getInstance("SHA-256")
              .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
