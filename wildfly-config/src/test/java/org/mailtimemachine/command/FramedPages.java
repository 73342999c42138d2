package org.mailtimemachine.command;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * An application of nothing but a bar and frames, with as few walls between it and its pages as the
 * test wants.
 */
final class FramedPages implements AutoCloseable {

  private final HttpServer server;
  private final List<HostilePage> pages;
  private final String frame;
  private final String policy;

  private FramedPages(HttpServer server, List<HostilePage> pages, String frame, String policy) {
    this.server = server;
    this.pages = pages;
    this.frame = frame;
    this.policy = policy;
  }

  /**
   * Serves them.
   *
   * @param frameAttributes of each frame
   * @param policy the Content-Security-Policy of what is in the frames; empty for none
   */
  static FramedPages serve(List<HostilePage> pages, String frameAttributes, String policy)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    FramedPages framed = new FramedPages(server, pages, frameAttributes, policy);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", framed::answer);
    server.start();
    return framed;
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/")) {
      send(exchange, "text/html; charset=utf-8", outerPage().getBytes(StandardCharsets.UTF_8));
    } else if (path.matches("/frame/[0-9]+")) {
      HostilePage page = pages.get(Integer.parseInt(path.substring("/frame/".length())));
      if (!policy.isEmpty()) {
        exchange.getResponseHeaders().set("Content-Security-Policy", policy);
      }
      send(exchange, page.contentType(), page.content());
    } else {
      exchange.sendResponseHeaders(404, -1);
      exchange.close();
    }
  }

  private static void send(HttpExchange exchange, String type, byte[] content) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(200, content.length);
    try (exchange) {
      exchange.getResponseBody().write(content);
    }
  }

  private String outerPage() {
    StringBuilder page =
        new StringBuilder(
            """
            <!DOCTYPE html><title>the application</title><link rel="icon" href="data:,">
            <style>body {margin: 0} iframe {width: 90px; height: 60px}</style>
            <p id="bar" style="margin: 0; height: 40px; background: #ddd">the application</p>
            """);
    for (int i = 0; i < pages.size(); i++) {
      page.append("<iframe src=\"/frame/%d\" %s></iframe>\n".formatted(i, frame));
    }
    return page.toString();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
