package org.mailtimemachine.pages;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * What an answer tells the browser not to do, as far as it depends on its address. What holds for
 * all of them, also for those that never come here because nobody is signed in, is in {@code
 * undertow-handlers.conf}; a resource that needs something else (a message in its frame) sets the
 * header again. The pages' Content-Security-Policy, with its nonces, is written by PrimeFaces as
 * web.xml says.
 */
@WebFilter(filterName = "security-headers", asyncSupported = true)
public class SecurityHeaders extends HttpFilter {

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getServletPath().endsWith(".xhtml")
        && !request.getServletPath().startsWith("/jakarta.faces.resource/")) {
      // The browser says the Origin of a form only where its page's policy lets it: Sender needs
      // it.
      response.setHeader("Referrer-Policy", "same-origin");
      // Mail must not lie in a cache after signing out, nor behind the back button.
      response.setHeader("Cache-Control", "no-store");
      response.setHeader("X-Frame-Options", "DENY");
    }
    if (request.getServletPath().startsWith("/assets/")) {
      // What is asked for by its contents never changes; anything else is asked for anew each time,
      // and answered with 304.
      boolean byContents = request.getParameter("v") != null;
      response.setHeader(
          "Cache-Control", byContents ? "private, max-age=31536000, immutable" : "no-cache");
    }
    chain.doFilter(request, response);
  }
}
