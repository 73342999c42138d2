package org.mailtimemachine.pages;

import jakarta.json.Json;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** An answer of the kind {@code application/problem+json} (RFC 9457) outside of JAX-RS. */
public final class Problem {

  private Problem() {}

  /** Sends it; nothing may have been written before. */
  public static void send(HttpServletResponse response, int status, String title)
      throws IOException {
    byte[] body =
        Json.createObjectBuilder()
            .add("type", "about:blank")
            .add("title", title)
            .add("status", status)
            .build()
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType("application/problem+json");
    response.setContentLength(body.length);
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.getOutputStream().write(body);
    // Sent off here, or the container puts its error page in place of it.
    response.flushBuffer();
  }
}
