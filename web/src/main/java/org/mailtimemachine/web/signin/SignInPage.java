package org.mailtimemachine.web.signin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Named;
import org.mailtimemachine.pages.SignInSentence;

/** What the sign-in page shows. */
@Named("signIn")
@RequestScoped
public class SignInPage extends SignInSentence {

  /** The address as it was typed. */
  public String getAddress() {
    return typed("address");
  }

  /** Where to go after signing in. */
  public String getTo() {
    return ReturnPath.of(typed(ReturnPath.PARAMETER)).path();
  }
}
