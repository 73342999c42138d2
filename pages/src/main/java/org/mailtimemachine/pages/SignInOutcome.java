package org.mailtimemachine.pages;

import java.time.Duration;

/**
 * How an attempt to sign in, or to confirm something by password, ended.
 *
 * @param <T> who can sign in
 */
public sealed interface SignInOutcome<T> {

  /** It is this one. */
  record Accepted<T>(T who) implements SignInOutcome<T> {}

  /** Wrong password, unknown name, locked: nobody outside can tell which. */
  record Refused<T>() implements SignInOutcome<T> {}

  /** Too many wrong ones from there: nothing was checked. */
  record Wait<T>(Duration remaining) implements SignInOutcome<T> {}

  /** The passwords cannot be checked at the moment. */
  record Unavailable<T>() implements SignInOutcome<T> {}
}
