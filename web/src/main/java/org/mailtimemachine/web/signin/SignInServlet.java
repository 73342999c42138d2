package org.mailtimemachine.web.signin;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Objects;

/** Takes the form of the sign-in page, and leads to where its sender wanted to go. */
@WebServlet("/signin")
public class SignInServlet extends HttpServlet {

  private final transient SignIn signIn;
  private final transient Clock clock;

  @Inject
  SignInServlet(SignIn signIn, Clock clock) {
    this.signIn = signIn;
    this.clock = clock;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    ReturnPath wanted = ReturnPath.of(request.getParameter(ReturnPath.PARAMETER));
    // A stranger's page must not sign its visitor in to the stranger's mailbox.
    if (Sender.of(request).isAnotherSite()) {
      response.sendRedirect(wanted.signInPage(request.getContextPath(), false));
      return;
    }
    String address = parameter(request, "address");
    SignInOutcome outcome =
        signIn.attempt(address, parameter(request, "password"), request.getRemoteAddr());
    if (outcome instanceof SignInOutcome.Accepted accepted) {
      SignedIn.begin(request, accepted.mailbox(), clock);
      response.setStatus(HttpServletResponse.SC_SEE_OTHER);
      response.setHeader("Location", request.getContextPath() + wanted.path());
      return;
    }
    request.setAttribute(SignInPage.OUTCOME, outcome);
    request.getRequestDispatcher("/signin.xhtml").forward(request, response);
  }

  private static String parameter(HttpServletRequest request, String name) {
    return Objects.requireNonNullElse(request.getParameter(name), "");
  }
}
