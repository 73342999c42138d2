package org.mailtimemachine.admin.signin;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where somebody wanted to go before he was asked to sign in: a page of the console. It comes back
 * from the browser as text, so anything that could lead elsewhere becomes the start page.
 *
 * @param path begins with one slash, relative to the application's root
 */
record ReturnPath(String path) {

  /** The parameter that carries it. */
  static final String PARAMETER = "to";

  private static final String START = "/overview.xhtml";
  private static final int LONGEST = 1_000;

  /** A page of ours, and what can be asked of one. */
  private static final Pattern PAGE =
      Pattern.compile("/[a-z]{1,20}\\.xhtml(\\?[A-Za-z0-9=&%+_.@-]*)?");

  static ReturnPath of(@Nullable String text) {
    return text == null
            || text.length() > LONGEST
            || !PAGE.matcher(text).matches()
            || text.startsWith("/signin")
        ? new ReturnPath(START)
        : new ReturnPath(text);
  }

  /** The page that this request asks for. */
  static ReturnPath wantedBy(HttpServletRequest request) {
    String query = request.getQueryString();
    return request.getMethod().equals("GET")
        ? of(request.getServletPath() + (query == null ? "" : "?" + query))
        : new ReturnPath(START);
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
