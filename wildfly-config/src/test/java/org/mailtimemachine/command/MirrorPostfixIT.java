package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.Mirror;
import org.mailtimemachine.mirror.MirrorRules;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.copy.FailurePolicy;
import org.mailtimemachine.mirror.copy.Spool;
import org.mailtimemachine.mirror.smtp.Copies;
import org.mailtimemachine.mirror.smtp.Envelope;
import org.mailtimemachine.mirror.smtp.Protocol;
import org.mailtimemachine.mirror.smtp.ProxySettings;
import org.mailtimemachine.mirror.smtp.SmtpProxy;

/**
 * The mirror between two halves of a real Postfix in front of a real Dovecot, which is configured
 * with what docs/mirror.md tells administrators to copy.
 */
class MirrorPostfixIT {

  private static final String DOMAIN = "example.test";
  private static final MailboxAddress OF_ALL = mirror("_mirror");
  private static final MailboxAddress OF_ALICE = mirror("_mirror_alice");
  private static final MailboxAddress AUDIT = mirror("audit");
  private static final MailboxAddress OF_TEAM = mirror("_mirror_team");
  private static final MailboxAddress OF_FORWARD = mirror("_mirror_fwd");
  private static final MailboxAddress OF_NOBODY = mirror("_mirror_nobody");
  private static final MirrorRules RULES =
      MirrorRules.of(
          List.of(
              new Mirror(new MirrorSource.AllRecipients(DOMAIN), List.of(OF_ALL), 30),
              single("alice", OF_ALICE, AUDIT),
              single("team", OF_TEAM),
              single("fwd", OF_FORWARD),
              single("nobody", OF_NOBODY)));
  private static final int MANY = 60;

  private static Path directory;
  private static RealDovecot dovecot;
  private static RealPostfix postfix;
  private static TaggingMilter milter;
  private static LoopbackMailServer elsewhere;
  private static int wayBack;
  private static int proxyPort;
  private static RealPostfix.More plain;

  private Path mirrorDirectory;
  private Spool spool;
  private SmtpProxy proxy;

  /** Each transaction, by the queue id that Postfix told. */
  private final List<String> transactions = new CopyOnWriteArrayList<>();

  /** So many messages are taken, and their mail server is told that they were not. */
  private final AtomicInteger repliesToLose = new AtomicInteger();

  /** A recipient may have a message before its copy is safe. */
  private final AtomicInteger onTheirWay = new AtomicInteger();

  private final AtomicBoolean noRoom = new AtomicBoolean();

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        RealDovecot.isPossible() && RealPostfix.isPossible(),
        "a real Dovecot and Postfix need root, and both programs");
    directory = Files.createTempDirectory(Path.of("/tmp"), "mtm");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Map<MailboxAddress, String> users = new HashMap<>();
    Stream.concat(Stream.of("alice", "bob"), IntStream.range(0, MANY).mapToObj(i -> "u" + i))
        .forEach(user -> users.put(mirror(user), "its own"));
    dovecot = RealDovecot.start(Files.createDirectory(directory.resolve("d")), users);
    Path domain = Files.createDirectory(dovecot.mail().resolve(DOMAIN));
    Files.setOwner(domain, Files.getOwner(dovecot.mail()));
    Path sink = directory.resolve("sink");
    for (String part : List.of("tmp", "new", "cur")) {
      Files.createDirectories(sink.resolve("elsewhere.test/someone/" + part));
    }
    elsewhere = LoopbackMailServer.start(sink, LoopbackPort.free(), Clock.systemUTC());
    milter = TaggingMilter.start();
    wayBack = LoopbackPort.free();
    proxyPort = LoopbackPort.free();
    Path tables = Files.createDirectory(directory.resolve("tables"));
    Files.writeString(
        tables.resolve("aliases"),
        """
        team@example.test alice@example.test, bob@example.test
        fwd@example.test someone@elsewhere.test
        """);
    StringBuilder mailboxes = new StringBuilder();
    users.keySet().forEach(user -> mailboxes.append(user).append(" is here\n"));
    Files.writeString(tables.resolve("mailboxes"), mailboxes);
    plain =
        new RealPostfix.More(
            """
            virtual_mailbox_maps = texthash:%1$s/mailboxes
            virtual_alias_maps = texthash:%1$s/aliases
            recipient_delimiter = +
            smtpd_milters = inet:127.0.0.1:%2$d
            milter_default_action = tempfail
            transport_maps = inline:{ elsewhere.test=smtp:[127.0.0.1]:%3$d }
            minimal_backoff_time = 1s
            queue_run_delay = 1s
            """
                .formatted(tables, milter.port(), elsewhere.port()),
            "",
            "");
    postfix =
        RealPostfix.start(
            Files.createDirectory(directory.resolve("p")), DOMAIN, dovecot.lmtpPort());
  }

  @AfterAll
  static void stop() throws Exception {
    for (AutoCloseable each :
        Stream.of(postfix, dovecot, milter, elsewhere)
            .filter(each -> each != null)
            .map(AutoCloseable.class::cast)
            .toList()) {
      each.close();
    }
    if (directory != null) {
      FileTree.delete(directory);
    }
  }

  @BeforeEach
  void openTheMirror() throws Exception {
    mirrorDirectory = Files.createTempDirectory(directory, "mirror");
    startTheMirror();
    clear();
  }

  @AfterEach
  void closeTheMirror() throws IOException {
    stopTheMirror();
  }

  @Test
  void mirrorsHoldWhatTheRulesSayAndDeliveryIsWhatItIsWithoutThem() throws Exception {
    postfix.configure(plain);
    Map<String, List<String>> without = sendOfEachKind();
    assertThat(messages(OF_ALL)).isEmpty();
    assertThat(without)
        .containsEntry("someone@elsewhere.test", List.of("forward"))
        .containsEntry(
            "alice@example.test", List.of("cheap [spam]", "plain", "plus", "refused", "team"))
        .containsEntry("bob@example.test", List.of("team"));

    postfix.configure(mirrored(""));
    assertThat(sendOfEachKind()).isEqualTo(without);
    awaitMirrored();
    assertThat(subjects(OF_ALL))
        .containsExactly("cheap [spam]", "forward", "plain", "plus", "refused", "team");
    assertThat(subjects(OF_ALICE)).containsExactly("cheap [spam]", "plain", "plus", "refused");
    assertThat(subjects(AUDIT)).isEqualTo(subjects(OF_ALICE));
    assertThat(subjects(OF_TEAM)).containsExactly("team");
    assertThat(subjects(OF_FORWARD)).containsExactly("forward");
    assertThat(messages(OF_NOBODY)).isEmpty();
    for (Path copy : messages(OF_ALL)) {
      assertHandedOnAsItWasCopied(copy);
    }
    assertThat(Files.getAttribute(messages(OF_TEAM).getFirst(), "unix:ino"))
        .isIn(inodes(messages(OF_ALL)));
  }

  @Test
  void aMessageForManyIsOneCopyAndSoIsOneThatIsSentAgain() throws Exception {
    postfix.configure(mirrored(""));
    List<String> many = IntStream.range(0, MANY).mapToObj(i -> "u" + i + "@" + DOMAIN).toList();
    assertThat(send("to many", many)).isEqualTo(many);
    await("all have it", () -> delivered().size() == MANY);
    awaitMirrored();
    assertThat(transactions).hasSize(1);
    assertThat(subjects(OF_ALL)).containsExactly("to many");

    clear();
    transactions.clear();
    repliesToLose.set(2);
    send("again", List.of("alice@example.test"));
    await("it was sent three times", () -> transactions.size() == 3);
    await("alice has three", () -> count(delivered(), "alice@example.test") == 3);
    awaitMirrored();
    assertThat(transactions.stream().distinct()).hasSize(1);
    assertThat(subjects(OF_ALICE)).containsExactly("again");
    assertThat(subjects(OF_ALL)).containsExactly("again");
  }

  @Test
  void withoutTheMirrorMailWaitsOrPassesAsItsAdministratorWants() throws Exception {
    postfix.configure(mirrored(""));
    stopTheMirror();
    send("waits", List.of("alice@example.test"));
    await("it was deferred", () -> postfix.log().contains("status=deferred"));
    assertThat(delivered()).isEmpty();
    startTheMirror();
    postfix.flush();
    await("alice has it", () -> count(delivered(), "alice@example.test") == 1);
    awaitMirrored();
    assertThat(subjects(OF_ALICE)).containsExactly("waits");

    clear();
    stopTheMirror();
    send("taken out", List.of("alice@example.test"));
    await("it waits", () -> postfix.log().split("status=deferred", -1).length > 2);
    postfix.configure(plain);
    postfix.requeue();
    await("it came without", () -> subjectsOf("alice").equals(List.of("taken out")));

    clear();
    postfix.configure(mirrored(MirrorGuide.snippet("master.cf of mirror", proxyPort, wayBack)));
    send("passes", List.of("alice@example.test"));
    await("it went past", () -> subjectsOf("alice").equals(List.of("passes")));
    startTheMirror();
    assertThat(messages(OF_ALL)).isEmpty();

    clear();
    transactions.clear();
    noRoom.set(true); // what the guide warns of: with that line there is no "defer" any more
    send("finds no room", List.of("alice@example.test"));
    await("it went past", () -> subjectsOf("alice").equals(List.of("finds no room")));
    assertThat(transactions).isNotEmpty();
    assertThat(messages(OF_ALL)).isEmpty();
  }

  @Test
  void whatTheMirrorRefusesPostfixMendsAtItsOwnDoor() throws Exception {
    postfix.configure(mirrored(""));
    send("odd\0\rone", List.of("alice@example.test"));
    await("it came", () -> subjectsOf("alice").equals(List.of("odd one")));
    awaitMirrored();
    assertThat(subjects(OF_ALICE)).containsExactly("odd one");
  }

  @Test
  void headersThatPostfixWouldMendAreDeliveredAsTheyWereMirrored() throws Exception {
    RealPostfix.More asDocumented = mirrored("");
    // The test comes over loopback, and not from the internet.
    String remote = asDocumented.smtpd() + "\n  -o local_header_rewrite_clients=\n";
    postfix.configure(new RealPostfix.More(asDocumented.main(), remote, asDocumented.services()));
    send("bare", List.of("alice@example.test"), "From: someone\r\nTo: alice\r\nSubject: bare\r\n");
    await("it came", () -> subjectsOf("alice").equals(List.of("bare")));
    awaitMirrored();
    Path copy = messages(OF_ALICE).getFirst();
    assertThat(Files.readString(copy, StandardCharsets.ISO_8859_1))
        .contains("\r\nTo: alice\r\n")
        .doesNotContainIgnoringCase("\r\nMessage-ID:");
    assertHandedOnAsItWasCopied(copy);
  }

  /** One of each kind; who got what. */
  private static Map<String, List<String>> sendOfEachKind() throws Exception {
    clear();
    send("plain", List.of("alice@example.test"));
    send("team", List.of("team@example.test"));
    send("forward", List.of("fwd@example.test"));
    send("plus", List.of("alice+tag@example.test"));
    assertThat(send("refused", List.of("nobody@example.test", "alice@example.test")))
        .containsExactly("alice@example.test");
    send("cheap", List.of("alice@example.test"));
    await("all is there", () -> delivered().values().stream().mapToInt(List::size).sum() == 7);
    return delivered();
  }

  private RealPostfix.More mirrored(String moreOfMirror) throws IOException {
    List<String> services = new ArrayList<>();
    for (String line : MirrorGuide.snippet("master.cf", proxyPort, wayBack).lines().toList()) {
      if (line.strip().startsWith("127.0.0.1:")) {
        services.add(moreOfMirror);
      }
      services.add(indented(line));
    }
    String main =
        MirrorGuide.snippet("main.cf", proxyPort, wayBack)
            .lines()
            .map(String::strip)
            .collect(Collectors.joining("\n", plain.main(), "\n"));
    return new RealPostfix.More(
        main,
        MirrorGuide.snippet("master.cf of smtpd", proxyPort, wayBack),
        String.join("\n", services));
  }

  /** In the guide it stands in a list, a bit to the right. */
  private static String indented(String line) {
    return line.strip().startsWith("-o") ? "  " + line.strip() : line.strip();
  }

  private void startTheMirror() throws IOException {
    spool =
        Spool.open(
            mirrorDirectory.resolve("spool"),
            MirrorPostfixIT::maildir,
            () -> RULES,
            FailurePolicy.DEFER,
            Clock.systemUTC(),
            "mirror.example.test");
    proxy =
        SmtpProxy.start(
            ProxySettings.of(
                Protocol.SMTP, loopback(proxyPort), loopback(wayBack), "mirror.example.test"),
            new WatchedCopies());
  }

  private void stopTheMirror() throws IOException {
    proxy.close();
    spool.close();
  }

  private void awaitMirrored() throws Exception {
    await("all copies are safe", () -> onTheirWay.get() == 0);
    spool.awaitDelivered();
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** Those of the spool, behind which a reply may get lost. */
  private final class WatchedCopies implements Copies {
    @Override
    public Copy begin(Envelope envelope) throws IOException {
      transactions.add(envelope.queueId().orElseThrow());
      if (noRoom.get()) {
        throw new IOException("made to find no room");
      }
      Copy copy = spool.begin(envelope);
      onTheirWay.incrementAndGet();
      return new Copy() {
        @Override
        public void write(byte[] bytes, int length) throws IOException {
          copy.write(bytes, length);
        }

        @Override
        public void sync() throws IOException {
          copy.sync();
        }

        @Override
        public void accepted(List<Envelope.Recipient> recipients) throws IOException {
          copy.accepted(recipients);
          if (repliesToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IOException("made to lose the reply");
          }
        }

        @Override
        public void refused(List<Envelope.Recipient> recipients) {
          copy.refused(recipients);
        }

        @Override
        public void close() {
          copy.close();
          onTheirWay.decrementAndGet();
        }
      };
    }
  }

  /** What came back into Postfix, but for what it wrote on top, is what the mirror has. */
  private static void assertHandedOnAsItWasCopied(Path copy) throws IOException {
    String copied = Files.readString(copy, StandardCharsets.ISO_8859_1);
    assertThat(copied).endsWith(text(subject(copied))).doesNotContainPattern("[^\r]\n");
    List<String> handedOn = new ArrayList<>();
    for (Path file : deliveredFiles()) {
      handedOn.add(
          Files.readString(file, StandardCharsets.ISO_8859_1)
              .replace("\r\n", "\n")
              .replace("\n", "\r\n"));
    }
    assertThat(handedOn).anyMatch(message -> message.endsWith(copied));
  }

  private static String text(String subject) {
    return """

        .a dot at the start, and the end: %s \u00e9
        """
        .formatted(subject)
        .replace("\n", "\r\n");
  }

  /**
   * Hands over a message as a client on the internet does it.
   *
   * @return the recipients that were accepted
   */
  private static List<String> send(String subject, List<String> recipients) throws IOException {
    return send(
        subject,
        recipients,
        "From: a@elsewhere.test\r\nSubject: %s\r\nMessage-ID: <%d@elsewhere.test>\r\n"
            .formatted(subject, System.nanoTime()));
  }

  private static List<String> send(String subject, List<String> recipients, String header)
      throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), postfix.smtpPort())) {
      socket.setSoTimeout(30_000);
      BufferedReader replies =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      assertThat(reply(replies)).isEqualTo(220);
      assertThat(say(socket, "EHLO client.elsewhere.test", replies)).isEqualTo(250);
      assertThat(say(socket, "MAIL FROM:<a@elsewhere.test> BODY=8BITMIME", replies)).isEqualTo(250);
      List<String> accepted = new ArrayList<>();
      for (String recipient : recipients) {
        if (say(socket, "RCPT TO:<" + recipient + ">", replies) == 250) {
          accepted.add(recipient);
        }
      }
      assertThat(say(socket, "DATA", replies)).isEqualTo(354);
      String stuffed = text(subject).replace("\r\n.", "\r\n..");
      assertThat(say(socket, header + stuffed + ".", replies)).isEqualTo(250);
      return accepted;
    }
  }

  private static int say(Socket socket, String line, BufferedReader replies) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    return reply(replies);
  }

  private static int reply(BufferedReader replies) throws IOException {
    String line = replies.readLine();
    while (line != null && line.length() > 3 && line.charAt(3) == '-') {
      line = replies.readLine();
    }
    if (line == null) {
      throw new IOException("Postfix has hung up");
    }
    return Integer.parseInt(line.substring(0, 3));
  }

  /** Of users, not of mirrors. */
  private static List<Path> deliveredFiles() throws IOException {
    List<Path> folders = new ArrayList<>();
    folders.add(directory.resolve("sink/elsewhere.test/someone/new"));
    try (Stream<Path> users = Files.list(dovecot.mail().resolve(DOMAIN))) {
      users
          .filter(user -> !user.getFileName().toString().matches("_mirror.*|audit"))
          .forEach(user -> folders.add(user.resolve("Maildir/new")));
    }
    List<Path> files = new ArrayList<>();
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> messages = Files.list(folder)) {
          messages.forEach(files::add);
        }
      }
    }
    return files;
  }

  /** Who got what, by subject. */
  private static Map<String, List<String>> delivered() throws IOException {
    Map<String, List<String>> delivered = new TreeMap<>();
    for (Path file : deliveredFiles()) {
      Path user = file.getParent().getParent();
      user = user.endsWith("Maildir") ? user.getParent() : user;
      String address = user.getFileName() + "@" + user.getParent().getFileName();
      delivered.computeIfAbsent(address, _ -> new ArrayList<>()).add(marked(file));
    }
    delivered.values().forEach(subjects -> subjects.sort(null));
    return delivered;
  }

  private static int count(Map<String, List<String>> delivered, String address) {
    return delivered.getOrDefault(address, List.of()).size();
  }

  private static List<String> subjectsOf(String user) throws IOException {
    return delivered().getOrDefault(user + "@" + DOMAIN, List.of());
  }

  private static List<String> subjects(MailboxAddress mailbox) throws IOException {
    List<String> subjects = new ArrayList<>();
    for (Path file : messages(mailbox)) {
      subjects.add(marked(file));
    }
    subjects.sort(null);
    return subjects;
  }

  private static String marked(Path file) throws IOException {
    String message = Files.readString(file, StandardCharsets.ISO_8859_1);
    return subject(message) + (message.contains("X-Spam-Flag: YES") ? " [spam]" : "");
  }

  private static String subject(String message) {
    return message
        .lines()
        .filter(line -> line.startsWith("Subject: "))
        .findFirst()
        .orElseThrow()
        .substring(9);
  }

  private static List<Path> messages(MailboxAddress mailbox) throws IOException {
    if (!Files.isDirectory(maildir(mailbox))) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(maildir(mailbox))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static List<Object> inodes(List<Path> files) throws IOException {
    List<Object> inodes = new ArrayList<>();
    for (Path file : files) {
      inodes.add(Files.getAttribute(file, "unix:ino"));
    }
    return inodes;
  }

  /** No mail anywhere. */
  private static void clear() throws IOException {
    List<Path> all = new ArrayList<>(deliveredFiles());
    for (MailboxAddress each : List.of(OF_ALL, OF_ALICE, AUDIT, OF_TEAM, OF_FORWARD, OF_NOBODY)) {
      all.addAll(messages(each));
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what + "\n" + postfix.log()).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static Path maildir(MailboxAddress mailbox) {
    return dovecot.mail().resolve(mailbox.domain()).resolve(mailbox.localPart()).resolve("Maildir");
  }

  private static MailboxAddress mirror(String localPart) {
    return new MailboxAddress(localPart, DOMAIN);
  }

  private static Mirror single(String localPart, MailboxAddress... destinations) {
    return new Mirror(
        new MirrorSource.SingleRecipient(mirror(localPart)), List.of(destinations), 30);
  }
}
