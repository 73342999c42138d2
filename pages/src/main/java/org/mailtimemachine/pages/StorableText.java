package org.mailtimemachine.pages;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebFilter;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The one rule about what a text may be: none has the character NUL in it, and PostgreSQL stores
 * and compares none that has. Whoever sends one in an address or a form is told so, before a page
 * or a query fails of it; what comes as JSON or in an {@code Authorization} header is looked at
 * where that is read.
 */
@WebFilter(filterName = "storable-text", asyncSupported = true)
public class StorableText extends HttpFilter {

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (isStorable(request.getServletPath())
        && (request.getPathInfo() == null || isStorable(request.getPathInfo()))
        && areStorable(request.getParameterMap())) {
      chain.doFilter(request, response);
    } else if (request.getServletPath().startsWith("/api")) {
      Problem.send(
          response, HttpServletResponse.SC_BAD_REQUEST, "No text has the character NUL (%00)");
    } else {
      response.sendError(HttpServletResponse.SC_BAD_REQUEST);
    }
  }

  /** Whether a database can store a text. */
  public static boolean isStorable(String text) {
    return text.indexOf('\0') < 0;
  }

  static boolean areStorable(Map<String, String[]> parameters) {
    return parameters.entrySet().stream()
        .flatMap(each -> Stream.concat(Stream.of(each.getKey()), Stream.of(each.getValue())))
        .allMatch(StorableText::isStorable);
  }
}
