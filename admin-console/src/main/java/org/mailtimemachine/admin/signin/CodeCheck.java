package org.mailtimemachine.admin.signin;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import org.mailtimemachine.restore.administrator.RecoveryCode;
import org.mailtimemachine.restore.administrator.SecondFactor;
import org.mailtimemachine.restore.administrator.SecondFactors;
import org.mailtimemachine.restore.administrator.Seed;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/**
 * Decides about the second factor of somebody who has just given the right password. A wrong code
 * is a line in the audit log: somebody else may know the password. Safe for use by several threads.
 */
final class CodeCheck {

  /** A recovery code has 19 characters with its hyphens. */
  private static final int LONGEST = 64;

  private final SecondFactors factors;
  private final InstantSource clock;

  CodeCheck(SecondFactors factors, InstantSource clock) {
    this.factors = factors;
    this.clock = clock;
  }

  /**
   * Whether the code is right, or none is wanted. A right one is used up.
   *
   * @param password the right one, which opens the seed
   * @param typed a code of the authenticator, or a recovery code
   * @param client for the log
   */
  boolean accepts(String name, String password, String typed, String client) {
    Optional<SecondFactor> factor = factors.find(name);
    return factor.isEmpty() || accepts(name, factor.get(), password, typed, client);
  }

  /**
   * Whether a session has proved what is wanted today: one from before the second factor was set up
   * may be that of the thief for whom it was.
   */
  boolean hasProved(SignedIn session) {
    return factors
        .find(session.name())
        .filter(factor -> session.since().isBefore(factor.since()))
        .isEmpty();
  }

  /** Whether a code is wanted from whoever has that name. */
  boolean wanted(String name) {
    return factors.find(name).isPresent();
  }

  private boolean accepts(
      String name, SecondFactor factor, String password, String typed, String client) {
    String code = typed.length() > LONGEST ? "" : typed.strip();
    if (code.isEmpty()) {
      return false; // forgotten, and no guess
    }
    Instant now = clock.instant();
    String hash = new RecoveryCode(code).hash();
    if (factor.recovery().contains(hash)) {
      String detail = "from %s, %d left".formatted(client, factor.recovery().size() - 1);
      return factors.useRecovery(name, hash, entry(now, name, "console.recovery-code", detail));
    }
    if (factor.paused(now)) {
      return false;
    }
    OptionalLong step = OptionalLong.empty();
    Optional<Seed> seed = factor.seed().open(password);
    if (seed.isPresent()) {
      step = seed.get().step(code, now);
    }
    if (step.isPresent() && factors.use(name, step.getAsLong(), now)) {
      return true;
    }
    factors.failed(name, now, entry(now, name, "console.wrong-code", "from " + client));
    return false;
  }

  private static AuditEntry entry(Instant now, String name, String action, String detail) {
    return new AuditEntry(now, name, action, name, detail);
  }
}
