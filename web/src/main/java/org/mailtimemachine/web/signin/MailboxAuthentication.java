package org.mailtimemachine.web.signin;

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
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.pages.BasicCredentials;
import org.mailtimemachine.pages.Problem;
import org.mailtimemachine.pages.SignInOutcome;
import org.mailtimemachine.pages.SignIns;

/**
 * Recognises who makes a request: a page by its session, the REST interface also by HTTP Basic with
 * the Mailbox's own password. Whose page sent the request is for {@link OwnPagesOnly} to ask. Who
 * is not recognised is sent to the sign-in page, and from there back to where he wanted to go.
 */
@ApplicationScoped
class MailboxAuthentication implements HttpAuthenticationMechanism {

  /** The one role of the webmail; web.xml protects pages and interface with it. */
  private static final Set<String> OWNER = Set.of("owner");

  private static final int TOO_MANY_REQUESTS = 429;

  @Inject private SignIn signIn;
  @Inject private SignIns signIns;
  @Inject private Clock clock;

  @Override
  public AuthenticationStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
      throws AuthenticationException {
    boolean api = request.getServletPath().startsWith("/api");
    Optional<MailboxAddress> known = SignedIn.of(request, clock);
    try {
      if (known.isPresent()) {
        if (context.isProtected() && !api) {
          SignedIn.tell(request, response, clock);
        }
        return recognised(known.get(), context);
      }
      if (api) {
        return basic(request, response, context);
      }
      return context.isProtected() ? toSignIn(request, response) : context.doNothing();
    } catch (IOException e) {
      throw new AuthenticationException(
          "the answer to " + request.getRequestURI() + " was lost", e);
    }
  }

  private static AuthenticationStatus recognised(
      MailboxAddress mailbox, HttpMessageContext context) {
    return context.notifyContainerAboutLogin(mailbox.toString(), OWNER);
  }

  private AuthenticationStatus basic(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
      throws IOException {
    Optional<BasicCredentials> credentials =
        BasicCredentials.parse(request.getHeader("Authorization"));
    if (credentials.isEmpty()) {
      return context.isProtected() ? challenge(request, response) : context.doNothing();
    }
    BasicCredentials given = credentials.get();
    SignInOutcome<Owner> outcome =
        signIn.attemptAgain(given.user(), given.password(), request.getRemoteAddr());
    signIns.ended(SignIns.Way.BASIC, given.user(), outcome, request.getRemoteAddr());
    switch (outcome) {
      case SignInOutcome.Accepted<Owner> accepted -> {
        return recognised(accepted.who().mailbox(), context);
      }
      case SignInOutcome.Refused<Owner> refused -> {
        return challenge(request, response);
      }
      case SignInOutcome.Wait<Owner> wait -> {
        response.setHeader("Retry-After", Long.toString(wait.remaining().toSeconds() + 1));
        Problem.send(response, TOO_MANY_REQUESTS, "Too many attempts to sign in");
      }
      case SignInOutcome.Unavailable<Owner> unavailable ->
          Problem.send(
              response,
              HttpServletResponse.SC_SERVICE_UNAVAILABLE,
              "Nobody can sign in at the moment");
    }
    return AuthenticationStatus.SEND_FAILURE;
  }

  /**
   * Asks for a password. A browser would open a window of its own for it, which nobody expects in
   * the middle of a page: what a page of ours asks for is told apart by what the browser says about
   * its requests (Fetch Metadata).
   */
  private static AuthenticationStatus challenge(
      HttpServletRequest request, HttpServletResponse response) throws IOException {
    boolean fromOurPage = "same-origin".equals(request.getHeader("Sec-Fetch-Site"));
    if (fromOurPage && "document".equals(request.getHeader("Sec-Fetch-Dest"))) {
      return toSignIn(request, response);
    }
    if (!fromOurPage) {
      response.setHeader(
          "WWW-Authenticate", "Basic realm=\"Mail Time Machine\", charset=\"UTF-8\"");
    }
    Problem.send(
        response, HttpServletResponse.SC_UNAUTHORIZED, "Sign in with a mailbox's password");
    return AuthenticationStatus.SEND_FAILURE;
  }

  private static AuthenticationStatus toSignIn(
      HttpServletRequest request, HttpServletResponse response) throws IOException {
    boolean ended = request.getRequestedSessionId() != null;
    String page = ReturnPath.wantedBy(request).signInPage(request.getContextPath(), ended);
    response.setHeader("Cache-Control", "no-store");
    if ("partial/ajax".equals(request.getHeader("Faces-Request"))) {
      // A part of a page is renewed: Faces' script follows this, and would swallow a 302.
      response.setContentType("text/xml;charset=UTF-8");
      response
          .getOutputStream()
          .print(
              "<?xml version='1.0' encoding='UTF-8'?><partial-response><redirect url=\""
                  + page.replace("&", "&amp;")
                  + "\"/></partial-response>");
    } else {
      response.sendRedirect(page);
    }
    return AuthenticationStatus.SEND_CONTINUE;
  }
}
