package org.mailtimemachine.admin.signin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.mailtimemachine.pages.SignInOutcome;
import org.mailtimemachine.pages.Ticker;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Administrators;
import org.mailtimemachine.restore.administrator.SecondFactors;

/**
 * Asks for the password of whoever is signed in once more, and for a code of the second factor,
 * before something that matters: who finds a session open, or has stolen one, has neither.
 */
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
  public SignInOutcome<Administrator> attempt(
      String name, String password, String code, String clientAddress) {
    return signIn.attemptAgain(name, password, code, clientAddress);
  }

  /** Whether a code of the second factor is wanted beside the password of that administrator. */
  public boolean wantsCode(String name) {
    return signIn.wantsCode(name);
  }

  @Produces
  @Singleton
  static SignIn signIn(Administrators administrators, CodeCheck codes) {
    return new SignIn(administrators, codes, Ticker.SYSTEM);
  }

  @Produces
  @Singleton
  static CodeCheck codes(SecondFactors factors, Clock clock) {
    return new CodeCheck(factors, clock);
  }

  @Produces
  @Singleton
  static Clock clock() {
    return Clock.systemUTC();
  }
}
