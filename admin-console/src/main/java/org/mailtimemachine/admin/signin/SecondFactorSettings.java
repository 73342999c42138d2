package org.mailtimemachine.admin.signin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.administrator.RecoveryCode;
import org.mailtimemachine.restore.administrator.SealedSeed;
import org.mailtimemachine.restore.administrator.SecondFactor;
import org.mailtimemachine.restore.administrator.SecondFactors;
import org.mailtimemachine.restore.administrator.Seed;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/**
 * Lets whoever is signed in set up a second factor of his own: a seed is shown, and kept only after
 * the authenticator has given a right code of it. Until then it is in the session.
 */
@RequestScoped
public class SecondFactorSettings {

  private static final Duration LONGEST = Duration.ofMinutes(15);
  private static final String BEGUN = Begun.class.getName();
  private static final String CODES = Codes.class.getName();

  @Inject private HttpServletRequest request;
  @Inject private SignedInAdministrator signedIn;
  @Inject private SecondFactors factors;
  @Inject private Clock clock;

  /**
   * A seed that is shown, and not yet kept; what is kept of it is made while the password is here.
   * Not serializable, so that no server writes it to a disk with the session.
   */
  private record Begun(Seed seed, String sealed, Instant when) {}

  /** Not serializable either: a session that is written to a disk loses what is secret. */
  private record Codes(List<String> codes) {}

  /** What is set up; empty where nothing is. */
  public Optional<SecondFactor> find() {
    return factors.find(name());
  }

  private String name() {
    return signedIn.get().name();
  }

  /** The seed that is being set up; empty where none is. */
  public Optional<Seed> begun() {
    return fresh().map(Begun::seed);
  }

  private Optional<Begun> fresh() {
    Optional<Begun> begun = attribute(BEGUN, Begun.class);
    if (begun.filter(each -> clock.instant().isBefore(each.when().plus(LONGEST))).isPresent()) {
      return begun;
    }
    begun.ifPresent(_ -> request.getSession().removeAttribute(BEGUN));
    return Optional.empty();
  }

  /**
   * Makes a seed up.
   *
   * @param password the right one
   */
  public void begin(String password) {
    Seed seed = Seed.random();
    String sealed = SealedSeed.of(seed, password).text();
    request.getSession().setAttribute(BEGUN, new Begun(seed, sealed, clock.instant()));
  }

  /**
   * Keeps the seed, if the authenticator knows it.
   *
   * @return whether the code is right
   */
  public boolean finish(String typed) {
    Optional<Begun> begun = fresh();
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS); // as the database keeps it
    OptionalLong step =
        begun.isPresent() ? begun.get().seed().step(typed, now) : OptionalLong.empty();
    if (begun.isEmpty() || step.isEmpty()) {
      return false;
    }
    List<RecoveryCode> recovery = RecoveryCode.random();
    factors.set(
        name(),
        SecondFactor.fresh(
            new SealedSeed(begun.get().sealed()),
            recovery.stream().map(RecoveryCode::hash).collect(Collectors.toSet()),
            step.getAsLong(),
            now),
        new AuditEntry(now, name(), "console.second-factor", name(), "set up"));
    SignedIn.renew(request, name(), clock); // the only session that goes on
    request.getSession().removeAttribute(BEGUN);
    request
        .getSession()
        .setAttribute(CODES, new Codes(recovery.stream().map(RecoveryCode::text).toList()));
    return true;
  }

  /** The recovery codes, once; empty the next time. */
  public List<String> takeRecoveryCodes() {
    Optional<Codes> kept = attribute(CODES, Codes.class);
    kept.ifPresent(_ -> request.getSession().removeAttribute(CODES));
    return kept.map(Codes::codes).orElse(List.of());
  }

  /** Removes it, after a code of it was given. */
  public void remove() {
    factors.remove(
        name(),
        new AuditEntry(clock.instant(), name(), "console.second-factor", name(), "removed"));
  }

  private <T> Optional<T> attribute(String name, Class<T> type) {
    HttpSession session = request.getSession(false);
    @Nullable Object value = session == null ? null : session.getAttribute(name);
    return type.isInstance(value) ? Optional.of(type.cast(value)) : Optional.empty();
  }
}
