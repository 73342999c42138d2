package org.mailtimemachine.web.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.io.Serializable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * What the session remembers: whose it is, and nothing else.
 *
 * @param mailbox the address as text, since it may travel to another server of a cluster
 */
record SignedIn(String mailbox) implements Serializable {

  private static final String ATTRIBUTE = SignedIn.class.getName();

  static Optional<MailboxAddress> of(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    @Nullable Object signedIn = session == null ? null : session.getAttribute(ATTRIBUTE);
    return signedIn instanceof SignedIn known
        ? Optional.of(MailboxAddress.of(known.mailbox()))
        : Optional.empty();
  }

  /** Begins a session with an id that nobody knew before the password was given. */
  static void begin(HttpServletRequest request, MailboxAddress mailbox) {
    end(request);
    request.getSession(true).setAttribute(ATTRIBUTE, new SignedIn(mailbox.toString()));
  }

  static void end(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
  }
}
