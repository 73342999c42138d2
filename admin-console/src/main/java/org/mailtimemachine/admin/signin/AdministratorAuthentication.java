package org.mailtimemachine.admin.signin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.security.enterprise.AuthenticationException;
import jakarta.security.enterprise.AuthenticationStatus;
import jakarta.security.enterprise.authentication.mechanism.http.HttpAuthenticationMechanism;
import jakarta.security.enterprise.authentication.mechanism.http.HttpMessageContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.mailtimemachine.pages.BasicCredentials;
import org.mailtimemachine.pages.Problem;
import org.mailtimemachine.pages.SignInOutcome;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Administrators;

/**
 * Recognises an administrator by the session, and asks the accounts anew each time: who is disabled
 * or has another password is out at once, and so are sessions from before the second factor. A
 * program that reads the REST interface is recognised by HTTP Basic; an account with a second
 * factor is not for programs. Whose page sent the request is for {@code OwnPagesOnly} to ask.
 */
@ApplicationScoped
class AdministratorAuthentication implements HttpAuthenticationMechanism {

  /** The one role of the console; web.xml protects pages and actions with it. */
  private static final Set<String> ADMINISTRATOR = Set.of("administrator");

  /** A wrong password holds a thread of the server until it is refused: not all of them. */
  private static final int PROGRAMS = 8;

  private static final int TOO_MANY_REQUESTS = 429;

  private final Semaphore programs = new Semaphore(PROGRAMS);

  /** Of networks from which somebody was let in lately: strangers do not take theirs. */
  private final Semaphore knownPrograms = new Semaphore(PROGRAMS);

  @Inject private SignIn signIn;
  @Inject private Administrators administrators;
  @Inject private CodeCheck codes;
  @Inject private Clock clock;

  @Override
  public AuthenticationStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
      throws AuthenticationException {
    Optional<Administrators.Account> account = account(request);
    if (account.isPresent()) {
      return recognised(account.get().administrator(), request, context);
    }
    if (!context.isProtected()) {
      return context.doNothing();
    }
    try {
      return request.getServletPath().startsWith("/api")
          ? program(request, response, context)
          : toSignIn(request, response);
    } catch (IOException e) {
      throw new AuthenticationException(
          "the answer to " + request.getRequestURI() + " was lost", e);
    }
  }

  private static AuthenticationStatus recognised(
      Administrator administrator, HttpServletRequest request, HttpMessageContext context) {
    request.setAttribute(SignedInAdministrator.ATTRIBUTE, administrator);
    return context.notifyContainerAboutLogin(administrator.name(), ADMINISTRATOR);
  }

  private AuthenticationStatus program(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
      throws IOException {
    Optional<BasicCredentials> given = BasicCredentials.parse(request.getHeader("Authorization"));
    if (given.isEmpty() || !request.getMethod().equals("GET")) {
      return challenge(response);
    }
    Semaphore turns = signIn.knows(request.getRemoteAddr()) ? knownPrograms : programs;
    if (!turns.tryAcquire()) {
      return wait(response, SignIn.REFUSAL);
    }
    SignInOutcome<Administrator> outcome;
    try {
      outcome =
          signIn.attemptWithoutCode(
              given.get().user(), given.get().password(), request.getRemoteAddr());
    } finally {
      turns.release();
    }
    return switch (outcome) {
      case SignInOutcome.Accepted<Administrator>(Administrator administrator) ->
          recognised(administrator, request, context);
      case SignInOutcome.Refused<Administrator> _ -> challenge(response);
      case SignInOutcome.Wait<Administrator>(Duration remaining) -> wait(response, remaining);
      case SignInOutcome.Unavailable<Administrator> _ -> {
        Problem.send(
            response,
            HttpServletResponse.SC_SERVICE_UNAVAILABLE,
            "Nobody can sign in at the moment");
        yield AuthenticationStatus.SEND_FAILURE;
      }
    };
  }

  private static AuthenticationStatus wait(HttpServletResponse response, Duration remaining)
      throws IOException {
    response.setHeader("Retry-After", Long.toString(remaining.toSeconds() + 1));
    Problem.send(response, TOO_MANY_REQUESTS, "Too many attempts to sign in");
    return AuthenticationStatus.SEND_FAILURE;
  }

  private static AuthenticationStatus challenge(HttpServletResponse response) throws IOException {
    response.setHeader(
        "WWW-Authenticate", "Basic realm=\"Mail Time Machine console\", charset=\"UTF-8\"");
    Problem.send(
        response,
        HttpServletResponse.SC_UNAUTHORIZED,
        "Sign in with an administrator's password; accounts with a second factor are not for"
            + " programs");
    return AuthenticationStatus.SEND_FAILURE;
  }

  private Optional<Administrators.Account> account(HttpServletRequest request) {
    return SignedIn.of(request, clock)
        .filter(codes::hasProved)
        .flatMap(
            session ->
                administrators
                    .find(session.name())
                    .filter(account -> !account.administrator().disabled())
                    .filter(account -> !session.since().isBefore(account.passwordSince())));
  }

  private static AuthenticationStatus toSignIn(
      HttpServletRequest request, HttpServletResponse response) throws IOException {
    boolean ended = request.getRequestedSessionId() != null;
    String page = ReturnPath.wantedBy(request).signInPage(request.getContextPath(), ended);
    response.setHeader("Cache-Control", "no-store");
    response.sendRedirect(page);
    return AuthenticationStatus.SEND_CONTINUE;
  }
}
