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
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.restore.administrator.Administrators;

/**
 * Recognises an administrator by the session, and asks the accounts anew each time: who is disabled
 * or has another password is out at once. Whose page sent the request is for {@code OwnPagesOnly}
 * to ask.
 */
@ApplicationScoped
class AdministratorAuthentication implements HttpAuthenticationMechanism {

  /** The one role of the console; web.xml protects pages and actions with it. */
  private static final Set<String> ADMINISTRATOR = Set.of("administrator");

  @Inject private Administrators administrators;
  @Inject private Clock clock;

  @Override
  public AuthenticationStatus validateRequest(
      HttpServletRequest request, HttpServletResponse response, HttpMessageContext context)
      throws AuthenticationException {
    Optional<Administrators.Account> account = account(request);
    if (account.isPresent()) {
      request.setAttribute(SignedInAdministrator.ATTRIBUTE, account.get().administrator());
      return context.notifyContainerAboutLogin(account.get().administrator().name(), ADMINISTRATOR);
    }
    if (!context.isProtected()) {
      return context.doNothing();
    }
    try {
      return toSignIn(request, response);
    } catch (IOException e) {
      throw new AuthenticationException(
          "the answer to " + request.getRequestURI() + " was lost", e);
    }
  }

  private Optional<Administrators.Account> account(HttpServletRequest request) {
    return SignedIn.of(request, clock)
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
