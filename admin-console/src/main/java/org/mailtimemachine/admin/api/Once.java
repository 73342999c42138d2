package org.mailtimemachine.admin.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.core.Response;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.admin.signin.SignedInAdministrator;
import org.mailtimemachine.restore.administrator.ApiToken;
import org.mailtimemachine.restore.administrator.FirstAnswers;
import org.mailtimemachine.restore.administrator.FirstAnswers.Before;
import org.mailtimemachine.restore.administrator.SealedAnswer;

/**
 * Does what a program asks for once, however often it asks with the same {@code Idempotency-Key}:
 * whoever did not hear the answer gets it again. What a refusal says is remembered as well; where
 * the server failed, nothing is.
 */
@RequestScoped
class Once {

  static final String HEADER = "Idempotency-Key";

  private static final String KEY = "[!-~]{1,255}";

  @Inject private HttpServletRequest request;
  @Inject private SignedInAdministrator signedIn;
  @Inject private FirstAnswers answers;
  @Inject private Clock clock;

  /** What is to be done. */
  interface Action {
    /**
     * Does it.
     *
     * @throws ProblemException where it is refused
     */
    Answer run();
  }

  /**
   * Does it, or gives the answer that was given before.
   *
   * @param key of the program; null where it does not want to ask again
   * @param body of the request: another one is another request
   */
  Response answer(@Nullable String key, String body, Action action) {
    if (key == null) {
      return refusable(action).response();
    }
    if (!key.matches(KEY)) {
      throw ProblemException.ofField(
          HEADER, "This is no key.", "Send 1 to 255 visible ASCII characters, as of a UUID.");
    }
    ApiToken token =
        signedIn
            .token()
            .orElseThrow(() -> new IllegalStateException("only tokens change something here"));
    return switch (answers.begin(token.hash(), key, digest(body), clock.instant())) {
      case Before.Nothing _ -> first(token, key, action).response();
      case Before.Answered(int status, SealedAnswer answer) ->
          new Answer(status, answer.open(token)).response();
      case Before.SomethingElse _ ->
          throw new ProblemException(
              Response.Status.CONFLICT,
              "KEY_USED",
              HEADER,
              "This key was sent with another request.",
              "Make a new key for each request.");
      case Before.UnderWay(var since) ->
          throw new ProblemException(
              Response.Status.CONFLICT,
              "UNDER_WAY",
              HEADER,
              "A request with this key began at " + since + ", and was not answered yet.",
              "Ask again in a moment. Where it stays so, the server died meanwhile: look whether it"
                  + " was done, and send another key.");
    };
  }

  private Answer first(ApiToken token, String key, Action action) {
    boolean answered = false;
    try {
      Answer answer = refusable(action);
      if (answer.status() < Response.Status.INTERNAL_SERVER_ERROR.getStatusCode()) {
        answers.answered(token.hash(), key, answer.status(), SealedAnswer.of(answer.json(), token));
        answered = true;
      }
      return answer;
    } finally {
      if (!answered) {
        answers.forget(token.hash(), key);
      }
    }
  }

  private static Answer refusable(Action action) {
    try {
      return action.run();
    } catch (ProblemException e) {
      return new Answer(e.status().getStatusCode(), ProblemMapper.json(e));
    }
  }

  private String digest(String body) {
    try {
      String all = request.getMethod() + ' ' + request.getRequestURI() + '\n' + body;
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(all.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
