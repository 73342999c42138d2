package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.administrator.SealedSeed;
import org.mailtimemachine.restore.administrator.SecondFactor;

/** The second factor of an administrator. */
@Entity
@Table(name = "second_factor")
class SecondFactorRow {

  @Id String name;
  String seed;
  Instant since;
  String recovery;

  @Column(name = "last_step")
  long lastStep;

  int failures;

  @Column(name = "last_failure")
  @Nullable Instant lastFailure;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected SecondFactorRow() {}

  SecondFactorRow(String name, SecondFactor factor) {
    this.name = name;
    this.seed = factor.seed().text();
    this.since = factor.since();
    this.recovery = joined(factor.recovery());
    this.lastStep = factor.lastStep();
    this.failures = factor.failures();
    this.lastFailure = factor.lastFailure().orElse(null);
  }

  private static String joined(Set<String> hashes) {
    return String.join(" ", new TreeSet<>(hashes));
  }

  private Set<String> hashes() {
    return Arrays.stream(recovery.split(" "))
        .filter(hash -> !hash.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Takes a recovery code away; whether it was there. */
  boolean use(String hash) {
    Set<String> hashes = hashes();
    boolean there = hashes.remove(hash);
    recovery = joined(hashes);
    return there;
  }

  void forgetFailures() {
    failures = 0;
    lastFailure = null;
  }

  SecondFactor factor() {
    return new SecondFactor(
        new SealedSeed(seed),
        since,
        hashes(),
        lastStep,
        failures,
        Optional.ofNullable(lastFailure));
  }
}
