package org.mailtimemachine.admin.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the session remembers: whose it is and since when, and nothing else.
 *
 * @param since when the password was given, or the second factor set up
 */
record SignedIn(String name, Instant since) implements Serializable {

  /** How long a password is good for, however busy the session is: a day's work. */
  static final Duration LONGEST = Duration.ofHours(12);

  private static final String ATTRIBUTE = SignedIn.class.getName();

  /** Empty where nobody is signed in, or the session is over. */
  static Optional<SignedIn> of(HttpServletRequest request, Clock clock) {
    HttpSession session = request.getSession(false);
    @Nullable Object signedIn = session == null ? null : session.getAttribute(ATTRIBUTE);
    return signedIn instanceof SignedIn known
            && clock.instant().isBefore(known.since().plus(LONGEST))
        ? Optional.of(known)
        : Optional.empty();
  }

  /** Begins a session with an id that nobody knew before the password was given. */
  static void begin(HttpServletRequest request, String name, Clock clock) {
    end(request);
    request.getSession(true).setAttribute(ATTRIBUTE, new SignedIn(name, clock.instant()));
  }

  /** Lets the session go on as if it had begun now, with an id that nobody knows. */
  static void renew(HttpServletRequest request, String name, Clock clock) {
    request.changeSessionId();
    request.getSession().setAttribute(ATTRIBUTE, new SignedIn(name, clock.instant()));
  }

  static void end(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
  }
}
