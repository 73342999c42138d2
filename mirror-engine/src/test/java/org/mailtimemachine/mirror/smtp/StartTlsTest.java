package org.mailtimemachine.mirror.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mailtimemachine.mirror.server.MirrorServerSettings;

/** TLS on both sides of the proxy, with key stores as an administrator makes them. */
class StartTlsTest {

  private static final String TEXT = "Subject: a\r\n\r\ntext\r\n";
  private static final char[] PASSWORD = "of a test".toCharArray();

  @TempDir private static Path directory;
  private static SSLContext localhost;
  private static SSLContext elsewhere;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final RememberedCopies copies = new RememberedCopies();

  @BeforeAll
  static void makeKeys() throws Exception {
    localhost = context("localhost");
    elsewhere = context("elsewhere.example.test");
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aClientStartsAnewBehindTls(Protocol protocol) throws Exception {
    ScriptedHop hop = hop(protocol, Optional.empty(), "");
    RawClient client = client(protocol, hop, Optional.of(localhost), Optional.empty());
    assertThat(client.say(protocol.hello() + " mx.example.test").lines()).contains("STARTTLS");
    assertThat(client.say("MAIL FROM:<before@example.test>").code()).isEqualTo(250);
    assertThat(client.say("STARTTLS").code()).isEqualTo(220);
    client.startTls(localhost);
    assertThat(client.say("RCPT TO:<b@example.test>").code()).isEqualTo(503);
    assertThat(client.say("MAIL FROM:<a@example.test>").code()).isEqualTo(503);
    assertThat(client.say(protocol.hello() + " mx.example.test").lines())
        .doesNotContain("STARTTLS");
    assertThat(client.say("STARTTLS").code()).isEqualTo(502);
    sends(client);
    assertThat(copies.kept().getFirst().envelope().sender()).isEqualTo("a@example.test");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsPutBehindStartTlsInTheClearIsNotObeyed(Protocol protocol) throws Exception {
    ScriptedHop hop = hop(protocol, Optional.empty(), "");
    RawClient client = client(protocol, hop, Optional.of(localhost), Optional.empty());
    client.say(protocol.hello() + " mx.example.test");
    client.send("STARTTLS\r\nMAIL FROM:<smuggled@example.test>\r\n");
    assertThat(client.reply().code()).isEqualTo(500);
    assertThatThrownBy(client::reply).isInstanceOf(IOException.class);
    assertThat(hop.said()).noneMatch(line -> line.contains("smuggled"));
  }

  @ParameterizedTest
  @EnumSource
  void theNextHopGetsItBehindTls(Protocol protocol) throws Exception {
    ScriptedHop hop = hop(protocol, Optional.of(localhost), "");
    RawClient client = client(protocol, hop, Optional.empty(), Optional.of(localhost));
    assertThat(client.say(protocol.hello() + " mx.example.test").lines())
        .contains("8BITMIME")
        .doesNotContain("STARTTLS");
    sends(client);
    assertThat(client.say(protocol.hello() + " mx.example.test").code()).isEqualTo(250);
    sends(client);
    String hello = protocol.hello() + " proxy.example.test";
    assertThat(hop.said()).startsWith(hello, "STARTTLS", hello, "MAIL FROM:<a@example.test>");
    assertThat(hop.said()).containsOnlyOnce("STARTTLS");
    assertThat(hop.taken()).hasSize(2);
  }

  @Test
  void aNextHopThatOffersNoTlsGetsNothing() throws Exception {
    assertSentAway(hop(Protocol.SMTP, Optional.empty(), ""), localhost);
  }

  @Test
  void aNextHopOfAnotherNameGetsNothing() throws Exception {
    assertSentAway(hop(Protocol.SMTP, Optional.of(elsewhere), ""), elsewhere);
  }

  @Test
  void aNextHopWithAStrangersCertificateGetsNothing() throws Exception {
    assertSentAway(hop(Protocol.SMTP, Optional.of(elsewhere), ""), localhost);
  }

  @Test
  void repliesThatWerePutBehindTheYesToStartTlsAreNotBelieved() throws Exception {
    assertSentAway(
        hop(Protocol.SMTP, Optional.of(localhost), "\r\n250-hop\r\n250 CHEAT"), localhost);
  }

  @Test
  void certificatesOfAPemFileAreWhatANextHopIsBelievedBy() throws Exception {
    Path pem = directory.resolve("next-hop.pem");
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "key",
        "-file",
        pem.toString(),
        "-keystore",
        directory.resolve("localhost").toString());
    assertThat(settings(pem).proxy().nextHopTls()).isPresent();
    sends(
        greeted(
            hop(Protocol.SMTP, Optional.of(localhost), ""), settings(pem).proxy().nextHopTls()));
    assertSentAway(
        hop(Protocol.SMTP, Optional.of(elsewhere), ""),
        settings(pem).proxy().nextHopTls().orElseThrow());
    Path none = Files.writeString(directory.resolve("none.pem"), "");
    assertThatThrownBy(() -> settings(none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("mtm.mirror.next-hop.certificates");
  }

  private static MirrorServerSettings settings(Path certificates) {
    Map<String, String> set =
        Map.of(
            "mtm.mirror.directory", directory.toString(),
            "mtm.maildirs", directory.toString(),
            "mtm.mirror.host-name", "proxy.example.test",
            "mtm.mirror.next-hop.certificates", certificates.toString());
    return MirrorServerSettings.of(name -> Optional.ofNullable(set.get(name))).orElseThrow();
  }

  private RawClient greeted(ScriptedHop hop, Optional<SSLContext> nextHopTls) throws IOException {
    RawClient client = client(Protocol.SMTP, hop, Optional.empty(), nextHopTls);
    assertThat(client.say("EHLO mx.example.test").code()).isEqualTo(250);
    return client;
  }

  private void assertSentAway(ScriptedHop hop, SSLContext trusted) throws Exception {
    RawClient client = client(Protocol.SMTP, hop, Optional.empty(), Optional.of(trusted));
    assertThat(client.say("EHLO mx.example.test").code()).isEqualTo(421);
    assertThatThrownBy(client::reply).isInstanceOf(IOException.class);
    assertThat(hop.said()).allMatch(line -> line.startsWith("EHLO") || line.equals("STARTTLS"));
  }

  private static void sends(RawClient client) throws IOException {
    assertThat(client.say("MAIL FROM:<a@example.test>").code()).isEqualTo(250);
    assertThat(client.say("RCPT TO:<b@example.test>").code()).isEqualTo(250);
    assertThat(client.say("DATA").code()).isEqualTo(354);
    assertThat(client.say(TEXT + ".").code()).isEqualTo(250);
  }

  private ScriptedHop hop(Protocol protocol, Optional<SSLContext> tls, String injected)
      throws IOException {
    ScriptedHop hop = ScriptedHop.start(protocol, Map.of(), tls, injected);
    open.add(hop);
    return hop;
  }

  private RawClient client(
      Protocol protocol, ScriptedHop hop, Optional<SSLContext> tls, Optional<SSLContext> nextHopTls)
      throws IOException {
    Duration time = Duration.ofSeconds(30);
    SmtpProxy proxy =
        SmtpProxy.start(
            new ProxySettings(
                protocol,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                hop.address(),
                "proxy.example.test",
                ProxySettings.MOST_CLIENTS,
                ProxySettings.LONGEST_LINE,
                new Patience(time, time, time, time),
                tls,
                nextHopTls),
            copies);
    open.add(proxy);
    RawClient client = new RawClient(proxy.address());
    open.add(client);
    assertThat(client.reply().code()).isEqualTo(220);
    return client;
  }

  private static void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(List.of("-storepass", new String(PASSWORD)));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
  }

  /** A key and a certificate for that name, which it trusts itself. */
  private static SSLContext context(String name)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path file = directory.resolve(name);
    keytool(
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
        file.toString());
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }
}
