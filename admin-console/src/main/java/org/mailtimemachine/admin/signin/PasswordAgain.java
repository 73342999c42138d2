package org.mailtimemachine.admin.signin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.mailtimemachine.pages.Ticker;
import org.mailtimemachine.restore.administrator.Administrators;

/** Asks for the password of whoever is signed in once more, before something that matters. */
@ApplicationScoped
public class PasswordAgain {

  private final SignIn signIn;

  @SuppressWarnings("NullAway") // for the container's proxy
  PasswordAgain() {
    this(null);
  }

  @Inject
  PasswordAgain(SignIn signIn) {
    this.signIn = signIn;
  }

  /** Tries it; wrong ones are throttled and delayed as at sign-in. */
  public SignInOutcome attempt(String name, String password, String clientAddress) {
    return signIn.attempt(name, password, clientAddress);
  }

  @Produces
  @Singleton
  static SignIn signIn(Administrators administrators) {
    return new SignIn(administrators, Ticker.SYSTEM);
  }

  @Produces
  @Singleton
  static Clock clock() {
    return Clock.systemUTC();
  }
}
