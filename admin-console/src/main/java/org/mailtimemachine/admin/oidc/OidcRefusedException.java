package org.mailtimemachine.admin.oidc;

/** The provider did not let somebody in, or what it said of somebody cannot be believed. */
public final class OidcRefusedException extends Exception {

  private static final long serialVersionUID = 1;

  OidcRefusedException(String message) {
    super(message);
  }

  OidcRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
