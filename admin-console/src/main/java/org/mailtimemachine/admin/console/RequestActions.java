package org.mailtimemachine.admin.console;

import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.mailtimemachine.admin.authority.Authority;
import org.mailtimemachine.admin.authority.NotYoursException;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.restoring.Restoring;
import org.mailtimemachine.admin.signin.PasswordAgain;
import org.mailtimemachine.admin.signin.SignInOutcome;
import org.mailtimemachine.restore.desk.Decision;
import org.mailtimemachine.restore.desk.RequestRefusedException;

/**
 * Does what the dialogs of a request's page ask for, and leads back to the page. What brings mail
 * into a Mailbox or takes it out wants the password again, which is checked on a virtual thread: a
 * wrong one waits for its refusal.
 */
@WebServlet(urlPatterns = "/decide", asyncSupported = true)
public class RequestActions extends HttpServlet {

  private static final System.Logger LOG = System.getLogger(RequestActions.class.getName());

  /** The request attribute that holds what became of the password. */
  private static final String OUTCOME = RequestActions.class.getName();

  private final transient OwnAuthority authority;
  private final transient PasswordAgain passwords;
  private final transient Restoring restoring;
  private final transient ExecutorService attempts =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("password-", 0).factory());

  @Inject
  RequestActions(OwnAuthority authority, PasswordAgain passwords, Restoring restoring) {
    this.authority = authority;
    this.passwords = passwords;
    this.restoring = restoring;
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Authority own = authority.get();
    UUID id;
    try {
      id =
          own.request(
                  new Parameters(request)
                      .id()
                      .orElseThrow(() -> new IllegalArgumentException("no id")))
              .id();
    } catch (NotYoursException | IllegalArgumentException e) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    String action = new Parameters(request).text("action");
    if (action.equals("reject")) {
      answer(request, response, id, act(own, id, action, parameter(request, "reason")));
      return;
    }
    switch (request.getAttribute(OUTCOME)) {
      case SignInOutcome.Accepted _ -> answer(request, response, id, act(own, id, action, ""));
      case SignInOutcome.Refused _ -> answer(request, response, id, "refused=password");
      case SignInOutcome.Wait _ -> answer(request, response, id, "refused=wait");
      case SignInOutcome.Unavailable _ -> answer(request, response, id, "refused=unavailable");
      case null, default -> askAgain(request, own.administrator().name());
    }
  }

  private void askAgain(HttpServletRequest request, String name) {
    String password = Objects.requireNonNullElse(request.getParameter("password"), "");
    String client = request.getRemoteAddr();
    AsyncContext waiting = request.startAsync();
    waiting.setTimeout(0); // an attempt ends by itself
    attempts.execute(
        () -> {
          request.setAttribute(OUTCOME, passwords.attempt(name, password, client));
          waiting.dispatch();
        });
  }

  /** What is to be told: as the page's address says it. */
  private String act(Authority own, UUID id, String action, String reason) throws IOException {
    try {
      switch (action) {
        case "confirm" -> {
          own.confirm(id);
          restoring.look();
        }
        case "reject" -> {
          if (reason.length() > Decision.LONGEST_REASON) {
            return "refused=reason";
          }
          own.reject(id, reason);
        }
        case "giveup" -> own.giveUp(id);
        case "takeback" -> own.takeBack(id);
        default -> {
          return "";
        }
      }
      return "told=" + action;
    } catch (RequestRefusedException e) {
      return "refused=" + e.why().name();
    } catch (NotYoursException e) {
      return "refused=UNKNOWN";
    } catch (IOException e) {
      LOG.log(Level.ERROR, () -> "The request " + id + " could not be done: " + action, e);
      return "refused=failed";
    }
  }

  /** A page that was sent again by the browser asks for nothing twice. */
  private static void answer(
      HttpServletRequest request, HttpServletResponse response, UUID id, String told) {
    response.setStatus(HttpServletResponse.SC_SEE_OTHER);
    response.setHeader(
        "Location",
        request.getContextPath() + "/request.xhtml?id=" + id + (told.isEmpty() ? "" : "&" + told));
  }

  @Override
  public void destroy() {
    attempts.shutdownNow();
  }

  private static String parameter(HttpServletRequest request, String name) {
    return Objects.requireNonNullElse(request.getParameter(name), "").strip();
  }
}
