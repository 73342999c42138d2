package org.mailtimemachine.restore.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.RestoreException;

/** What a server may say that is broken, hostile, or rare. */
class ImapConnectionTest {

  private static final String GREETING = "* OK hello\r\n";
  private static final String CAN = "* CAPABILITY IMAP4rev1 AUTH=PLAIN %s\r\nTAG OK\r\n";

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private @Nullable ServerSocket server;

  @AfterEach
  void close() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  /** Says one of these for each line that it hears, the first at once; TAG is that of the line. */
  private ImapServer saying(String... answers) throws IOException {
    ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    server = listening;
    Thread.startVirtualThread(
        () -> {
          try (Socket client = listening.accept()) {
            BufferedReader in =
                new BufferedReader(
                    new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            OutputStream out = client.getOutputStream();
            String tag = "";
            for (String answer : answers) {
              if (!tag.isEmpty() || !answer.equals(answers[0])) {
                String line = in.readLine();
                if (line == null) {
                  return;
                }
                heard.add(line);
                tag = line.startsWith("m") ? line.split(" ", 2)[0] : tag;
              }
              out.write(answer.replace("TAG", tag).getBytes(StandardCharsets.ISO_8859_1));
              out.flush();
            }
            in.readLine();
          } catch (IOException e) {
            // the client has gone
          }
        });
    return new ImapServer("127.0.0.1", listening.getLocalPort(), false, PATIENCE, PATIENCE);
  }

  private static AbstractThrowableAssert<?, ?> isAway(ThrowableAssert.ThrowingCallable call) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RestoreException.class,
            e -> assertThat(e.hindrance()).isEqualTo(Hindrance.SERVER_AWAY));
  }

  @Test
  void whoDoesNotWantToTalkIsAway() throws IOException {
    ImapServer bye = saying("* BYE not now\r\n");
    isAway(() -> ImapConnection.open(bye)).hasMessageContaining("does not want to talk");
    close();
    ImapServer gone = bye;
    isAway(() -> ImapConnection.open(gone));
    ImapServer other = saying("220 mail.example.test ESMTP\r\n");
    isAway(() -> ImapConnection.open(other)).hasMessageContaining("does not want to talk");
  }

  @Test
  void answersMayHaveStringsOfAllKindsAndAnythingBetween() throws IOException {
    ImapServer server =
        saying(
            GREETING,
            CAN.formatted("UIDPLUS"),
            "* 3 EXISTS\r\n* 2 FETCH (UID 7 FLAGS (\\Seen $x) BODY[HEADER.FIELDS (MESSAGE-ID)]"
                + " {5}\r\na)\r\nb INTERNALDATE \" 7-Mar-2019 01:59:00 +0100\")\r\n"
                + "* OK [HIGHESTMODSEQ 12] so far\r\nTAG OK [APPENDUID 1 2] done\r\n");
    try (ImapConnection connection = ImapConnection.open(server)) {
      assertThat(connection.can("UIDPLUS")).isTrue();
      ImapConnection.Answer answer = connection.require("NOOP");
      assertThat(answer.named("FETCH").getFirst().values().getFirst())
          .isEqualTo(
              List.of(
                  "UID",
                  "7",
                  "FLAGS",
                  List.of("\\Seen", "$x"),
                  "BODY[HEADER.FIELDS (MESSAGE-ID)]",
                  "a)\r\nb",
                  "INTERNALDATE",
                  " 7-Mar-2019 01:59:00 +0100"));
      assertThat(answer.coded("HIGHESTMODSEQ")).isEqualTo("12");
      assertThat(answer.coded("APPENDUID")).isEqualTo("1 2");
      assertThat(answer.coded("UIDNEXT")).isEmpty();
    }
  }

  @Test
  void nothingThatAServerSaysTakesAllMemory() throws IOException {
    for (String endless :
        List.of(
            "* 1 FETCH (BODY[] {999999999}\r\n",
            "* LIST " + "(".repeat(100) + "\r\n",
            "* FLAGS \"" + "x".repeat(1_100_000),
            "* OK " + "x".repeat(1_100_000),
            "* FLAGS (" + "x ".repeat(2_200_000),
            "* OK more\r\n".repeat(800_000),
            "y".repeat(1_100_000))) {
      ImapServer server = saying(GREETING, CAN.formatted(""), endless);
      try (ImapConnection connection = ImapConnection.open(server)) {
        isAway(() -> connection.require("NOOP"))
            .hasMessageMatching(".*(without an end|nobody asked for)");
      }
      close();
    }
  }

  @Test
  void whatIsRefusedIsNotSent() throws IOException {
    ImapServer server =
        saying(GREETING, CAN.formatted(""), "TAG NO [OVERQUOTA] full\r\n", "TAG OK\r\n");
    try (ImapConnection connection = ImapConnection.open(server)) {
      assertThatThrownBy(() -> connection.require("APPEND INBOX", text("secret")))
          .isInstanceOfSatisfying(
              ImapRefusal.class,
              e -> {
                assertThat(e.is("OVERQUOTA")).isTrue();
                assertThat(e.hindrance()).isEqualTo(Hindrance.OVER_QUOTA);
              });
      connection.require("NOOP");
    }
    assertThat(heard).containsExactly("m1 CAPABILITY", "m2 APPEND INBOX {6}", "m3 NOOP");
  }

  /** What is longer would be a command, in the name of whoever is signed in. */
  @Test
  void aMessageThatChangedWhileItWasSentIsNoneAndNoCommand() throws Exception {
    String more = "\r\nm9 CREATE \"Hidden\"\r\n".repeat(10_000);
    for (String sent : List.of("secret", "sec", "secret" + more)) {
      try (PretendImap pretended = new PretendImap()) {
        ImapServer there = new ImapServer("127.0.0.1", pretended.port(), false, PATIENCE, PATIENCE);
        try (ImapConnection connection = ImapConnection.open(there)) {
          isAway(
              () ->
                  connection.require(
                      "APPEND \"INBOX\" () \"01-Nov-2026 08:00:00 +0000\"", changed(sent)));
          isAway(() -> connection.require("NOOP"));
        }
        pretended.awaitSilence();
        assertThat(pretended.texts("INBOX")).isEmpty();
        assertThat(pretended.has("Hidden")).isFalse();
      }
    }
  }

  /** Six bytes were said; whoever sends them sees that they were others, but at the end only. */
  private static ImapConnection.Literal changed(String sent) {
    return new ImapConnection.Literal() {
      @Override
      public long size() {
        return 6;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        out.write(sent.getBytes(StandardCharsets.US_ASCII));
        throw new IOException("changed");
      }
    };
  }

  @Test
  void whatIsShorterThanWasSaidIsNotSentToItsEnd() throws Exception {
    try (PretendImap pretended = new PretendImap()) {
      ImapServer there = new ImapServer("127.0.0.1", pretended.port(), false, PATIENCE, PATIENCE);
      try (ImapConnection connection = ImapConnection.open(there)) {
        isAway(
                () ->
                    connection.require(
                        "APPEND \"INBOX\" () \"01-Nov-2026 08:00:00 +0000\"",
                        new ImapConnection.Literal() {
                          @Override
                          public long size() {
                            return 8;
                          }

                          @Override
                          public void writeTo(OutputStream out) throws IOException {
                            out.write("secret".getBytes(StandardCharsets.US_ASCII));
                          }
                        }))
            .hasMessageContaining("became shorter");
      }
      pretended.awaitSilence();
      assertThat(pretended.texts("INBOX")).isEmpty();
    }
  }

  @Test
  @Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void whoReadsNothingHoldsNobodyForEver() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(
          () -> {
            try (Socket client = listening.accept()) {
              OutputStream out = client.getOutputStream();
              out.write(GREETING.getBytes(StandardCharsets.US_ASCII));
              client.getInputStream().readNBytes("m1 CAPABILITY\r\n".length());
              String answer = CAN.formatted("LITERAL+").replace("TAG", "m1");
              out.write(answer.getBytes(StandardCharsets.US_ASCII));
              over.await();
            } catch (IOException | InterruptedException e) {
              // the client has gone
            }
          });
      ImapServer deaf =
          new ImapServer(
              "127.0.0.1", listening.getLocalPort(), false, PATIENCE, Duration.ofSeconds(3));
      try (ImapConnection connection = ImapConnection.open(deaf)) {
        isAway(() -> connection.require("APPEND \"INBOX\"", endless()));
      }
    } finally {
      over.countDown();
    }
  }

  private static ImapConnection.Literal endless() {
    return new ImapConnection.Literal() {
      @Override
      public long size() {
        return 1L << 40;
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        byte[] some = new byte[64 * 1024];
        for (long sent = 0; sent < size(); sent += some.length) {
          out.write(some);
        }
      }
    };
  }

  @Test
  void rangesAreNotUnrolledThatAServerSays() throws IOException {
    ImapServer server =
        saying(
            GREETING,
            CAN.formatted("UIDPLUS CONDSTORE"),
            "TAG OK [MODIFIED 8:4294967295] some\r\n",
            "* 2 FETCH (UID 7 FLAGS (\\Deleted))\r\nTAG OK\r\n",
            "TAG OK\r\n");
    try (ImapSession session = new ImapSession(ImapConnection.open(server))) {
      assertThat(session.expunge(List.of(7L, 8L, 9L), 12)).containsExactly(7L);
    }
    assertThat(heard).last().isEqualTo("m4 UID EXPUNGE 7");
  }

  @Test
  void aPasswordIsInNoMessage() throws IOException {
    ImapServer server =
        saying(GREETING, CAN.formatted(""), "+ \r\n", "TAG NO [AUTHENTICATIONFAILED] no\r\n");
    try (ImapConnection connection = ImapConnection.open(server)) {
      assertThatThrownBy(() -> connection.signIn("a@example.test", "master", "hunter2"))
          .isInstanceOf(ImapRefusal.class)
          .hasMessageContaining("AUTHENTICATIONFAILED")
          .hasMessageNotContaining("hunter2")
          .hasMessageNotContaining(
              Base64.getEncoder()
                  .encodeToString(
                      "a@example.test\0master\0hunter2".getBytes(StandardCharsets.US_ASCII)));
    }
    assertThat(heard.get(1)).isEqualTo("m2 AUTHENTICATE PLAIN");
  }

  private static ImapConnection.Literal text(String text) {
    return new ImapConnection.Literal() {
      @Override
      public long size() {
        return text.length();
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
      }
    };
  }
}
