package org.mailtimemachine.pages;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Whose page sent a form, as far as the browser says so. It says {@code Sec-Fetch-Site} (Fetch
 * Metadata) only over TLS and to its own machine, and old ones not at all; then it says {@code
 * Origin} (RFC 6454), as long as the page's Referrer-Policy lets it. What says neither is no
 * browser, and has no business with a browser's session.
 *
 * @param site the header {@code Sec-Fetch-Site}
 * @param origin the header {@code Origin}
 * @param own the origin that the request was sent to
 */
public record Sender(@Nullable String site, @Nullable String origin, String own) {

  /** What a request says. */
  public static Sender of(HttpServletRequest request) {
    return new Sender(
        request.getHeader("Sec-Fetch-Site"),
        request.getHeader("Origin"),
        origin(request.getScheme(), request.getServerName(), request.getServerPort()));
  }

  /** The origin as a browser writes it: without the port that is usual for the scheme. */
  static String origin(String scheme, String host, int port) {
    boolean usual = port == (scheme.equals("https") ? 443 : 80);
    boolean bareIpv6 = host.indexOf(':') >= 0 && !host.startsWith("[");
    return scheme + "://" + (bareIpv6 ? "[" + host + "]" : host) + (usual ? "" : ":" + port);
  }

  /** Whether nobody says anything about it. */
  public boolean isSilent() {
    return site == null && origin == null;
  }

  /** Whether a page of another site sent it. */
  public boolean isAnotherSite() {
    if (site != null) {
      return !site.equals("same-origin") && !site.equals("none");
    }
    return origin != null && !origin.equalsIgnoreCase(own);
  }
}
