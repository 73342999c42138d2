package org.mailtimemachine.mirror.recall;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.copy.FailurePolicy;
import org.mailtimemachine.mirror.copy.Spool;
import org.mailtimemachine.mirror.register.MirrorHost;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.NewMirror;
import org.mailtimemachine.mirror.smtp.Copies;
import org.mailtimemachine.mirror.smtp.Envelope;

/** Everybody finds the copies of his own mail, wherever they lie by now, and nothing else. */
class OwnCopiesTest {

  private static final Instant START = Instant.parse("2026-10-31T12:00:00Z");
  private static final MailboxAddress ALICE = MailboxAddress.of("alice@example.test");
  private static final MailboxAddress BOB = MailboxAddress.of("bob@example.test");
  private static final String MIRROR = "_mirror@example.test";

  @TempDir private Path directory;
  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final AtomicInteger messages = new AtomicInteger();
  private final Set<MailboxAddress> known = new HashSet<>();
  private String sender = "sender@example.org";
  private MirrorHost host;
  private MirrorRegister register;
  private OwnCopies copies;

  @BeforeEach
  void aMirrorOfADomain() throws Exception {
    host = new MirrorHost(directory, clock());
    register = host.register();
    register.add(
        new NewMirror(
            new MirrorSource.AllRecipients("example.test"), true, List.of(), 30, false, false),
        "p");
    copies = copies(false);
  }

  @Test
  void aPersonFindsHisOwnMailAlsoToATaggedAddressAndNothingOfOthers() throws Exception {
    deliver("for alice", "Alice+news@EXAMPLE.test", "bob@example.test");
    deliver("for bob", "bob@example.test");
    deliver("for another alice", "alice@example.test.invalid", "malice@example.test");

    List<MirrorCopy> found = all(ALICE);

    assertThat(found).hasSize(1);
    assertThat(found.getFirst().recipients()).containsExactly("Alice+news@EXAMPLE.test");
    assertThat(found.getFirst().sender()).isEqualTo("sender@example.org");
    assertThat(found.getFirst().queueId()).isEqualTo("Q1");
    assertThat(text(found.getFirst())).isEqualTo("for alice\r\n");
    assertThat(all(BOB)).hasSize(2);
    assertThat(copies.any(MailboxAddress.of("carla@example.org"))).isFalse();
    assertThat(all(MailboxAddress.of("carla@example.org"))).isEmpty();
  }

  @Test
  void theSameMessageHasAnotherIdForEachWhoGotIt() throws Exception {
    deliver("for both", "alice@example.test", "bob@example.test");
    assertThat(all(ALICE).getFirst().id()).isNotEqualTo(all(BOB).getFirst().id());
    assertThat(all(ALICE).getFirst().id()).isEqualTo(all(ALICE).getFirst().id());
  }

  @Test
  void aStretchBeginsBehindItsStartAndEndsWithItsEndAlsoOverMonths() throws Exception {
    for (int day = 0; day < 3; day++) {
      now.set(START.plus(Duration.ofDays(day)));
      deliver("day " + day, "alice@example.test");
    }
    Instant second = START.plus(Duration.ofDays(1));
    assertThat(copies.between(ALICE, START, second)).hasSize(1);
    assertThat(copies.between(ALICE, START.minusNanos(1), second)).hasSize(2);
    assertThat(copies.between(ALICE, START, START.plus(Duration.ofDays(9)))).hasSize(2);
    assertThat(copies.between(ALICE, second, second)).isEmpty();
  }

  @Test
  void whatCameSinceItWasReadIsFoundToo() throws Exception {
    deliver("one", "alice@example.test");
    assertThat(all(ALICE)).hasSize(1);
    now.set(START.plusSeconds(1)); // or it would get the same name, and wait for another one
    deliver("two", "alice@example.test");
    deliver("three", "alice@example.test");
    assertThat(all(ALICE)).hasSize(3);
    Path month = register.ledger(MailboxAddress.of(MIRROR)).resolve("2026-10");
    byte[] lines = Files.readAllBytes(month);
    Files.write(month, Arrays.copyOf(lines, lines.length - 9)); // a torn end
    assertThat(all(ALICE)).hasSize(2);
    Files.write(month, lines);
    assertThat(all(ALICE)).hasSize(3);
  }

  @Test
  void twoMirrorsOfAMessageAreOneAndEitherWillDo() throws Exception {
    register.add(
        new NewMirror(new MirrorSource.SingleRecipient(ALICE), true, List.of(), 30, false, false),
        "p");
    deliver("twice", "alice@example.test");
    assertThat(all(ALICE)).hasSize(1);
    MirrorCopy copy = all(ALICE).getFirst();
    assertThat(copy.places()).hasSize(2);
    for (MirrorCopy.Place place : copy.places()) {
      Path file = file(place.mailbox().toString());
      Path aside = Files.move(file, directory.resolve("aside"));
      assertThat(text(copy)).isEqualTo("twice\r\n");
      Files.writeString(file, "forged\r\n");
      assertThat(text(copy)).isEqualTo("twice\r\n");
      Files.delete(file);
      Files.move(aside, file);
    }
  }

  @Test
  void aCopyIsFoundUnderTheNamesAndInTheFoldersThatItsReadersGiveIt() throws Exception {
    deliver("moving", "alice@example.test");
    MirrorCopy copy = all(ALICE).getFirst();
    Path maildir = host.maildir(MIRROR);
    String base = copy.places().getFirst().file();
    Path file = file(MIRROR);
    Path folder = Files.createDirectories(maildir.resolve(".Read.2026").resolve("cur"));
    for (Path there :
        List.of(
            maildir.resolve("cur").resolve(base + ":2,S"),
            maildir.resolve("cur").resolve(base + ":2,FRSab"),
            folder.resolve(base + ":2,S"))) {
      file = Files.move(file, there);
      assertThat(text(copy)).isEqualTo("moving\r\n");
    }
    Files.delete(file);
    assertThat(open(copy)).isEmpty();
  }

  @Test
  void whatIsPutInItsPlaceIsNeverTakenForIt() throws Exception {
    deliver("the original", "alice@example.test");
    MirrorCopy copy = all(ALICE).getFirst();
    Path file = file(MIRROR);
    Path secret = Files.writeString(directory.resolve("secret"), "the original\r\n");
    Files.delete(file);
    Files.createSymbolicLink(file, secret);
    assertThat(open(copy)).isEmpty();
    Files.delete(file);
    Files.createDirectory(file);
    assertThat(open(copy)).isEmpty();
    Path read = host.maildir(MIRROR).resolve("cur").resolve(file.getFileName() + ":2,S");
    Files.writeString(read, "the original\r\n");
    assertThat(text(copy)).isEqualTo("the original\r\n");
    Files.delete(file);
    Files.writeString(file, "a forged one\r\n");
    assertThat(text(copy)).isEqualTo("the original\r\n");
    Files.delete(read);
    Files.delete(file);
    Files.writeString(file, "the originaL\r\n");
    assertThatExceptionOfType(DamagedCopyException.class).isThrownBy(() -> open(copy));
    Files.writeString(file, "the original\r\nand more");
    assertThatExceptionOfType(DamagedCopyException.class).isThrownBy(() -> open(copy));
  }

  @Test
  void mailToAMailboxIsNotItsNamesakesWhoseTagItLooksLike() throws Exception {
    host.set("mtm.mirror.recipient-delimiter", "+-.");
    register = host.register();
    copies = copies(false);
    host.makeMailbox("alice-maria@example.test");
    known.add(MailboxAddress.of("alice.rossi@example.test"));
    deliver("of alice-maria", "alice-maria@example.test");
    deliver("of alice rossi (dot)", "Alice.Rossi@example.test");
    deliver("of the owner of a list", "alice-request@example.test");
    deliver("of alice", "alice-news@example.test", "alice-maria@example.test");

    assertThat(all(ALICE)).hasSize(1);
    assertThat(text(all(ALICE).getFirst())).isEqualTo("of alice\r\n");
    assertThat(all(ALICE).getFirst().recipients()).containsExactly("alice-news@example.test");
    assertThat(all(MailboxAddress.of("alice-maria@example.test"))).hasSize(2);
    known.add(MailboxAddress.of("alice-news@example.test"));
    assertThat(all(ALICE)).isEmpty();
  }

  @Test
  void whatIsForAuditIsForNobodyElseUnlessTheHostSaysSo() throws Exception {
    register.end(register.mirrors().getFirst().id(), false, "p");
    register.add(
        new NewMirror(
            new MirrorSource.AllRecipients("example.test"), true, List.of(), 30, true, false),
        "p");
    deliver("for audit", "alice@example.test");

    assertThat(all(ALICE)).isEmpty();
    copies = copies(true);
    assertThat(text(all(ALICE).getFirst())).isEqualTo("for audit\r\n");
  }

  @Test
  void aMirrorThatIsAwayIsNotOneThatHasNothing() throws Exception {
    deliver("there", "alice@example.test");
    MirrorCopy copy = all(ALICE).getFirst();
    Path domain = host.maildir(MIRROR).getParent();
    Path aside = Files.move(domain, directory.resolve("aside"));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> open(copy));
    Files.move(aside, domain);
    assertThat(text(copy)).isEqualTo("there\r\n");
    Files.move(directory.resolve("mirror"), aside);
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> all(ALICE));
    Files.move(aside, directory.resolve("mirror"));
    assertThat(text(all(ALICE).getFirst())).isEqualTo("there\r\n");
  }

  @Test
  void aMailboxThatSomebodyDeletedHasNothing() throws Exception {
    deliver("there", "alice@example.test");
    MirrorCopy copy = all(ALICE).getFirst();
    Files.move(host.maildir(MIRROR), directory.resolve("aside"));
    assertThat(open(copy)).isEmpty();
  }

  @Test
  void aClockThatWasFarInTheFutureHidesNothing() throws Exception {
    now.set(START.plus(Duration.ofDays(200)));
    deliver("of another year", "alice@example.test");
    now.set(START);
    deliver("of today", "alice@example.test");
    assertThat(all(ALICE)).hasSize(1);
    assertThat(text(all(ALICE).getFirst())).isEqualTo("of today\r\n");
  }

  @Test
  void aDamagedLineHidesNoOther() throws Exception {
    deliver("one", "alice@example.test");
    now.set(START.plusSeconds(1));
    deliver("three", "alice@example.test");
    Path month = register.ledger(MailboxAddress.of(MIRROR)).resolve("2026-10");
    String lines = Files.readString(month);
    String first = START.getEpochSecond() + ".M";
    assertThat(lines).contains(first);
    Files.writeString(month, lines.replace(first, first.replace('.', '/')));
    copies = copies(false);
    assertThat(all(ALICE)).hasSize(1);
    assertThat(text(all(ALICE).getFirst())).isEqualTo("three\r\n");
  }

  @Test
  void whatTurnsTextAroundIsNotShown() throws Exception {
    sender = new String("moc\u202e@example.org".getBytes(UTF_8), ISO_8859_1);
    deliver("turned", "alice@example.test");
    assertThat(all(ALICE).getFirst().sender()).isEqualTo("moc?@example.org");
  }

  private OwnCopies copies(boolean ofReadOnlyMirrors) {
    return new OwnCopies(register, known::contains, ofReadOnlyMirrors);
  }

  private List<MirrorCopy> all(MailboxAddress person) throws IOException {
    return copies.between(person, START.minus(Duration.ofDays(1)), START.plus(Duration.ofDays(30)));
  }

  private Optional<String> open(MirrorCopy copy) throws IOException {
    try (CopyReader reader = new CopyReader(register, List.of(copy))) {
      Optional<OpenCopy> opened = reader.open(copy);
      if (opened.isEmpty()) {
        return Optional.empty();
      }
      try (OpenCopy text = opened.get()) {
        byte[] bytes = new byte[(int) text.size()];
        assertThat(text.read(0, bytes, 0, bytes.length)).isEqualTo(bytes.length);
        assertThat(text.read(bytes.length, bytes, 0, 1)).isEqualTo(-1);
        return Optional.of(new String(bytes, UTF_8));
      }
    }
  }

  private String text(MirrorCopy copy) throws IOException {
    return open(copy).orElseThrow();
  }

  private Path file(String mailbox) throws IOException {
    try (Stream<Path> files = Files.list(host.maildir(mailbox).resolve("new"))) {
      return files.findFirst().orElseThrow();
    }
  }

  private void deliver(String words, String... recipients) throws Exception {
    List<Envelope.Recipient> all =
        Arrays.stream(recipients).map(to -> new Envelope.Recipient(to, List.of())).toList();
    Envelope envelope =
        new Envelope(Map.of("IDENT", "Q" + messages.incrementAndGet()), sender, List.of(), all);
    byte[] text = (words + "\r\n").getBytes(UTF_8);
    try (Spool spool =
        Spool.open(
            register.spool(),
            register.mailboxes(),
            register::rules,
            FailurePolicy.DEFER,
            clock(),
            "host")) {
      try (Copies.Copy copy = spool.begin(envelope)) {
        copy.write(text, text.length);
        copy.sync();
        copy.accepted(all);
      }
      spool.awaitDelivered();
    }
  }

  private Clock clock() {
    InstantSource source = now::get;
    return source.withZone(ZoneOffset.UTC);
  }
}
