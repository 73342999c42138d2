package org.mailtimemachine.web.search;

import java.time.Duration;

/** So many searches wait for their turn that one more is turned away; nothing was begun. */
public final class TooManySearches extends Exception {

  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  TooManySearches(int waiting, Duration retryAfter) {
    super(waiting + " searches through bodies wait already");
    this.retryAfter = retryAfter;
  }

  /** When it is worth trying again. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
