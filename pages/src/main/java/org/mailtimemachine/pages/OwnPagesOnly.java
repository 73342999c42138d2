package org.mailtimemachine.pages;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/**
 * The one rule against forged requests: what changes anything (signing in and out, too) comes from
 * a page of ours, or from no browser at all. A program with a password may say nothing of where it
 * comes from; with a session's cookie it must. Second wall beside the session's cookie, which is
 * {@code SameSite=Strict}.
 */
@WebFilter(filterName = "own-pages-only", asyncSupported = true)
public class OwnPagesOnly extends HttpFilter {

  /** RFC 9110, section 9.2.1: these are for reading alone. */
  private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    boolean forged =
        !READING.contains(request.getMethod())
            && isForged(Sender.of(request), request.getRequestedSessionId() != null);
    if (!forged) {
      chain.doFilter(request, response);
    } else if (request.getServletPath().startsWith("/api")) {
      Problem.send(response, HttpServletResponse.SC_FORBIDDEN, "Not from another site");
    } else {
      response.sendError(HttpServletResponse.SC_FORBIDDEN);
    }
  }

  static boolean isForged(Sender sender, boolean withSession) {
    return sender.isAnotherSite() || (withSession && sender.isSilent());
  }
}
