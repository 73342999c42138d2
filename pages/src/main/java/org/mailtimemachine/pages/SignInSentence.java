package org.mailtimemachine.pages;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;

/** What a sign-in page says about the attempt before it. */
public abstract class SignInSentence {

  /** The request attribute with which a servlet says what became of an attempt. */
  public static final String OUTCOME = SignInOutcome.class.getName();

  @Inject private HttpServletRequest request;

  @SuppressWarnings("NullAway.Init") // injected
  protected SignInSentence() {}

  /** The key of the sentence to show, or an empty string. */
  public String getSentence() {
    return switch (request.getAttribute(OUTCOME)) {
      case SignInOutcome.Refused<?> _ -> "signin.refused";
      case SignInOutcome.Wait<?> _ -> "signin.wait";
      case SignInOutcome.Unavailable<?> _ -> "signin.unavailable";
      case null, default -> has("ended") ? "signin.ended" : has("out") ? "signin.out" : "";
    };
  }

  /** Whether the sentence tells of something that went wrong. */
  public boolean isRefused() {
    return request.getAttribute(OUTCOME) != null;
  }

  /** Seconds to wait before the next attempt; 0 if none. */
  public long getSeconds() {
    return request.getAttribute(OUTCOME) instanceof SignInOutcome.Wait<?> wait
        ? wait.remaining().toSeconds() + 1
        : 0;
  }

  /** What was typed, so that only the password has to be typed again. */
  protected String typed(String parameter) {
    return Objects.requireNonNullElse(request.getParameter(parameter), "");
  }

  private boolean has(String parameter) {
    return request.getParameter(parameter) != null;
  }
}
