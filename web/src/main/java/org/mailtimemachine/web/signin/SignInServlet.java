package org.mailtimemachine.web.signin;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;

/** Takes the form of the sign-in page, and leads to where its sender wanted to go. */
@WebServlet("/signin")
public class SignInServlet extends HttpServlet {

  private final transient SignIn signIn;

  @Inject
  SignInServlet(SignIn signIn) {
    this.signIn = signIn;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    ReturnPath wanted = ReturnPath.of(request.getParameter(ReturnPath.PARAMETER));
    if (sentByAnotherSite(request)) {
      response.sendRedirect(wanted.signInPage(request.getContextPath(), false));
      return;
    }
    String address = parameter(request, "address");
    SignInOutcome outcome =
        signIn.attempt(address, parameter(request, "password"), request.getRemoteAddr());
    if (outcome instanceof SignInOutcome.Accepted accepted) {
      SignedIn.begin(request, accepted.mailbox());
      response.setStatus(HttpServletResponse.SC_SEE_OTHER);
      response.setHeader("Location", request.getContextPath() + wanted.path());
      return;
    }
    request.setAttribute(SignInPage.OUTCOME, outcome);
    request.getRequestDispatcher("/signin.xhtml").forward(request, response);
  }

  /** A stranger's page must not sign its visitor in to the stranger's mailbox. */
  private static boolean sentByAnotherSite(HttpServletRequest request) {
    return Optional.ofNullable(request.getHeader("Sec-Fetch-Site"))
        .filter(site -> !site.equals("same-origin") && !site.equals("none"))
        .isPresent();
  }

  private static String parameter(HttpServletRequest request, String name) {
    return Objects.requireNonNullElse(request.getParameter(name), "");
  }
}
