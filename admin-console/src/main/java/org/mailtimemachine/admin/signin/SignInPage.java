package org.mailtimemachine.admin.signin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;

/** What the sign-in page shows. */
@Named("signIn")
@RequestScoped
public class SignInPage {

  /** The request attribute with which {@link SignInServlet} says what became of an attempt. */
  static final String OUTCOME = SignInOutcome.class.getName();

  @Inject private HttpServletRequest request;

  /** The key of the sentence to show, or an empty string. */
  public String getSentence() {
    return switch (request.getAttribute(OUTCOME)) {
      case SignInOutcome.Refused refused -> "signin.refused";
      case SignInOutcome.Wait wait -> "signin.wait";
      case SignInOutcome.Unavailable unavailable -> "signin.unavailable";
      case null, default -> has("ended") ? "signin.ended" : has("out") ? "signin.out" : "";
    };
  }

  /** Whether the sentence tells of something that went wrong. */
  public boolean isRefused() {
    return request.getAttribute(OUTCOME) != null;
  }

  /** Seconds to wait before the next attempt; 0 if none. */
  public long getSeconds() {
    return request.getAttribute(OUTCOME) instanceof SignInOutcome.Wait wait
        ? wait.remaining().toSeconds() + 1
        : 0;
  }

  /** The name as it was typed, so that only the password has to be typed again. */
  public String getName() {
    return Objects.requireNonNullElse(request.getParameter("name"), "");
  }

  /** Where to go after signing in. */
  public String getTo() {
    return ReturnPath.of(request.getParameter(ReturnPath.PARAMETER)).path();
  }

  private boolean has(String parameter) {
    return request.getParameter(parameter) != null;
  }
}
