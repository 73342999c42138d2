package org.mailtimemachine.admin.console;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.mailtimemachine.admin.authority.OwnAuthority;
import org.mailtimemachine.admin.signin.PasswordAgain;
import org.mailtimemachine.pages.SignInOutcome;

/**
 * Does what a form asks for, after the password was given again, and a code where the account has a
 * second factor, and leads back to a page. The password is checked on a virtual thread: a wrong one
 * waits for its refusal.
 */
abstract class ActionWithPassword extends HttpServlet {

  /** The request attribute that holds what became of the password. */
  private static final String OUTCOME = ActionWithPassword.class.getName();

  private final transient OwnAuthority authority;
  private final transient PasswordAgain passwords;
  private final transient ExecutorService attempts =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("password-", 0).factory());

  ActionWithPassword(OwnAuthority authority, PasswordAgain passwords) {
    this.authority = authority;
    this.passwords = passwords;
  }

  /** The page that the answer leads back to; empty where there is nothing to act on. */
  abstract Optional<String> page(HttpServletRequest request) throws IOException;

  /** Where the form is, to which a refusal leads, so that it can be sent once more. */
  String form(HttpServletRequest request, String page) {
    return page;
  }

  /** Whether no password is wanted for it. */
  boolean free(HttpServletRequest request) {
    return false;
  }

  /** Does it; what is to be told, as the page's address says it. */
  abstract String act(HttpServletRequest request) throws IOException;

  @Override
  protected final void doPost(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    Optional<String> page = page(request);
    if (page.isEmpty()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    if (free(request)) {
      answer(request, response, page.get(), act(request));
      return;
    }
    switch (request.getAttribute(OUTCOME)) {
      case SignInOutcome.Accepted<?> _ -> answer(request, response, page.get(), act(request));
      case SignInOutcome.Refused<?> _ ->
          answer(
              request,
              response,
              page.get(),
              passwords.wantsCode(name()) ? "refused=password-code" : "refused=password");
      case SignInOutcome.Wait<?> _ -> answer(request, response, page.get(), "refused=wait");
      case SignInOutcome.Unavailable<?> _ ->
          answer(request, response, page.get(), "refused=unavailable");
      case null, default -> askAgain(request);
    }
  }

  private String name() {
    return authority.get().administrator().name();
  }

  private void askAgain(HttpServletRequest request) {
    String name = name();
    String password = typed(request, "password");
    String code = typed(request, "code");
    String client = request.getRemoteAddr();
    AsyncContext waiting = request.startAsync();
    waiting.setTimeout(0); // an attempt ends by itself
    attempts.execute(
        () -> {
          request.setAttribute(OUTCOME, passwords.attempt(name, password, code, client));
          waiting.dispatch();
        });
  }

  /** Leads to the page, which the browser may ask for again: the form is not sent twice by that. */
  void answer(HttpServletRequest request, HttpServletResponse response, String page, String told)
      throws ServletException, IOException {
    String next = told.startsWith("refused=") ? form(request, page) : page;
    String join = next.contains("?") ? "&" : "?";
    response.setStatus(HttpServletResponse.SC_SEE_OTHER);
    response.setHeader(
        "Location", request.getContextPath() + "/" + next + (told.isEmpty() ? "" : join + told));
  }

  /** A parameter as it was typed, of whatever length; empty where there is none. */
  static String typed(HttpServletRequest request, String name) {
    return Objects.requireNonNullElse(request.getParameter(name), "");
  }

  @Override
  public final void destroy() {
    attempts.shutdownNow();
  }
}
