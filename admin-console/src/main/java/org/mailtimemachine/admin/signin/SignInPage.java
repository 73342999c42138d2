package org.mailtimemachine.admin.signin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Named;
import org.mailtimemachine.pages.SignInSentence;

/** What the sign-in page shows. */
@Named("signIn")
@RequestScoped
public class SignInPage extends SignInSentence {

  /** The name as it was typed. */
  public String getName() {
    return typed("name");
  }

  /** Where to go after signing in. */
  public String getTo() {
    return ReturnPath.of(typed(ReturnPath.PARAMETER)).path();
  }
}
