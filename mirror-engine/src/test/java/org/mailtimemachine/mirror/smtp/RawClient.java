package org.mailtimemachine.mirror.smtp;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Says whatever it is told to. */
final class RawClient implements Closeable {

  private Socket socket;
  private SmtpInput input;

  RawClient(InetSocketAddress proxy) throws IOException {
    socket = new Socket(proxy.getAddress(), proxy.getPort());
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(30_000);
    input = new SmtpInput(socket.getInputStream());
  }

  Reply reply() throws IOException {
    return Reply.read(input);
  }

  Reply say(String line) throws IOException {
    send(line + "\r\n");
    return reply();
  }

  /** Says goodbye, and returns when the proxy has done all that it does for this client. */
  void quit() throws IOException {
    say("QUIT");
    while (socket.getInputStream().read() >= 0) {
      // its last words
    }
  }

  void send(String bytes) throws IOException {
    send(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /** Goes on in TLS. */
  void startTls(SSLContext tls) throws IOException {
    SSLSocket secure =
        (SSLSocket)
            tls.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
    secure.startHandshake();
    socket = secure;
    input = new SmtpInput(secure.getInputStream());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
