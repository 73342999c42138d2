package org.mailtimemachine.restore.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.RestoreException;

/** To whom a master user's password is said, and to whom it is not. */
class ImapTlsTest {

  private static final char[] PASSWORD = "of a test".toCharArray();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private static Path directory;
  private static SSLContext usual;
  private static SSLContext trusted;
  private static SSLContext strange;
  private static SSLContext elsewhere;

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private @Nullable ServerSocket server;

  /** This JVM believes the servers "localhost" and "elsewhere", and not the strange one. */
  @BeforeAll
  static void makeKeys() throws Exception {
    usual = SSLContext.getDefault();
    KeyStore anchors = KeyStore.getInstance("PKCS12");
    anchors.load(null, PASSWORD);
    KeyStore localhost = keys("localhost", "localhost");
    KeyStore other = keys("elsewhere", "elsewhere.example.test");
    anchors.setCertificateEntry("localhost", localhost.getCertificate("key"));
    anchors.setCertificateEntry("elsewhere", other.getCertificate("key"));
    trusted = context(localhost);
    elsewhere = context(other);
    strange = context(keys("strange", "localhost"));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors);
    SSLContext client = SSLContext.getInstance("TLS");
    client.init(null, trust.getTrustManagers(), null);
    SSLContext.setDefault(client);
  }

  @AfterAll
  static void believeAsBefore() {
    SSLContext.setDefault(usual);
  }

  @AfterEach
  void close() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  /** A key and a certificate for that name, signed by itself. */
  private static KeyStore keys(String file, String name)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path store = directory.resolve(file);
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
            "-genkeypair",
            "-alias",
            "key",
            "-keyalg",
            "EC",
            "-dname",
            "CN=" + name,
            "-ext",
            "san=dns:" + name,
            "-keystore",
            store.toString(),
            "-storepass",
            new String(PASSWORD));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private static SSLContext context(KeyStore keys) throws GeneralSecurityException {
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), null, null);
    return context;
  }

  private ImapServer listening(boolean tls, Talk talk) throws IOException {
    ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    server = listening;
    Thread.startVirtualThread(
        () -> {
          try (Socket client = listening.accept()) {
            talk.with(client);
          } catch (IOException e) {
            // the client has gone, or does not believe it
          }
        });
    return new ImapServer("localhost", listening.getLocalPort(), tls, PATIENCE, PATIENCE);
  }

  private interface Talk {
    void with(Socket client) throws IOException;
  }

  private static Socket secured(Socket plain, SSLContext keys) throws IOException {
    SSLSocket tls = (SSLSocket) keys.getSocketFactory().createSocket(plain, null, true);
    tls.setUseClientMode(false);
    tls.startHandshake();
    return tls;
  }

  /**
   * Answers what it hears, in clear text or behind TLS.
   *
   * @param more what else it can
   * @param smuggled what somebody on the way puts behind the answer to STARTTLS
   */
  private void answer(Socket client, String more, String smuggled) throws IOException {
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      heard.add(line);
      String tag = line.split(" ", 2)[0];
      if (line.endsWith("CAPABILITY")) {
        say(client, "* CAPABILITY IMAP4rev1 AUTH=PLAIN%s\r\n%s OK\r\n".formatted(more, tag));
      } else if (line.contains("AUTHENTICATE")) {
        say(client, "+ \r\n");
        heard.add(in.readLine());
        say(client, tag + " OK in\r\n");
      } else {
        boolean secret = line.endsWith("STARTTLS");
        say(client, tag + " OK\r\n" + (secret ? smuggled : ""));
        if (secret) {
          return;
        }
      }
    }
  }

  private static void say(Socket client, String text) throws IOException {
    OutputStream out = client.getOutputStream();
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private ImapServer behindTls(SSLContext keys) throws IOException {
    return listening(
        true,
        client -> {
          Socket tls = secured(client, keys);
          say(tls, "* OK hello\r\n");
          answer(tls, "", "");
        });
  }

  private ImapServer behindStartTls(SSLContext keys, String offered, String smuggled)
      throws IOException {
    return listening(
        false,
        client -> {
          say(client, "* OK hello\r\n");
          answer(client, offered, smuggled);
          answer(secured(client, keys), " AFTER=TLS", "");
        });
  }

  /** As if the server were another machine. */
  private static ImapConnection elsewhere(ImapServer server) throws IOException {
    return ImapConnection.open(server, _ -> false);
  }

  private static void signIn(ImapConnection connection) throws IOException {
    connection.signIn("anna@example.test", "restorer", "secret");
  }

  private static void isNotBelieved(ImapServer server) {
    assertThatThrownBy(() -> elsewhere(server).close())
        .isInstanceOfSatisfying(
            RestoreException.class,
            e -> assertThat(e.hindrance()).isEqualTo(Hindrance.SERVER_AWAY));
  }

  @Test
  void aServerThatProvesItsNameGetsThePassword() throws Exception {
    try (ImapConnection connection = ImapConnection.open(behindTls(trusted))) {
      signIn(connection);
    }
    assertThat(heard).contains("m2 AUTHENTICATE PLAIN");
    close();
    heard.clear();
    try (ImapConnection connection = elsewhere(behindStartTls(trusted, " STARTTLS", ""))) {
      assertThat(connection.can("AFTER=TLS")).as("asked anew behind TLS").isTrue();
      signIn(connection);
    }
    assertThat(heard).startsWith("m1 CAPABILITY", "m2 STARTTLS", "m3 CAPABILITY");
  }

  @Test
  void whoHasAnotherNameOrAStrangersCertificateHearsNothing() throws Exception {
    for (SSLContext keys : List.of(elsewhere, strange)) {
      isNotBelieved(behindTls(keys));
      close();
      isNotBelieved(behindStartTls(keys, " STARTTLS", ""));
      close();
    }
    assertThat(heard).containsOnly("m1 CAPABILITY", "m2 STARTTLS");
  }

  @Test
  void whereStartTlsIsTakenOutOfWhatAServerOffersNobodySignsIn() throws Exception {
    ImapServer stripped = behindStartTls(trusted, "", "");
    assertThatThrownBy(() -> elsewhere(stripped).close())
        .isInstanceOf(RestoreException.class)
        .hasMessageContaining("offers no STARTTLS");
    assertThat(heard).noneMatch(line -> line.contains("AUTHENTICATE"));
  }

  @Test
  void whatIsPutBeforeTheHandshakeIsNoWordOfTheServers() throws Exception {
    ImapServer server = behindStartTls(trusted, " STARTTLS", "* CAPABILITY IMAP4rev1 CHEAT\r\n");
    try (ImapConnection connection = elsewhere(server)) {
      assertThat(connection.can("CHEAT")).isFalse();
    } catch (RestoreException e) {
      // It came in a packet of its own, and is no handshake either.
      assertThat(e.hindrance()).isEqualTo(Hindrance.SERVER_AWAY);
    }
  }
}
