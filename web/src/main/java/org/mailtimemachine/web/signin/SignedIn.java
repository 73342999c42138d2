package org.mailtimemachine.web.signin;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * What the session remembers: whose it is and since when, and nothing else.
 *
 * @param mailbox the address as text, since it may travel to another server of a cluster
 * @param since when the password was given
 * @param remembered whether the mail server did not answer then
 */
record SignedIn(String mailbox, Instant since, boolean remembered) implements Serializable {

  /**
   * How long a password is good for, however busy the session is: a day's work. A page left open
   * asks by itself now and then, so the container's timeout of idle sessions is not enough.
   */
  static final Duration LONGEST = Duration.ofHours(12);

  /** Scripts of the page look at it. */
  private static final String AWAKE = "mtm-awake";

  /** So long before the end who reads is asked. */
  private static final Duration WARNING = Duration.ofMinutes(5);

  private static final String ATTRIBUTE = SignedIn.class.getName();

  static Optional<MailboxAddress> of(HttpServletRequest request, Clock clock) {
    return kept(request).flatMap(known -> known.owner(clock));
  }

  /** What the session remembers, if anybody has signed in. */
  static Optional<SignedIn> kept(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    @Nullable Object signedIn = session == null ? null : session.getAttribute(ATTRIBUTE);
    return signedIn instanceof SignedIn known ? Optional.of(known) : Optional.empty();
  }

  /** Whose session it is; empty when it is over. */
  Optional<MailboxAddress> owner(Clock clock) {
    return clock.instant().isBefore(since.plus(LONGEST))
        ? Optional.of(MailboxAddress.of(mailbox))
        : Optional.empty();
  }

  /**
   * Tells the page by a cookie that the session lasts: where it is gone, the session is about to
   * end. Its age is the browser's to count, whatever its clock says.
   */
  static void tell(HttpServletRequest request, HttpServletResponse response, Clock clock) {
    HttpSession session = request.getSession(false);
    Optional<SignedIn> signedIn = kept(request);
    if (session == null || signedIn.isEmpty()) {
      return;
    }
    long idle = session.getMaxInactiveInterval();
    long rest = Duration.between(clock.instant(), signedIn.get().since.plus(LONGEST)).toSeconds();
    Cookie awake = new Cookie(AWAKE, "yes");
    awake.setPath("/");
    awake.setMaxAge((int) Math.max(0, Math.min(idle, rest) - WARNING.toSeconds()));
    response.addCookie(awake);
  }

  /** Begins a session with an id that nobody knew before the password was given. */
  static void begin(HttpServletRequest request, Owner owner, Clock clock) {
    end(request);
    SignedIn signedIn =
        new SignedIn(owner.mailbox().toString(), clock.instant(), owner.remembered());
    request.getSession(true).setAttribute(ATTRIBUTE, signedIn);
  }

  static void end(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
  }
}
