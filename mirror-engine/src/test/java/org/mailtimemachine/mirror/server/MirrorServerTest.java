package org.mailtimemachine.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.copy.Gap;
import org.mailtimemachine.mirror.register.MirrorHost;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.NewMirror;
import org.mailtimemachine.mirror.smtp.SmtpSink;

/** The process in the delivery path: how it starts, and how it ends. */
class MirrorServerTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path directory;
  private MirrorHost host;
  private MirrorRegister register;
  private SmtpSink hop;

  @BeforeEach
  void makeHost() throws Exception {
    hop = SmtpSink.start();
    host =
        new MirrorHost(directory, CLOCK)
            .set("mtm.mirror.listen", "127.0.0.1:0")
            .set("mtm.mirror.next-hop", "127.0.0.1:" + hop.port())
            .set("mtm.mirror.host-name", "mx.example.test")
            .set("mtm.zone", "UTC");
    register = host.register();
    register.add(
        new NewMirror(
            new MirrorSource.AllRecipients("example.test"), true, List.of(), 5, false, false),
        "p");
  }

  @AfterEach
  void closeHop() throws IOException {
    hop.close();
  }

  @Test
  void whatIsSentIsAtTheNextHopAndInTheMirror() throws Exception {
    try (MirrorServer server = start();
        Client client = new Client(server.address())) {
      client.begin();
      assertThat(client.say("Subject: a\r\n\r\ntext\r\n.")).startsWith("250");
      assertThat(client.say("QUIT")).startsWith("221");
    }
    try (MirrorServer server = start()) { // what was not linked before it ended is linked now
      server.awaitDelivered();
    }
    assertThat(hop.taken()).hasSize(1);
    assertThat(mirrored()).hasSize(1);
  }

  @Test
  void aMirrorThatIsMadeMeanwhileIsInForceForTheNextMessage() throws Exception {
    try (MirrorServer server = start();
        Client client = new Client(server.address())) {
      register.end(register.mirrors().getFirst().id(), false, "p");
      client.begin();
      assertThat(client.say("a\r\n.")).startsWith("250");
      server.awaitDelivered();
      assertThat(mirrored()).isEmpty();
      register.add(
          new NewMirror(
              new MirrorSource.AllRecipients("example.test"), true, List.of(), 5, false, false),
          "p");
      client.begin();
      assertThat(client.say("b\r\n.")).startsWith("250");
      server.awaitDelivered();
      assertThat(mirrored()).hasSize(1);
    }
  }

  @Test
  void asItEndsATextComesToItsEndAndAllOthersAreToldToComeAgain() throws Exception {
    MirrorServer server = start();
    try (Client idle = new Client(server.address());
        Client busy = new Client(server.address())) {
      idle.say("EHLO mx.example.test");
      busy.begin();
      busy.send("Subject: a\r\n");
      Thread closing = Thread.ofPlatform().start(() -> close(server));
      assertThat(idle.line()).startsWith("421 4.3.2 mx.example.test Shutting down");
      assertThatThrownBy(() -> new Client(server.address())).isInstanceOf(IOException.class);
      assertThat(busy.say("\r\ntext\r\n.")).startsWith("250");
      assertThat(busy.line()).startsWith("421");
      closing.join();
    }
    assertThat(hop.taken()).hasSize(1);
    try (MirrorServer again = start()) {
      again.awaitDelivered();
    }
    assertThat(mirrored()).hasSize(1);
  }

  @Test
  void aTextThatDoesNotEndIsWaitedForAsLongAsTheSettingsSay() throws Exception {
    host.set("mtm.mirror.stop-within", "PT0.2S");
    MirrorServer server = start();
    try (Client client = new Client(server.address())) {
      client.begin();
      client.send("Subject: a\r\n");
      server.close();
      assertThatThrownBy(client::line).isInstanceOf(IOException.class);
    }
    assertThat(hop.taken()).isEmpty();
  }

  @Test
  void whatPassesWithoutACopyIsCountedAndListed() throws Exception {
    host.set("mtm.mirror.policy", "pass").set("mtm.mirror.metrics.port", "0");
    try (MirrorServer server = start();
        Client client = new Client(server.address())) {
      client.begin();
      assertThat(client.say("a\r\n.")).startsWith("250");
      server.awaitDelivered();
      loseTheSpool();
      client.begin();
      assertThat(client.say("b\r\n.")).startsWith("250");
      assertThat(figures(server))
          .contains(
              "mtm_mirror_messages_total 2\n",
              "mtm_mirror_bytes_total 6\n",
              "mtm_mirror_gaps_total 1\n",
              "mtm_mirror_deferrals_total 0\n",
              "mtm_mirror_answer_seconds_bucket{le=\"+Inf\"} 2\n",
              "mtm_mirror_clients 1\n",
              "mtm_mirror_in_force 1\n");
    }
    List<Gap> gaps = new GapBook(register.gaps()).read();
    assertThat(gaps)
        .singleElement()
        .satisfies(
            gap -> {
              assertThat(gap.time()).isEqualTo(CLOCK.instant());
              assertThat(gap.sender()).isEqualTo("sender@example.test");
              assertThat(gap.recipients()).containsExactly("bob@example.test");
              assertThat(gap.cause()).contains("ENOENT");
            });
  }

  @Test
  void whatIsDeferredIsCounted() throws Exception {
    host.set("mtm.mirror.metrics.port", "0");
    try (MirrorServer server = start();
        Client client = new Client(server.address())) {
      loseTheSpool();
      client.say("EHLO mx.example.test");
      client.say("MAIL FROM:<sender@example.test>");
      client.say("RCPT TO:<bob@example.test>");
      assertThat(client.say("DATA")).startsWith("451");
      assertThat(figures(server))
          .contains("mtm_mirror_deferrals_total 1\n", "mtm_mirror_messages_total 0\n");
    }
    assertThat(new GapBook(register.gaps()).read()).isEmpty();
  }

  @Test
  void gapsThatCannotBeWrittenAreWrittenLater() throws Exception {
    Path notYet = Files.writeString(directory.resolve("gaps"), "a file");
    GapBook book = new GapBook(notYet);
    Gap gap = new Gap(CLOCK.instant(), "4bX", "", List.of("bob@example.test"), "full\tdisk\n");
    book.add(gap);
    Files.delete(notYet);
    book.add(gap);
    Files.writeString(notYet.resolve("2026-11"), "half a li", StandardOpenOption.APPEND);
    book.add(gap);
    assertThat(book.read()).containsExactly(gap, gap, gap);
  }

  /** As if somebody had removed it. */
  private void loseTheSpool() throws IOException {
    try (Stream<Path> files = Files.walk(register.spool())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static String figures(MirrorServer server) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://127.0.0.1:%d/metrics"
                              .formatted(server.metricsPort().orElseThrow())))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void aSecondOneIsRefused() throws Exception {
    try (MirrorServer server = start()) {
      assertThat(server.address().getPort()).isPositive();
      assertThatThrownBy(this::start)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another process mirrors");
    }
  }

  @Test
  void withoutAllRulesItDoesNotStart() throws Exception {
    String id = register.mirrors().getFirst().id();
    Files.writeString(directory.resolve("mirror/mirrors").resolve(id), "");
    assertThatThrownBy(this::start).hasMessageContaining("no mail is taken", id);
    host.set("mtm.mirror.directory", directory.resolve("elsewhere").toString());
    assertThatThrownBy(this::start).hasMessageContaining("is it mounted?");
  }

  @Test
  void aWrongSettingIsNamed() {
    for (String[] wrong :
        new String[][] {
          {"mtm.mirror.listen", "here"},
          {"mtm.mirror.next-hop", "localhost"},
          {"mtm.mirror.policy", "maybe"},
          {"mtm.mirror.protocol", "uucp"},
          {"mtm.mirror.clients", "0"},
          {"mtm.mirror.stop-within", "soon"},
          {"mtm.mirror.tls.key-store", "/nowhere"},
          {"mtm.mirror.metrics.port", "70000"},
          {"mtm.zone", "Rome"}
        }) {
      assertThatThrownBy(
              () ->
                  MirrorServerSettings.of(
                      name -> name.equals(wrong[0]) ? Optional.of(wrong[1]) : host.setting(name)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(wrong[0] + ": ");
    }
  }

  private MirrorServer start() throws IOException {
    return MirrorServer.start(MirrorServerSettings.of(host::setting).orElseThrow(), CLOCK);
  }

  private static void close(MirrorServer server) {
    try {
      server.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<Path> mirrored() throws IOException {
    try (Stream<Path> files = Files.list(host.maildir("_mirror@example.test").resolve("new"))) {
      return files.toList();
    }
  }

  /** Somebody who sends mail. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader replies;

    Client(InetSocketAddress server) throws IOException {
      socket = new Socket(server.getAddress(), server.getPort());
      socket.setSoTimeout(30_000);
      replies =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      String greeting = line();
      if (!greeting.startsWith("220")) {
        throw new IOException("sent away: " + greeting);
      }
    }

    void begin() throws IOException {
      say("EHLO mx.example.test");
      assertThat(say("MAIL FROM:<sender@example.test>")).startsWith("250");
      assertThat(say("RCPT TO:<bob@example.test>")).startsWith("250");
      assertThat(say("DATA")).startsWith("354");
    }

    void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
    }

    String say(String line) throws IOException {
      send(line + "\r\n");
      return line();
    }

    String line() throws IOException {
      String line;
      do {
        line = replies.readLine();
        if (line == null) {
          throw new IOException("closed by the server");
        }
      } while (line.startsWith("250-"));
      return line;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
