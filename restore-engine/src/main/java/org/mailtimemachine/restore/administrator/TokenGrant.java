package org.mailtimemachine.restore.administrator;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * What a token lets a program do: what its administrator may, within its scope and its time.
 *
 * @param administrator whose; it is worth nothing while that account is disabled
 * @param label what it is for, in the words of whoever made it; one of each for an administrator
 * @param expires when it is worth nothing any more
 */
public record TokenGrant(
    String administrator, String label, Scope scope, Instant made, Instant expires) {

  /** Whoever forgets one has it for a year at most. */
  public static final Duration LONGEST = Duration.ofDays(366);

  private static final String LABEL = "[a-z0-9][a-z0-9._-]{0,63}";

  /** What a token is good for. */
  public enum Scope {
    READ,
    /** Reads, too. */
    WRITE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @throws IllegalArgumentException where a part is not what it must be; it is named
   */
  public TokenGrant {
    if (!label.matches(LABEL)) {
      throw new IllegalArgumentException(
          "a label has up to 64 lower-case letters, digits, dots, hyphens: " + label);
    }
    if (!expires.isAfter(made) || expires.isAfter(made.plus(LONGEST))) {
      throw new IllegalArgumentException(
          "a token holds for 1 to %d days: until %s".formatted(LONGEST.toDays(), expires));
    }
  }

  public boolean mayWrite() {
    return scope == Scope.WRITE;
  }

  /** Who does something with it, for the audit log. */
  public String signature() {
    return administrator + " by token " + label;
  }
}
