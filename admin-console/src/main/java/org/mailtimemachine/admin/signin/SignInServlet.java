package org.mailtimemachine.admin.signin;

import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.mailtimemachine.pages.SignInOutcome;
import org.mailtimemachine.pages.SignIns;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditLog;

/**
 * Takes the form of the sign-in page, and leads to where its sender wanted to go. An attempt runs
 * on a virtual thread: a wrong one waits for its refusal, and holds nobody else's thread.
 */
@WebServlet(urlPatterns = "/signin", asyncSupported = true)
public class SignInServlet extends HttpServlet {

  private static final System.Logger LOG = System.getLogger(SignInServlet.class.getName());

  private final transient SignIn signIn;
  private final transient SignIns signIns;
  private final transient AuditLog audit;
  private final transient Clock clock;
  private final transient ExecutorService attempts =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("sign-in-", 0).factory());

  @Inject
  SignInServlet(SignIn signIn, SignIns signIns, AuditLog audit, Clock clock) {
    this.signIn = signIn;
    this.signIns = signIns;
    this.audit = audit;
    this.clock = clock;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (request.getAttribute(SignInPage.OUTCOME) instanceof SignInOutcome<?> outcome) {
      answer(outcome, request, response);
      return;
    }
    String name = parameter(request, "name");
    String password = parameter(request, "password");
    String code = parameter(request, "code");
    String client = request.getRemoteAddr();
    AsyncContext waiting = request.startAsync();
    waiting.setTimeout(0); // an attempt ends by itself
    attempts.execute(
        () -> {
          request.setAttribute(SignInPage.OUTCOME, attempt(name, password, code, client));
          waiting.dispatch();
        });
  }

  private SignInOutcome<Administrator> attempt(
      String name, String password, String code, String client) {
    try {
      SignInOutcome<Administrator> outcome = signIn.attempt(name, password, code, client);
      signIns.ended(SignIns.Way.PAGE, name, outcome, client);
      return outcome;
    } catch (RuntimeException e) {
      // or the request would wait for ever
      LOG.log(System.Logger.Level.ERROR, "An attempt to sign in failed", e);
      return new SignInOutcome.Unavailable<>();
    }
  }

  private void answer(
      SignInOutcome<?> outcome, HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (outcome instanceof SignInOutcome.Accepted<?>(Administrator administrator)) {
      String name = administrator.name();
      ReturnPath wanted = ReturnPath.of(request.getParameter(ReturnPath.PARAMETER));
      SignedIn.begin(request, name, clock);
      audit.append(
          new AuditEntry(
              clock.instant(), name, "console.signin", name, "from " + request.getRemoteAddr()));
      response.setStatus(HttpServletResponse.SC_SEE_OTHER);
      response.setHeader("Location", request.getContextPath() + wanted.path());
    } else {
      request.getRequestDispatcher("/signin.xhtml").forward(request, response);
    }
  }

  @Override
  public void destroy() {
    attempts.shutdownNow();
  }

  private static String parameter(HttpServletRequest request, String name) {
    return Objects.requireNonNullElse(request.getParameter(name), "");
  }
}
