package org.mailtimemachine.admin.signin;

import java.time.Duration;
import org.mailtimemachine.restore.administrator.Administrator;

/** How an attempt to sign in, or to confirm something by password, ended. */
public sealed interface SignInOutcome {

  /** It is this administrator. */
  record Accepted(Administrator administrator) implements SignInOutcome {}

  /** Wrong password, unknown name, disabled: nobody outside can tell which. */
  record Refused() implements SignInOutcome {}

  /** Too many wrong ones from there: nothing was checked. */
  record Wait(Duration remaining) implements SignInOutcome {}

  /** The passwords cannot be checked at the moment. */
  record Unavailable() implements SignInOutcome {}
}
