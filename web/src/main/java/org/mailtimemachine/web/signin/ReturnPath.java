package org.mailtimemachine.web.signin;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where somebody wanted to go before he was asked to sign in: a path of this application. It comes
 * back from the browser as text, so anything that could lead elsewhere becomes the start page.
 *
 * @param path begins with one slash, relative to the application's root
 */
record ReturnPath(String path) {

  /** The parameter that carries it. */
  static final String PARAMETER = "to";

  private static final String START = "/mailbox.xhtml";
  private static final int LONGEST = 2_000;

  static ReturnPath of(@Nullable String text) {
    if (text == null || text.length() > LONGEST || !text.startsWith(START)) {
      return new ReturnPath(START);
    }
    boolean wholeName = text.length() == START.length() || text.charAt(START.length()) == '?';
    boolean clean = text.chars().noneMatch(c -> c <= ' ' || c == '\\' || c >= 0x7f);
    return new ReturnPath(wholeName && clean ? text : START);
  }

  /** The place that this request asks for, or for a request that only renews a part, stands at. */
  static ReturnPath wantedBy(HttpServletRequest request) {
    if (!request.getMethod().equals("GET")) {
      return of(request.getParameter(PARAMETER));
    }
    String query = request.getQueryString();
    return of(request.getServletPath() + (query == null ? "" : "?" + query));
  }

  /** The sign-in page that leads back here. */
  String signInPage(String contextPath, boolean sessionEnded) {
    return contextPath
        + "/signin.xhtml?"
        + PARAMETER
        + "="
        + URLEncoder.encode(path, StandardCharsets.UTF_8)
        + (sessionEnded ? "&ended=true" : "");
  }
}
