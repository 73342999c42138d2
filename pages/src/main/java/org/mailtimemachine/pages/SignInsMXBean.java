package org.mailtimemachine.pages;

import java.util.Map;

/** How attempts to sign in to an application ended, for the other applications of its server. */
public interface SignInsMXBean {

  /** Attempts since the application began, by way and result with a space between. */
  Map<String, Long> getCounts();
}
