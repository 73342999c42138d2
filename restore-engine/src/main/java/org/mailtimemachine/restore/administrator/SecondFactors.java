package org.mailtimemachine.restore.administrator;

import java.time.Instant;
import java.util.Optional;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/**
 * Keeps the second factors of administrators. Each change is one transaction with its line in the
 * audit log. Safe for use by several threads and several servers: a code is used up once.
 */
public interface SecondFactors {

  /** Empty where somebody signs in with the password alone. */
  Optional<SecondFactor> find(String name);

  /** Sets one up in place of the one before. */
  void set(String name, SecondFactor factor, AuditEntry entry);

  /** From now on the password is enough. */
  void remove(String name, AuditEntry entry);

  /**
   * Uses up the code of a step, and those before it.
   *
   * @return whether it was not used up before, and codes are looked at now: of guesses that are
   *     under way together none counts after the one that began the pause
   */
  boolean use(String name, long step, Instant now);

  /**
   * Uses up a recovery code, which ends a pause.
   *
   * @return whether there was one with that hash
   */
  boolean useRecovery(String name, String hash, AuditEntry entry);

  /** Notes a wrong code that came with the right password. */
  void failed(String name, Instant now, AuditEntry entry);
}
