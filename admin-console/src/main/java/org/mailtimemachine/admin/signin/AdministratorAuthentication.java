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
import org.mailtimemachine.pages.Client;
import org.mailtimemachine.pages.Problem;
import org.mailtimemachine.pages.SignInOutcome;
import org.mailtimemachine.pages.SignIns;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Administrators;
import org.mailtimemachine.restore.administrator.ApiToken;
import org.mailtimemachine.restore.administrator.ApiTokens;
import org.mailtimemachine.restore.administrator.TokenGrant;

/**
 * Recognises an administrator by the session, and asks the accounts anew each time: who is disabled
 * or has another password is out at once, and so are sessions from before the second factor. A
 * program that uses the REST interface is recognised by its token, or, where it only reads, by HTTP
 * Basic; an account with a second factor is not for programs without a token. What changes
 * something there wants a token of that scope: a session is not enough, as the pages ask for the
 * password again. Whose page sent the request is for {@code OwnPagesOnly} to ask.
 */
@ApplicationScoped
class AdministratorAuthentication implements HttpAuthenticationMechanism {

  private static final System.Logger LOG =
      System.getLogger(AdministratorAuthentication.class.getName());

  /** The one role of the console; web.xml protects pages and actions with it. */
  private static final Set<String> ADMINISTRATOR = Set.of("administrator");

  /** A wrong password holds a thread of the server until it is refused: not all of them. */
  private static final int PROGRAMS = 8;

  private static final int TOO_MANY_REQUESTS = 429;
  private static final String BEARER = "bearer ";

  /** Nothing is done by these. */
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  private final Semaphore programs = new Semaphore(PROGRAMS);

  /** Of networks from which somebody was let in lately: strangers do not take theirs. */
  private final Semaphore knownPrograms = new Semaphore(PROGRAMS);

  @Inject private SignIn signIn;
  @Inject private SignIns signIns;
  @Inject private Administrators administrators;
  @Inject private ApiTokens tokens;
  @Inject private CodeCheck codes;
  @Inject private Clock clock;

  @Override
  public AuthenticationStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
      throws AuthenticationException {
    boolean api = request.getServletPath().startsWith("/api");
    boolean writing = api && !READING.contains(request.getMethod());
    Optional<String> shown = api ? bearer(request) : Optional.empty();
    Optional<Administrators.Account> account =
        writing || shown.isPresent() ? Optional.empty() : account(request);
    if (account.isPresent()) {
      return recognised(account.get().administrator(), request, context);
    }
    if (!context.isProtected()) {
      return context.doNothing();
    }
    try {
      if (!api) {
        return toSignIn(request, response);
      }
      return writing || shown.isPresent()
          ? byToken(shown.orElse(""), writing, request, response, context)
          : program(request, response, context);
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

  private static Optional<String> bearer(HttpServletRequest request) {
    return Optional.ofNullable(request.getHeader("Authorization"))
        .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(header -> header.substring(BEARER.length()).strip());
  }

  private AuthenticationStatus byToken(
      String shown,
      boolean writing,
      HttpServletRequest request,
      HttpServletResponse response,
      HttpMessageContext context)
      throws IOException {
    Optional<ApiToken> token = ApiToken.parse(shown);
    Optional<TokenGrant> grant = token.flatMap(each -> tokens.find(each.hash(), clock.instant()));
    Optional<Administrator> administrator =
        grant
            .flatMap(each -> administrators.find(each.administrator()))
            .map(Administrators.Account::administrator)
            .filter(each -> !each.disabled());
    signIns.ended(SignIns.Way.TOKEN, administrator.isPresent());
    if (administrator.isEmpty()) {
      if (!shown.isEmpty()) {
        LOG.log(
            System.Logger.Level.INFO,
            "sign-in failed token rip={0}",
            Client.of(request.getRemoteAddr()).address());
      }
      response.setHeader("WWW-Authenticate", "Bearer realm=\"Mail Time Machine console\"");
      Problem.send(
          response,
          HttpServletResponse.SC_UNAUTHORIZED,
          shown.isEmpty()
              ? "This wants a token: Authorization: Bearer TOKEN (mtm admin token)"
              : "There is no such token, or not any more");
      return AuthenticationStatus.SEND_FAILURE;
    }
    if (writing && !grant.get().mayWrite()) {
      Problem.send(
          response, HttpServletResponse.SC_FORBIDDEN, "This token is for reading (--scope write)");
      return AuthenticationStatus.SEND_FAILURE;
    }
    request.setAttribute(SignedInAdministrator.TOKEN, token.get());
    request.setAttribute(SignedInAdministrator.GRANT, grant.get());
    return recognised(administrator.get(), request, context);
  }

  private AuthenticationStatus program(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
      throws IOException {
    Optional<BasicCredentials> given = BasicCredentials.parse(request.getHeader("Authorization"));
    if (given.isEmpty()) {
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
    signIns.ended(SignIns.Way.BASIC, given.get().user(), outcome, request.getRemoteAddr());
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
    response.addHeader("WWW-Authenticate", "Bearer realm=\"Mail Time Machine console\"");
    Problem.send(
        response,
        HttpServletResponse.SC_UNAUTHORIZED,
        "Sign in with a token, or an administrator's password; accounts with a second factor are"
            + " not for programs without a token");
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
