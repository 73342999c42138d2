package org.mailtimemachine.web.signin;

import java.time.Duration;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** How an attempt to sign in ended. */
sealed interface SignInOutcome {

  /** The password opens this Mailbox. */
  record Accepted(MailboxAddress mailbox) implements SignInOutcome {}

  /** Wrong password, unknown Mailbox, locked Mailbox: nobody outside can tell which. */
  record Refused() implements SignInOutcome {}

  /** Too many wrong ones from there: nothing was checked. */
  record Wait(Duration remaining) implements SignInOutcome {}

  /** The passwords cannot be checked at the moment. */
  record Unavailable() implements SignInOutcome {}
}
