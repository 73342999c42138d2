package org.mailtimemachine.mirror.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.mailtimemachine.mailstore.figures.PrometheusText;

/** The figures for Prometheus, on loopback. */
final class FiguresPage implements Closeable {

  private final HttpServer server;
  private final ExecutorService threads =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().daemon().name("mirror figures").unstarted(task));
  private final Supplier<String> text;

  private FiguresPage(HttpServer server, Supplier<String> text) {
    this.server = server;
    this.text = text;
  }

  static FiguresPage start(int port, Supplier<String> text) throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    HttpServer server;
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new IOException("mtm.mirror.metrics.port: %s: %s".formatted(address, e), e);
    }
    FiguresPage page = new FiguresPage(server, text);
    server.createContext("/metrics", page::answer);
    server.setExecutor(page.threads);
    server.start();
    return page;
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = text.get().getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", PrometheusText.MEDIA_TYPE);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
