package org.mailtimemachine.restore.administrator;

import java.util.Locale;
import java.util.Optional;

/** Which passwords administrators may have. */
public final class PasswordPolicy {

  /** Length is what makes a password hard to guess (NIST SP 800-63B); signs and digits may be. */
  public static final int SHORTEST = 12;

  /** Longer ones only cost time. */
  public static final int LONGEST = 1_024;

  private static final int FEW = 5;

  private PasswordPolicy() {}

  /** Why a password cannot be had by whoever has that name; empty where it can. */
  public static Optional<String> objection(String name, String password) {
    if (password.codePointCount(0, password.length()) < SHORTEST) {
      return Optional.of("a password has at least " + SHORTEST + " characters");
    }
    if (password.length() > LONGEST) {
      return Optional.of("a password has at most " + LONGEST + " characters");
    }
    if (password.chars().anyMatch(c -> c < ' ')) {
      return Optional.of("a password has no control characters");
    }
    if (password.toLowerCase(Locale.ROOT).contains(name)) {
      return Optional.of("a password must not contain the name");
    }
    if (password.chars().distinct().count() < FEW) {
      return Optional.of("a password has at least " + FEW + " different characters");
    }
    return Optional.empty();
  }
}
