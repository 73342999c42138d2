package org.mailtimemachine.admin.signin;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.mailtimemachine.restore.administrator.RecoveryCode;
import org.mailtimemachine.restore.administrator.SealedSeed;
import org.mailtimemachine.restore.administrator.SecondFactor;
import org.mailtimemachine.restore.administrator.SecondFactors;
import org.mailtimemachine.restore.administrator.Seed;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/** Second factors in memory. */
final class MemorySecondFactors implements SecondFactors {

  private final Map<String, SecondFactor> factors = new ConcurrentHashMap<>();
  private final List<AuditEntry> entries = new ArrayList<>();

  void give(String name, String password, Seed seed, String recoveryCode) {
    factors.put(
        name,
        SecondFactor.fresh(
            SealedSeed.of(seed, password),
            Set.of(new RecoveryCode(recoveryCode).hash()),
            0,
            Instant.EPOCH));
  }

  synchronized List<String> actions() {
    return entries.stream().map(AuditEntry::action).toList();
  }

  @Override
  public Optional<SecondFactor> find(String name) {
    return Optional.ofNullable(factors.get(name));
  }

  @Override
  public synchronized void set(String name, SecondFactor factor, AuditEntry entry) {
    factors.put(name, factor);
    entries.add(entry);
  }

  @Override
  public synchronized void remove(String name, AuditEntry entry) {
    factors.remove(name);
    entries.add(entry);
  }

  @Override
  public synchronized boolean use(String name, long step, Instant now) {
    SecondFactor known = find(name).orElseThrow();
    if (known.lastStep() >= step || known.paused(now)) {
      return false;
    }
    factors.put(
        name,
        new SecondFactor(known.seed(), known.since(), known.recovery(), step, 0, Optional.empty()));
    return true;
  }

  @Override
  public synchronized boolean useRecovery(String name, String hash, AuditEntry entry) {
    SecondFactor known = find(name).orElseThrow();
    Set<String> left = new HashSet<>(known.recovery());
    if (!left.remove(hash)) {
      return false;
    }
    factors.put(
        name,
        new SecondFactor(known.seed(), known.since(), left, known.lastStep(), 0, Optional.empty()));
    entries.add(entry);
    return true;
  }

  @Override
  public synchronized void failed(String name, Instant now, AuditEntry entry) {
    SecondFactor known = find(name).orElseThrow();
    factors.put(
        name,
        new SecondFactor(
            known.seed(),
            known.since(),
            known.recovery(),
            known.lastStep(),
            known.failures() + 1,
            Optional.of(now)));
    entries.add(entry);
  }
}
