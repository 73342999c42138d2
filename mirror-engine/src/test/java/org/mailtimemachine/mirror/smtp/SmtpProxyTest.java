package org.mailtimemachine.mirror.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a mail server in front of the proxy gets to hear, and what comes of its messages. */
class SmtpProxyTest {

  private static final String HELLO = "EHLO proxy.example.test";
  private static final String TEXT = "Subject: a\r\n\r\n..a dot\r\nthe end\r\n";
  private static final String PLAIN = "Subject: a\r\n\r\n.a dot\r\nthe end\r\n";

  private static final Patience PATIENT =
      new Patience(
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30));
  private static final Patience IMPATIENT =
      new Patience(
          Duration.ofSeconds(30),
          Duration.ofMillis(300),
          Duration.ofMillis(300),
          Duration.ofSeconds(30));

  private static final Patience IMPATIENT_WITH_CLIENTS =
      new Patience(
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofMillis(300));

  private final List<AutoCloseable> open = new ArrayList<>();
  private final RememberedCopies copies = new RememberedCopies();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void aMessageIsHandedOnAsItCameAndKept() throws Exception {
    ScriptedHop hop = hop(Protocol.SMTP);
    RawClient client = client(Protocol.SMTP, hop, copies);
    assertThat(client.reply().code()).isEqualTo(220);
    Reply hello = client.say("EHLO mx.example.test");
    assertThat(hello.lines())
        .contains("8BITMIME", "DSN", "SMTPUTF8", "SIZE 1000000", "PIPELINING")
        .contains("XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE")
        .doesNotContain("CHUNKING", "ENHANCEDSTATUSCODES", "STARTTLS");
    assertThat(client.say("XFORWARD NAME=[UNAVAILABLE] ADDR=192.0.2.1 IDENT=4bXyz HELO=a").code())
        .isEqualTo(250);
    assertThat(client.say("MAIL FROM:<a@example.test> SIZE=31 BODY=8BITMIME RET=HDRS ENVID=x+2By"))
        .isEqualTo(Reply.of(250, "2.0.0 MAIL ok"));
    assertThat(
            client.say("RCPT TO:<b@example.test> NOTIFY=NEVER ORCPT=rfc822;b@example.test").code())
        .isEqualTo(250);
    assertThat(client.say("RCPT TO:<\"c>d\"@example.test>").code()).isEqualTo(250);
    assertThat(client.say("DATA").code()).isEqualTo(354);
    assertThat(client.say(TEXT + ".")).isEqualTo(Reply.of(250, "2.0.0 <b@example.test>"));
    assertThat(client.say("QUIT").code()).isEqualTo(221);

    assertThat(hop.said())
        .startsWith(
            "EHLO proxy.example.test",
            "XFORWARD NAME=[UNAVAILABLE] ADDR=192.0.2.1 IDENT=4bXyz",
            "MAIL FROM:<a@example.test> SIZE=31 BODY=8BITMIME RET=HDRS ENVID=x+2By",
            "RCPT TO:<b@example.test> NOTIFY=NEVER ORCPT=rfc822;b@example.test",
            "RCPT TO:<\"c>d\"@example.test>",
            "DATA");
    assertThat(hop.taken()).singleElement().extracting(ScriptedHop.Taken::text).isEqualTo(PLAIN);
    assertThat(copies.kept())
        .singleElement()
        .satisfies(
            kept -> {
              assertThat(kept.text()).isEqualTo(PLAIN);
              assertThat(kept.accepted()).containsExactly("b@example.test", "\"c>d\"@example.test");
              assertThat(kept.envelope().sender()).isEqualTo("a@example.test");
              assertThat(kept.envelope().queueId()).hasValue("4bXyz");
              assertThat(kept.envelope().origin())
                  .isEqualTo(Map.of("ADDR", "192.0.2.1", "IDENT", "4bXyz", "HELO", "a"));
            });
  }

  @Test
  void whatIsForwardedOfOneMessageIsNotSaidOfTheNext() throws Exception {
    RawClient client = greeted(Protocol.SMTP, hop(Protocol.SMTP), copies);
    client.say("XFORWARD IDENT=4bXyz");
    send(client, "b@example.test");
    send(client, "b@example.test");
    assertThat(copies.kept())
        .extracting(kept -> kept.envelope().queueId())
        .containsExactly(Optional.of("4bXyz"), Optional.empty());
  }

  @Test
  void commandsOfAPipelineAreAnsweredInTheirOrder() throws Exception {
    RawClient client = greeted(Protocol.SMTP, hop(Protocol.SMTP), copies);
    client.send(
        lines(
            "MAIL FROM:<>",
            "RCPT TO:<b@example.test>",
            "RCPT TO:<>",
            "RCPT TO:<c@example.test>",
            "DATA"));
    List<Integer> codes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      codes.add(client.reply().code());
    }
    assertThat(codes).containsExactly(250, 250, 501, 250, 354);
    assertThat(client.say(TEXT + ".").code()).isEqualTo(250);
    assertThat(copies.kept())
        .singleElement()
        .extracting(RememberedCopies.Kept::text)
        .isEqualTo(PLAIN);
  }

  @Test
  void whatComesInOnePacketGoesOnInOne() throws Exception {
    ScriptedHop hop = hop(Protocol.SMTP);
    hop.pipelines();
    RawClient client = greeted(Protocol.SMTP, hop, copies);
    client.send(
        lines(
            "XFORWARD IDENT=4bXyz",
            "XFORWARD PROTO=ESMTP", // which the next hop does not take
            "MAIL FROM:<a@example.test>",
            "RCPT TO:<b@example.test>",
            "RCPT TO:<>",
            "RCPT TO:<c@example.test>",
            "DATA"));
    List<Integer> codes = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      codes.add(client.reply().code());
    }
    assertThat(codes).containsExactly(250, 250, 250, 250, 501, 250, 354);
    assertThat(client.say(TEXT + ".").code()).isEqualTo(250);
    assertThat(copies.kept())
        .singleElement()
        .satisfies(
            kept -> {
              assertThat(kept.text()).isEqualTo(PLAIN);
              assertThat(kept.accepted()).containsExactly("b@example.test", "c@example.test");
              assertThat(kept.envelope().queueId()).hasValue("4bXyz");
            });
  }

  @Test
  void ofAPipelineWhoseSenderIsRefusedNothingIsTaken() throws Exception {
    ScriptedHop hop = faulty(Map.of(ScriptedHop.Stage.MAIL, ScriptedHop.Fault.SAY_550));
    hop.pipelines();
    RawClient client = greeted(Protocol.SMTP, hop, copies);
    client.send(lines("MAIL FROM:<a@example.test>", "RCPT TO:<b@example.test>", "DATA"));

    assertThat(client.reply().code()).isEqualTo(550);
    assertThat(client.reply().code()).isEqualTo(250); // says that next hop
    assertThat(client.reply().code()).isEqualTo(503);
    assertThatThrownBy(client::reply).isInstanceOf(EOFException.class);
    assertThat(hop.said()).doesNotContain("DATA");
    assertThat(copies.kept()).isEmpty();
  }

  @Test
  void aConnectionToTheNextHopServesTheNextClientWithNothingLeftOfTheOneBefore() throws Exception {
    ScriptedHop hop = hop(Protocol.SMTP);
    SmtpProxy proxy = proxy(Protocol.SMTP, hop, copies, PATIENT);
    RawClient first = greeted(proxy, Protocol.SMTP);
    first.say("XFORWARD IDENT=4bXyz");
    send(first, "b@example.test");
    first.say("XFORWARD IDENT=another");
    first.say("MAIL FROM:<begun@example.test>"); // and not ended
    first.quit();
    RawClient second = greeted(proxy, Protocol.SMTP);
    send(second, "c@example.test");
    second.quit();

    assertThat(hop.connections()).isEqualTo(1);
    assertThat(hop.said().subList(hop.said().lastIndexOf(HELLO), hop.said().size()))
        .as("EHLO ends all that was said before, and is said once for each client")
        .startsWith(HELLO, "MAIL FROM:<a@example.test>", "RCPT TO:<c@example.test>");
    assertThat(hop.said()).filteredOn(HELLO::equals).hasSize(2);
    assertThat(hop.taken()).hasSize(2);
    assertThat(copies.kept())
        .extracting(kept -> kept.envelope().queueId())
        .containsExactly(Optional.of("4bXyz"), Optional.empty());
  }

  @Test
  @Timeout(60)
  void aClientThatHangsUpBehindAMessageAsPostfixDoesLeavesItsConnectionToTheNext()
      throws Exception {
    ScriptedHop hop = hop(Protocol.SMTP);
    SmtpProxy proxy = proxy(Protocol.SMTP, hop, copies, PATIENT);
    for (int i = 0; i < 2; i++) {
      RawClient client = greeted(proxy, Protocol.SMTP);
      send(client, "b@example.test");
      client.close();
      while (proxy.clients() > 0) { // its session ends
        TimeUnit.MILLISECONDS.sleep(1);
      }
    }
    assertThat(hop.connections()).isEqualTo(1);
    assertThat(hop.taken()).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = ScriptedHop.Fault.class,
      names = {"DROP", "SILENCE", "GARBAGE", "SAY_421", "SAY_550"})
  void whereTheNextHopHasLeftMeanwhileAnotherConnectionIsMade(ScriptedHop.Fault fault)
      throws Exception {
    ScriptedHop hop = hop(Protocol.SMTP);
    SmtpProxy proxy = proxy(Protocol.SMTP, hop, copies, PATIENT);
    RawClient first = greeted(proxy, Protocol.SMTP);
    send(first, "b@example.test");
    first.quit();
    hop.atTheNextHello(fault);
    RawClient second = greeted(proxy, Protocol.SMTP);
    send(second, "b@example.test");

    assertThat(hop.connections()).isEqualTo(2);
    assertThat(hop.taken()).hasSize(2);
  }

  @Test
  @Timeout(60)
  void whoeverWasRefusedSomethingOrSentNothingOrLeftInATextLeavesNoConnectionBehind()
      throws Exception {
    ScriptedHop hop = hop(Protocol.LMTP);
    hop.verdict("full@example.test", 452);
    SmtpProxy proxy = proxy(Protocol.LMTP, hop, copies, PATIENT);
    RawClient refused = greeted(proxy, Protocol.LMTP);
    refused.say("MAIL FROM:<a@example.test>");
    refused.say("RCPT TO:<full@example.test>");
    refused.say("DATA");
    assertThat(refused.say(TEXT + ".").code()).isEqualTo(452);
    refused.quit();
    greeted(proxy, Protocol.LMTP).quit();
    while (hop.said().stream().filter("QUIT"::equals).count() < 2) { // and both are left at once
      TimeUnit.MILLISECONDS.sleep(1);
    }
    RawClient broken = greeted(proxy, Protocol.LMTP);
    send(broken, "b@example.test");
    broken.say("MAIL FROM:<a@example.test>");
    broken.say("RCPT TO:<b@example.test>");
    broken.say("DATA");
    broken.send("Subject: a\r\n");
    broken.close();
    while (proxy.clients() > 0) { // its session ends
      TimeUnit.MILLISECONDS.sleep(1);
    }
    greeted(proxy, Protocol.LMTP);

    assertThat(hop.connections()).isEqualTo(4);
  }

  @Test
  void anOddLineBehindAPipelineIsAnsweredBehindIt() throws Exception {
    RawClient client = greeted(Protocol.SMTP, hop(Protocol.SMTP), copies);
    client.send(lines("MAIL FROM:<a@example.test>", "RCPT TO:<b@example.test>", "NO\nOP"));

    assertThat(client.reply().code()).isEqualTo(250);
    assertThat(client.reply().code()).isEqualTo(250);
    assertThat(client.reply().code()).isEqualTo(500);
  }

  @Test
  void whatIsTakenWithoutASenderIsForNobody() throws Exception {
    ScriptedHop hop = faulty(Map.of(ScriptedHop.Stage.MAIL, ScriptedHop.Fault.SAY_550));
    hop.pipelines();
    RawClient client = greeted(Protocol.SMTP, hop, copies);
    client.send(lines("MAIL FROM:<no@example.test>", "RCPT TO:<b@example.test>", "NOOP"));
    assertThat(List.of(client.reply().code(), client.reply().code(), client.reply().code()))
        .containsExactly(550, 250, 250);
    hop.recovers();
    send(client, "c@example.test");
    assertThat(copies.kept())
        .singleElement()
        .satisfies(kept -> assertThat(kept.accepted()).containsExactly("c@example.test"));
  }

  @Test
  void inLmtpEachRecipientHasItsOwnReplyAndOnlyThoseWhoGotItAreCopied() throws Exception {
    ScriptedHop hop = hop(Protocol.LMTP);
    hop.verdict("full@example.test", 452);
    hop.verdict("gone@example.test", 550);
    RawClient client = greeted(Protocol.LMTP, hop, copies);
    client.say("MAIL FROM:<a@example.test>");
    for (String each : List.of("b", "full", "gone", "c")) {
      client.say("RCPT TO:<" + each + "@example.test>");
    }
    client.say("DATA");
    client.send(TEXT + ".\r\n");
    List<Integer> codes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      codes.add(client.reply().code());
    }
    assertThat(codes).containsExactly(250, 452, 550, 250);
    assertThat(copies.kept())
        .singleElement()
        .satisfies(
            kept ->
                assertThat(kept.accepted()).containsExactly("b@example.test", "c@example.test"));
  }

  static Stream<Arguments> everyFaultOfTheNextHop() {
    return Stream.of(Protocol.values())
        .flatMap(
            protocol ->
                EnumSet.allOf(ScriptedHop.Stage.class).stream()
                    .flatMap(
                        stage ->
                            EnumSet.allOf(ScriptedHop.Fault.class).stream()
                                .map(fault -> Arguments.of(protocol, stage, fault))));
  }

  @Timeout(60)
  @ParameterizedTest
  @MethodSource("everyFaultOfTheNextHop")
  void nothingIsPromisedThatTheNextHopHasNot(
      Protocol protocol, ScriptedHop.Stage stage, ScriptedHop.Fault fault) throws Exception {
    Map<ScriptedHop.Stage, ScriptedHop.Fault> faults = new EnumMap<>(ScriptedHop.Stage.class);
    faults.put(stage, fault);
    ScriptedHop hop = ScriptedHop.start(protocol, faults);
    open.add(hop);
    SmtpProxy proxy =
        proxy(protocol, hop, copies, fault == ScriptedHop.Fault.SILENCE ? IMPATIENT : PATIENT);
    List<Reply> replies = new ArrayList<>();
    boolean promised = attempt(proxy, protocol, replies);

    boolean permanent = fault == ScriptedHop.Fault.SAY_550 && stage != ScriptedHop.Stage.GREETING;
    if (!permanent) {
      assertThat(replies)
          .as("never is not said for a while")
          .noneMatch(reply -> reply.code() >= 500);
    }
    assertThat(promised).isEqualTo(copies.kept().size() == 1);
    while (promised && hop.taken().isEmpty()) { // it may say so first: bounded by the timeout
      TimeUnit.MILLISECONDS.sleep(1);
    }
    assertThat(hop.taken()).hasSizeLessThanOrEqualTo(1);
    while (proxy.clients() > 0) { // the session ends, as its client is gone: bounded by the timeout
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** As a mail server does it: what is not positive ends the attempt. */
  private static boolean attempt(SmtpProxy proxy, Protocol protocol, List<Reply> replies)
      throws IOException {
    boolean promised = false;
    try (RawClient client = new RawClient(proxy.address())) {
      replies.add(client.reply());
      for (String command :
          List.of(
              protocol.hello() + " mx.example.test",
              "RSET",
              "MAIL FROM:<a@example.test>",
              "RCPT TO:<b@example.test>",
              "DATA")) {
        if (replies.getLast().isNegative()) {
          return false;
        }
        replies.add(client.say(command));
      }
      if (replies.getLast().code() != 354) {
        return false;
      }
      replies.add(client.say(TEXT + "."));
      promised = replies.getLast().isPositive();
      replies.add(client.say("QUIT"));
    } catch (EOFException | SocketException e) {
      // hung up on, after its last word
    }
    return promised;
  }

  @Timeout(60)
  @Test
  void aNextHopThatStopsReadingIsGivenUp() throws Exception {
    try (ServerSocket stalls = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        ExecutorService script = Executors.newSingleThreadExecutor()) {
      Future<Void> stalled =
          script.submit(
              () -> {
                Socket proxy = stalls.accept();
                open.add(proxy);
                SmtpInput in = new SmtpInput(proxy.getInputStream());
                String said = "220 hop";
                while (true) {
                  proxy
                      .getOutputStream()
                      .write((said + "\r\n").getBytes(StandardCharsets.US_ASCII));
                  if (said.startsWith("354")) {
                    return null;
                  }
                  said = in.line(1_000).equals("DATA") ? "354 go on" : "250 ok";
                }
              });
      SmtpProxy proxy =
          proxy(
              Protocol.SMTP, (InetSocketAddress) stalls.getLocalSocketAddress(), copies, IMPATIENT);
      try (RawClient client = new RawClient(proxy.address())) {
        assertThat(client.reply().code()).isEqualTo(220);
        client.say("EHLO mx.example.test");
        client.say("MAIL FROM:<a@example.test>");
        client.say("RCPT TO:<b@example.test>");
        client.say("DATA");
        String line = "x".repeat(900) + "\r\n";
        for (int i = 0; i < 20_000; i++) { // more than the buffers of both sockets
          client.send(line);
        }
        assertThat(client.say(".").code()).isEqualTo(451);
      }
      stalled.get();
    }
    assertThat(copies.kept()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(RememberedCopies.Step.class)
  void aMessageThatCannotBeCopiedIsToBeSentAgain(RememberedCopies.Step step) throws Exception {
    ScriptedHop hop = hop(Protocol.SMTP);
    RawClient client = greeted(Protocol.SMTP, hop, new RememberedCopies(step));
    client.say("MAIL FROM:<a@example.test>");
    client.say("RCPT TO:<b@example.test>");
    Reply go = client.say("DATA");
    if (step == RememberedCopies.Step.BEGIN) {
      assertThat(go.code()).isEqualTo(451);
    } else {
      assertThat(go.code()).isEqualTo(354);
      assertThat(client.say(TEXT + ".").code()).isEqualTo(451);
    }
    if (step != RememberedCopies.Step.SYNC) { // there it may have it: the dot goes out first
      assertThat(hop.taken()).hasSize(step == RememberedCopies.Step.ACCEPTED ? 1 : 0);
    }
    assertThatThrownBy(client::reply).isInstanceOf(IOException.class);
  }

  @Test
  void whereCopiesCannotBeSyncedNotEachAttemptLeavesAMessageAtTheNextHop() throws Exception {
    ScriptedHop hop = hop(Protocol.SMTP);
    Copies failing = new RememberedCopies(RememberedCopies.Step.SYNC);
    for (int attempt = 0; attempt < 5; attempt++) {
      RawClient client = greeted(Protocol.SMTP, hop, failing);
      client.say("MAIL FROM:<a@example.test>");
      client.say("RCPT TO:<b@example.test>");
      client.say("DATA");
      assertThat(client.say(TEXT + ".").code()).isEqualTo(451);
      assertThatThrownBy(client::reply).isInstanceOf(IOException.class);
    }
    assertThat(hop.taken()).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void whoSaysOneByteAfterTheOtherHoldsNoPlaceForEver() throws Exception {
    SmtpProxy proxy = proxy(Protocol.SMTP, hop(Protocol.SMTP), copies, IMPATIENT_WITH_CLIENTS);
    try (RawClient client = new RawClient(proxy.address())) {
      assertThat(client.reply().code()).isEqualTo(220);
      Thread slow =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < 1_000; i++) {
                        client.send("N");
                        TimeUnit.MILLISECONDS.sleep(20); // each of them in time
                      }
                    } catch (IOException | InterruptedException e) {
                      // hung up on
                    }
                  });
      assertThat(client.reply().code()).isEqualTo(421);
      slow.interrupt();
    }
  }

  @Test
  void whereNoThreadCanBeMadeTheNextClientIsServed() throws Exception {
    ScriptedHop hop = hop(Protocol.SMTP);
    AtomicInteger made = new AtomicInteger();
    SmtpProxy proxy =
        SmtpProxy.start(
            ProxySettings.of(Protocol.SMTP, loopback(), hop.address(), "proxy.example.test"),
            copies,
            task -> {
              if (made.getAndIncrement() == 0) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              return Thread.ofVirtual().unstarted(task);
            });
    open.add(proxy);
    try (RawClient first = new RawClient(proxy.address());
        RawClient second = new RawClient(proxy.address())) {
      assertThatThrownBy(first::reply).isInstanceOf(IOException.class);
      assertThat(second.reply().code()).isEqualTo(220);
      assertThat(proxy.clients()).isEqualTo(1);
    }
  }

  @Test
  void inLmtpWhatItWasSentToBeforeTheAliasesIsWhatCounts() throws Exception {
    RawClient client = greeted(Protocol.LMTP, hop(Protocol.LMTP), copies);
    client.say("MAIL FROM:<a@example.test>");
    client.say("RCPT TO:<alice@example.test> ORCPT=rfc822;team+2Bx@example.test");
    client.say("RCPT TO:<bob@example.test> ORCPT=rfc822;a+0Db@example.test");
    client.say("RCPT TO:<carol@example.test> ORCPT=x400;carol");
    client.say("DATA");
    client.send(TEXT + ".\r\n");
    for (int i = 0; i < 3; i++) {
      assertThat(client.reply().code()).isEqualTo(250);
    }
    assertThat(copies.kept().getFirst().accepted())
        .containsExactly("team+x@example.test", "bob@example.test", "carol@example.test");
  }

  @Test
  void inLmtpItIsToldAlsoInFrontOfOneWhoDoesNotUnderstandIt() throws Exception {
    ScriptedHop hop = hop(Protocol.LMTP);
    hop.withoutDsn();
    RawClient client = client(Protocol.LMTP, hop, copies);
    assertThat(client.reply().code()).isEqualTo(220);
    assertThat(client.say("LHLO mx.example.test").lines()).contains("DSN");
    client.say("MAIL FROM:<a@example.test> RET=HDRS ENVID=x BODY=8BITMIME");
    client.say("RCPT TO:<alice@example.test> NOTIFY=NEVER ORCPT=rfc822;team@example.test");
    client.say("DATA");
    assertThat(client.say(TEXT + ".").code()).isEqualTo(250);
    assertThat(copies.kept().getFirst().accepted()).containsExactly("team@example.test");
    assertThat(hop.said())
        .contains("MAIL FROM:<a@example.test> BODY=8BITMIME", "RCPT TO:<alice@example.test>");
  }

  @Test
  void bySmtpNobodySendsPastAMirrorByAnOrcptOfHisOwn() throws Exception {
    RawClient client = greeted(Protocol.SMTP, hop(Protocol.SMTP), copies);
    client.say("MAIL FROM:<a@example.test>");
    client.say("RCPT TO:<alice@example.test> ORCPT=rfc822;nobody@example.test");
    client.say("DATA");
    assertThat(client.say(TEXT + ".").code()).isEqualTo(250);
    assertThat(copies.kept().getFirst().accepted()).containsExactly("alice@example.test");
  }

  @Test
  void oneRecipientTooManyIsForAnotherTransaction() throws Exception {
    RawClient client = greeted(Protocol.SMTP, hop(Protocol.SMTP), copies);
    client.say("MAIL FROM:<a@example.test>");
    for (int i = 0; i < 1_000; i++) {
      assertThat(client.say("RCPT TO:<b" + i + "@example.test>").code()).isEqualTo(250);
    }
    assertThat(client.say("RCPT TO:<c@example.test>").code()).isEqualTo(452);
    client.say("DATA");
    assertThat(client.say(TEXT + ".").code()).isEqualTo(250);
    assertThat(copies.kept().getFirst().accepted()).hasSize(1_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n.\n",
        "\r.\r",
        "\r.\n",
        "\n.\r",
        "\n.\r\n",
        "\r\n.\n",
        "\r.\r\n",
        "\r\n.\r",
        "\r\n\0.\r\n",
        "a NUL \0 in it"
      })
  void nothingIsSmuggledToEitherSide(String odd) throws Exception {
    ScriptedHop hop = hop(Protocol.SMTP);
    RawClient client = greeted(Protocol.SMTP, hop, copies);
    client.say("MAIL FROM:<a@example.test>");
    client.say("RCPT TO:<b@example.test>");
    client.say("DATA");
    client.send(
        lines(
            "Subject: a",
            "",
            "line" + odd + "MAIL FROM:<smuggled@example.test>",
            "RCPT TO:<c@example.test>",
            "DATA",
            "Subject: smuggled",
            "",
            "."));
    assertThat(client.reply().code()).isEqualTo(554);
    assertThatThrownBy(client::reply).isInstanceOf(IOException.class);
    assertThat(hop.taken()).isEmpty();
    assertThat(hop.said()).noneMatch(line -> line.contains("smuggled"));
    assertThat(copies.kept()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOOP\n",
        "NOOP\rMAIL FROM:<x@example.test>\r\n",
        "NO\0OP\r\n",
        "MAIL FROM:<a@b>\nRCPT TO:<c@d>\r\n"
      })
  void aCommandWithAnOddEndIsTheLast(String odd) throws Exception {
    ScriptedHop hop = hop(Protocol.SMTP);
    RawClient client = greeted(Protocol.SMTP, hop, copies);
    client.send(odd);
    assertThat(client.reply().code()).isEqualTo(500);
    assertThatThrownBy(client::reply).isInstanceOf(IOException.class);
    assertThat(hop.said()).containsExactly("EHLO proxy.example.test");
  }

  @Test
  void anOverlongCommandIsTheLast() throws Exception {
    RawClient client = greeted(Protocol.SMTP, hop(Protocol.SMTP), copies);
    client.send("NOOP " + "x".repeat(5_000) + "\r\n");
    assertThat(client.reply().code()).isEqualTo(500);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MAIL FROM:a@example.test",
        "MAIL FROM: <a@example.test>",
        "MAIL FROM:<a@example.test",
        "MAIL FROM:<a@example.test>X",
        "MAIL FROM:<a b@example.test>",
        "MAIL FROM:<a@example.test> AUTH=<>",
        "MAIL FROM:<a@example.test> BODY=\u0001",
        "MAIL FROM:<a@example.test> XCLIENT",
        "RCPT TO:<a@example.test>",
        "DATA",
        "DATA now",
        "BDAT 5 LAST",
        "STARTTLS",
        "XCLIENT ADDR=192.0.2.1",
        "XFORWARD WHAT=1",
        "XFORWARD",
        "LHLO mx.example.test",
        "EHLO",
        "EHLO a b",
        "TURN"
      })
  void whatIsNotUnderstoodIsNotSaidToTheNextHop(String command) throws Exception {
    ScriptedHop hop = hop(Protocol.SMTP);
    RawClient client = greeted(Protocol.SMTP, hop, copies);
    assertThat(client.say(command).code()).isBetween(500, 599);
    assertThat(hop.said()).containsExactly("EHLO proxy.example.test");
  }

  @Test
  void aTextThatDoesNotWaitForItsTurnIsNotObeyed() throws Exception {
    ScriptedHop hop = hop(Protocol.SMTP);
    RawClient client = greeted(Protocol.SMTP, hop, copies);
    client.say("MAIL FROM:<a@example.test>");
    client.say("RCPT TO:<b@example.test>");
    client.send("DATA\r\nRSET\r\n.\r\n");
    assertThat(client.reply().code()).isEqualTo(500);
    assertThatThrownBy(client::reply).isInstanceOf(IOException.class);
    assertThat(hop.said()).doesNotContain("RSET", "DATA");
  }

  @Test
  void behindARefusedDataNothingIsObeyed() throws Exception {
    ScriptedHop hop =
        ScriptedHop.start(Protocol.SMTP, Map.of(ScriptedHop.Stage.DATA, ScriptedHop.Fault.SAY_450));
    open.add(hop);
    RawClient client = greeted(Protocol.SMTP, hop, copies);
    client.say("MAIL FROM:<a@example.test>");
    client.say("RCPT TO:<b@example.test>");
    assertThat(client.say("DATA").code()).isEqualTo(450);
    client.send("MAIL FROM:<smuggled@example.test>\r\n.\r\n");
    assertThatThrownBy(client::reply).isInstanceOf(IOException.class);
    assertThat(hop.said()).noneMatch(line -> line.contains("smuggled"));
  }

  @Test
  void whoMakesOnlyErrorsIsSentAway() throws Exception {
    RawClient client = greeted(Protocol.SMTP, hop(Protocol.SMTP), copies);
    for (int i = 0; i < 20; i++) {
      assertThat(client.say("HELP").code()).isEqualTo(502);
    }
    assertThat(client.reply().code()).isEqualTo(421);
  }

  @Test
  void oneClientTooManyIsToldToComeAgain() throws Exception {
    ScriptedHop hop = hop(Protocol.SMTP);
    ProxySettings few =
        new ProxySettings(
            Protocol.SMTP,
            loopback(),
            hop.address(),
            "proxy.example.test",
            1,
            ProxySettings.LONGEST_LINE,
            Patience.DEFAULT,
            Optional.empty(),
            Optional.empty());
    SmtpProxy proxy = SmtpProxy.start(few, copies);
    open.add(proxy);
    try (RawClient first = new RawClient(proxy.address());
        RawClient second = new RawClient(proxy.address())) {
      assertThat(List.of(first.reply().code(), second.reply().code()))
          .containsExactlyInAnyOrder(220, 421);
    }
  }

  private static void send(RawClient client, String recipient) throws IOException {
    client.say("MAIL FROM:<a@example.test>");
    client.say("RCPT TO:<" + recipient + ">");
    client.say("DATA");
    assertThat(client.say(TEXT + ".").code()).isEqualTo(250);
  }

  private ScriptedHop faulty(Map<ScriptedHop.Stage, ScriptedHop.Fault> faults) throws IOException {
    ScriptedHop hop = ScriptedHop.start(Protocol.SMTP, faults);
    open.add(hop);
    return hop;
  }

  private ScriptedHop hop(Protocol protocol) throws IOException {
    ScriptedHop hop = ScriptedHop.start(protocol, Map.of());
    open.add(hop);
    return hop;
  }

  private RawClient greeted(Protocol protocol, ScriptedHop hop, Copies kept) throws IOException {
    return greeted(proxy(protocol, hop, kept, PATIENT), protocol);
  }

  private RawClient greeted(SmtpProxy proxy, Protocol protocol) throws IOException {
    RawClient client = client(proxy);
    assertThat(client.reply().code()).isEqualTo(220);
    assertThat(client.say(protocol.hello() + " mx.example.test").code()).isEqualTo(250);
    return client;
  }

  private RawClient client(Protocol protocol, ScriptedHop hop, Copies kept) throws IOException {
    return client(proxy(protocol, hop, kept, PATIENT));
  }

  private RawClient client(SmtpProxy proxy) throws IOException {
    RawClient client = new RawClient(proxy.address());
    open.add(client);
    return client;
  }

  private SmtpProxy proxy(Protocol protocol, ScriptedHop hop, Copies kept, Patience patience)
      throws IOException {
    return proxy(protocol, hop.address(), kept, patience);
  }

  private SmtpProxy proxy(Protocol protocol, InetSocketAddress hop, Copies kept, Patience patience)
      throws IOException {
    SmtpProxy proxy =
        SmtpProxy.start(
            new ProxySettings(
                protocol,
                loopback(),
                hop,
                "proxy.example.test",
                ProxySettings.MOST_CLIENTS,
                ProxySettings.LONGEST_LINE,
                patience,
                Optional.empty(),
                Optional.empty()),
            kept);
    open.add(proxy);
    return proxy;
  }

  private static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }
}
