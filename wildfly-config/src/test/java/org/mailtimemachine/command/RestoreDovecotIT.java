package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.internet.MimeMessage;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.Receipt;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestorePlanner;
import org.mailtimemachine.restore.RestoreProgress;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.RestoreScope;
import org.mailtimemachine.restore.Restorer;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/** Mail comes back into a mailbox that a real Dovecot serves and its user works in. */
class RestoreDovecotIT {

  private static final MailboxAddress ALICE = MailboxAddress.of("alice@example.test");
  private static final LocalDate DAY = LocalDate.of(2026, 11, 20);
  private static final Clock CLOCK = Clock.systemUTC();
  private static final int MANY = 40;
  private static final Instant LONG_AGO = Instant.parse("2019-03-31T01:59:00Z");

  private static Path directory;
  private static RealDovecot dovecot;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        RealDovecot.isPossible(), "a real Dovecot needs root, /usr/sbin/dovecot and its LMTP");
    directory = Files.createTempDirectory(Path.of("/tmp"), "mtm");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    dovecot =
        RealDovecot.start(
            Files.createDirectory(directory.resolve("d")),
            Map.of(ALICE, "secret"),
            """
            mail_plugins = quota
            protocol imap {
              mail_plugins = quota imap_quota
            }
            plugin {
              quota = maildir:User quota
              quota_rule = *:storage=1G:messages=10000
            }
            """);
  }

  @AfterAll
  static void stop() throws Exception {
    if (dovecot != null) {
      dovecot.close();
    }
    if (directory != null) {
      FileTree.delete(directory);
    }
  }

  @Test
  void eachMessageComesBackOnceWhileItsUserWorksInTheMailbox() throws Exception {
    Map<String, List<String>> then;
    Map<String, List<String>> live;
    try (Store imap = imap()) {
      makeAMailbox(imap);
      then = ImapView.of(imap);
      assertThat(TestHost.takeSnapshot(directory, dovecot.mail(), DAY).warnings()).isEmpty();
      loseMuchOfIt(imap);
      live = ImapView.of(imap);
    }
    Map<String, List<String>> expected = expected(then, live);

    RestorePlan plan = plan();
    Receipt receipt;
    try (RawImap idle = new RawImap();
        RawImap busy = new RawImap()) {
      idle.command("SELECT INBOX");
      idle.beginIdle();
      busy.command("SELECT INBOX");
      AtomicBoolean enough = new AtomicBoolean();
      CompletableFuture<Integer> stores = keepsFlagging(busy, enough);
      receipt = run(plan);
      idle.awaitExists(expected.get("INBOX").size());
      enough.set(true);
      assertThat(stores.get()).isPositive();
    }
    assertThat(receipt.count(Receipt.Outcome.ADDED)).isEqualTo(plan.messages());
    assertThat(receipt.notes())
        .extracting(note -> note.kind() + " " + note.folder())
        .containsExactlyInAnyOrder("FOLDER_MADE Gone", "FOLDER_MADE Empty");
    try (Store imap = imap();
        RawImap quota = new RawImap()) {
      Map<String, List<String>> shown = ImapView.of(imap);
      assertThat(shown).isEqualTo(expected);
      assertThat(imap.getFolder("Gone").isSubscribed()).isTrue();
      assertThat(imap.getFolder("Empty").isSubscribed()).isTrue();
      long messages = counted(shown, quota);
      assertThat(plan.quotaAfter())
          .hasValueSatisfying(after -> assertThat(after.messages()).isEqualTo(messages));
    }

    assertThat(run(plan.id())).isEqualTo(receipt);
    assertThat(plan().changesNothing()).isTrue();
    try (Store imap = imap()) {
      assertThat(ImapView.of(imap)).isEqualTo(expected);
    }

    aMessageOfGoneIsFlagged();
    try (var store = org.mailtimemachine.snapshot.Store.open(directory.resolve("store"))) {
      assertThat(new Restorer(store, mail(), CLOCK).takeBack(plan.id()))
          .isEqualTo(new Restorer.TakenBack(plan.messages() - 1, 1));
    }
    try (Store imap = imap();
        RawImap quota = new RawImap()) {
      Map<String, List<String>> left = ImapView.of(imap);
      counted(left, quota);
      assertThat(left.remove("Gone")).hasSize(1);
      assertThat(left).as("without the folder that was made").isEqualTo(live);
      assertThat(quota.command("LSUB \"\" *"))
          .as("nor its subscription")
          .noneMatch(line -> line.endsWith(" Empty"));
    }
    assertThat(Files.readString(dovecot.log()))
        .doesNotContainIgnoringCase("reappeared")
        .doesNotContainIgnoringCase("duplicate")
        .doesNotContainIgnoringCase("corrupt")
        .doesNotContain("Panic", "Error:");
  }

  /** Dovecot has counted anew what there is: asks it, and the file that it keeps. */
  private static long counted(Map<String, List<String>> shown, RawImap session) throws IOException {
    long messages = shown.values().stream().mapToLong(List::size).sum();
    assertThat(session.command("GETQUOTAROOT INBOX"))
        .anySatisfy(line -> assertThat(line).contains(" MESSAGE " + messages + " "));
    assertThat(plan().quota())
        .hasValueSatisfying(
            now -> {
              assertThat(now.messages()).isEqualTo(messages);
              assertThat(now.mostMessages()).isEqualTo(10_000);
              assertThat(now.mostBytes()).isEqualTo(1L << 30);
            });
    return messages;
  }

  private static void makeAMailbox(Store imap) throws Exception {
    for (int number = 1; number <= 5; number++) {
      dovecot.deliver(
          ALICE, "From: a@example.test\nSubject: Number %d\n\nText.\n".formatted(number));
    }
    append(imap.getFolder("INBOX"), "Old ", MANY);
    append(folder(imap, "Gone"), "Of a folder that goes ", 3);
    append(folder(imap, "Work"), "Work ", 3);
    folder(imap, "Empty");
    folder(imap, "Archive");
    imap.getFolder("Trash").create(Folder.HOLDS_MESSAGES);
    Folder inbox = imap.getFolder("INBOX");
    inbox.open(Folder.READ_WRITE);
    inbox.getMessage(2).setFlags(keywords("$Important", "Wichtig"), true);
    inbox.getMessage(3).setFlags(new Flags(Flags.Flag.SEEN), true);
    inbox.close(false);
    Folder gone = imap.getFolder("Gone");
    gone.open(Folder.READ_WRITE);
    gone.getMessage(1).setFlags(keywords("Later"), true);
    gone.getMessage(2).setFlags(new Flags(Flags.Flag.ANSWERED), true);
    gone.close(false);
    Folder work = imap.getFolder("Work");
    work.open(Folder.READ_WRITE);
    work.getMessage(1).setFlags(keywords("First", "Second"), true);
    work.getMessage(2).setFlags(keywords("Second"), true);
    work.close(false);
    dovecot.deliver(ALICE, "From: a@example.test\nSubject: Still in new\n\nText.\n");
  }

  /** Deleted, moved, thrown away; a folder that is gone, and one that was made anew. */
  private static void loseMuchOfIt(Store imap) throws Exception {
    Folder inbox = imap.getFolder("INBOX");
    inbox.open(Folder.READ_WRITE);
    inbox.copyMessages(new Message[] {inbox.getMessage(4)}, imap.getFolder("Archive"));
    inbox.copyMessages(new Message[] {inbox.getMessage(5)}, imap.getFolder("Trash"));
    Message[] lost = inbox.getMessages(2, 5 + MANY);
    inbox.setFlags(lost, new Flags(Flags.Flag.DELETED), true);
    inbox.close(true);
    imap.getFolder("Gone").delete(true);
    imap.getFolder("Empty").delete(true);
    imap.getFolder("Work").delete(true);
    append(folder(imap, "Work"), "New in Work ", 1);
    Folder work = imap.getFolder("Work");
    work.open(Folder.READ_WRITE);
    work.getMessage(1).setFlags(keywords("Other", "Second"), true);
    work.close(false);
  }

  /** What is there, and of what was there all but what was moved to Archive. */
  private static Map<String, List<String>> expected(
      Map<String, List<String>> then, Map<String, List<String>> live) {
    Map<String, List<String>> expected = new TreeMap<>();
    live.forEach((folder, messages) -> expected.put(folder, new ArrayList<>(messages)));
    then.forEach(
        (folder, messages) -> {
          List<String> all = expected.computeIfAbsent(folder, _ -> new ArrayList<>());
          for (String message : messages) {
            if (!all.contains(message) && !message.startsWith("Number 4 ")) {
              all.add(message);
            }
          }
          all.sort(null);
        });
    return expected;
  }

  private static CompletableFuture<Integer> keepsFlagging(RawImap client, AtomicBoolean enough) {
    CompletableFuture<Integer> times = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            int stores = 0;
            while (!enough.get()) {
              client.command("STORE 1 +FLAGS (\\Flagged)");
              client.command("STORE 1 -FLAGS (\\Flagged)");
              stores++;
            }
            times.complete(stores);
          } catch (IOException | RuntimeException | Error e) {
            times.completeExceptionally(e);
          }
        });
    return times;
  }

  private static void aMessageOfGoneIsFlagged() throws Exception {
    try (Store imap = imap()) {
      Folder gone = imap.getFolder("Gone");
      gone.open(Folder.READ_WRITE);
      gone.getMessage(1).setFlag(Flags.Flag.FLAGGED, true);
      gone.close(false);
    }
  }

  private static MailboxSettings mail() {
    return MailboxSettings.inDirectories(dovecot.mail());
  }

  private static RestorePlan plan() throws IOException {
    RestoreRequest request =
        new RestoreRequest(
            UUID.randomUUID(),
            ALICE,
            SnapshotName.nightly(DAY),
            new RestoreScope.WholeMailbox(),
            RestoreRequest.Target.ORIGINAL_FOLDERS,
            false,
            CLOCK.instant(),
            "");
    try (var store = org.mailtimemachine.snapshot.Store.open(directory.resolve("store"))) {
      return new RestorePlanner(store, mail(), CLOCK).plan(request);
    }
  }

  private static Receipt run(RestorePlan plan) throws IOException {
    assertThat(plan.folders())
        .filteredOn(folder -> folder.name().equals(FolderName.INBOX))
        .singleElement()
        .satisfies(inbox -> assertThat(inbox.movedMessages()).isEqualTo(1));
    try (var store = org.mailtimemachine.snapshot.Store.open(directory.resolve("store"))) {
      new Restorer(store, mail(), CLOCK).accept(plan);
    }
    return run(plan.id());
  }

  private static Receipt run(UUID id) throws IOException {
    try (var store = org.mailtimemachine.snapshot.Store.open(directory.resolve("store"))) {
      return new Restorer(store, mail(), CLOCK).run(id, RestoreProgress.NONE);
    }
  }

  private static Flags keywords(String... names) {
    Flags flags = new Flags();
    Stream.of(names).forEach(flags::add);
    return flags;
  }

  private static Folder folder(Store imap, String name) throws MessagingException {
    Folder folder = imap.getFolder(name);
    assertThat(folder.create(Folder.HOLDS_MESSAGES)).isTrue();
    return folder;
  }

  private static void append(Folder folder, String subject, int count) throws MessagingException {
    Message[] messages = new Message[count];
    for (int i = 0; i < count; i++) {
      byte[] text =
          "From: a@example.test\r\nSubject: %s%d\r\n\r\nText.\r\n"
              .formatted(subject, i)
              .getBytes(StandardCharsets.US_ASCII);
      Date received = Date.from(LONG_AGO.plusSeconds(86_400L * i));
      messages[i] =
          new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(text)) {
            @Override
            public Date getReceivedDate() {
              return received;
            }
          };
      messages[i].setFlag(Flags.Flag.SEEN, i % 2 == 0);
    }
    folder.appendMessages(messages);
  }

  private static Store imap() throws MessagingException {
    Properties properties = new Properties();
    properties.setProperty("mail.imap.port", Integer.toString(dovecot.imapPort()));
    Store store = Session.getInstance(properties).getStore("imap");
    store.connect("127.0.0.1", ALICE.toString(), "secret");
    return store;
  }

  /** A signed-in IMAP session, line by line. */
  private static final class RawImap implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader lines;
    private int tag;

    RawImap() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), dovecot.imapPort());
      socket.setSoTimeout(20_000);
      lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      lines.readLine();
      command("LOGIN " + ALICE + " secret");
    }

    /** What the server says until it is done; it must be OK. */
    List<String> command(String command) throws IOException {
      String name = "t" + ++tag;
      send(name + " " + command);
      List<String> said = new ArrayList<>();
      while (true) {
        String line = line();
        said.add(line);
        if (line.startsWith(name + " ")) {
          assertThat(line).as(command).startsWith(name + " OK");
          return said;
        }
      }
    }

    void beginIdle() throws IOException {
      send("t" + ++tag + " IDLE");
      assertThat(line()).startsWith("+");
    }

    /** Waits until the server tells of so many messages; it may not tell of more. */
    void awaitExists(int messages) throws IOException {
      String line = line();
      while (!line.equals("* " + messages + " EXISTS")) {
        if (line.endsWith(" EXISTS")) {
          assertThat(Integer.parseInt(line.split(" ", -1)[1])).isLessThan(messages);
        }
        line = line();
      }
    }

    private void send(String line) throws IOException {
      socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
    }

    private String line() throws IOException {
      String line = lines.readLine();
      if (line == null) {
        throw new IOException("the session was ended by Dovecot");
      }
      return line;
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
