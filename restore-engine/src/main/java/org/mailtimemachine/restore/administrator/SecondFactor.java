package org.mailtimemachine.restore.administrator;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What is kept of an administrator's second factor.
 *
 * @param since when it was set up
 * @param recovery hashes of the recovery codes that are left
 * @param lastStep the latest step whose code was used: no code is used twice
 * @param failures wrong codes one after the other, each sent with the right password
 * @param lastFailure when the latest of these came
 */
public record SecondFactor(
    SealedSeed seed,
    Instant since,
    Set<String> recovery,
    long lastStep,
    int failures,
    Optional<Instant> lastFailure) {

  /**
   * After so many wrong codes none is looked at for {@link #PAUSE}. Only who has the password can
   * bring that about; and he finds one of a million codes in years at best.
   */
  public static final int MOST_FAILURES = 5;

  /** How long that is. */
  public static final Duration PAUSE = Duration.ofMinutes(15);

  public SecondFactor {
    recovery = Set.copyOf(recovery);
  }

  /** One that was set up just now. */
  public static SecondFactor fresh(SealedSeed seed, Set<String> recovery, long step, Instant now) {
    return new SecondFactor(seed, now, recovery, step, 0, Optional.empty());
  }

  /** Whether codes are not looked at now. */
  public boolean paused(Instant now) {
    return failures >= MOST_FAILURES
        && lastFailure.filter(last -> now.isBefore(last.plus(PAUSE))).isPresent();
  }
}
