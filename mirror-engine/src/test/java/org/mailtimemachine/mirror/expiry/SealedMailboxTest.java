package org.mailtimemachine.mirror.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.copy.FailurePolicy;
import org.mailtimemachine.mirror.copy.Ledger;
import org.mailtimemachine.mirror.copy.LedgerLine;
import org.mailtimemachine.mirror.copy.Spool;
import org.mailtimemachine.mirror.register.MirrorHost;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.NewMirror;
import org.mailtimemachine.mirror.smtp.Copies;
import org.mailtimemachine.mirror.smtp.Envelope;

/** Whatever is done to a read-only mirror behind its back is found. */
class SealedMailboxTest {

  private static final Instant START = Instant.parse("2026-10-30T12:00:00Z");
  private static final MailboxAddress AUDIT = MailboxAddress.of("_audit@example.test");

  @TempDir private Path directory;
  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final AtomicInteger messages = new AtomicInteger();
  private MirrorRegister register;

  @BeforeEach
  void tenMessagesInTenDays() throws Exception {
    register = new MirrorHost(directory, clock()).register();
    register.add(
        new NewMirror(
            new MirrorSource.AllRecipients("example.test"), true, List.of(), 5, true, false),
        "p");
    for (int day = 0; day < 10; day++) {
      now.set(START.plus(Duration.ofDays(day)));
      deliver();
    }
  }

  @Test
  void allIsThereAndNothingElse() throws Exception {
    SealedMailbox.Findings findings = verify();
    assertThat(findings.problems()).isEmpty();
    assertThat(findings.arrivals()).isEqualTo(10);
    assertThat(findings.messages()).isEqualTo(10);
    assertThat(findings.expired()).isZero();
  }

  @Test
  void anExpiryIsSealedAndTheRestStaysProven() throws Exception {
    String seal = verify().seal();
    assertThat(expire()).isEqualTo(4); // 30 October to 2 November; 3 November 0:00 is the border
    SealedMailbox.Findings findings = verify();
    assertThat(findings.problems()).isEmpty();
    assertThat(findings.expired()).isEqualTo(4);
    assertThat(findings.messages()).isEqualTo(6);
    assertThat(findings.seal()).isEqualTo(seal);
    now.set(START.plus(Duration.ofDays(11)));
    deliver();
    assertThat(expire()).isEqualTo(2);
    assertThat(verify().problems()).isEmpty();
    assertThat(verify().messages()).isEqualTo(5);
  }

  @Test
  void aPartForFurtherRecipientsIsOfTheSameMessageAndGoesWithIt() throws Exception {
    deliver(10, "carol@example.test");
    deliver(3, "carol@example.test");
    assertThat(verify().problems()).isEmpty();
    assertThat(verify().arrivals()).isEqualTo(12);
    assertThat(verify().messages()).isEqualTo(10);

    assertThat(expire()).isEqualTo(4); // with the third, which came in two parts
    assertThat(verify().problems()).isEmpty();
    assertThat(verify().messages()).isEqualTo(6);
    now.set(now.get().plus(Duration.ofDays(20)));
    assertThat(expire()).isEqualTo(8);
    assertThat(verify().problems()).isEmpty();
    assertThat(verify().messages()).isZero();
  }

  @Test
  void anArrivalUnderAClockThatWasAheadHoldsNothingBack() throws Exception {
    Instant right = now.get();
    now.set(right.plus(Duration.ofDays(2_000)));
    deliver();
    now.set(right);
    assertThat(expire()).isEqualTo(4); // and not the new one
    deliver();
    now.set(right.plus(Duration.ofDays(20)));
    assertThat(expire()).isEqualTo(8);
    assertThat(verify().problems()).isEmpty();
    assertThat(verify().messages()).isZero();
  }

  @Test
  void aScanThatDiedBehindItsSealsIsFinishedByTheNext() throws Exception {
    Path first = files().getFirst();
    byte[] bytes = Files.readAllBytes(first);
    expire();
    Files.write(first, bytes); // as if it had not been unlinked any more
    assertThat(verify().problems()).isEmpty();
    assertThat(expire()).isZero();
    assertThat(first).doesNotExist();
  }

  @Test
  void aMessageThatSomebodyRemovesIsMissed() throws Exception {
    Files.delete(files().get(4));
    assertThat(verify().problems()).singleElement().asString().contains("is gone");
    assertThat(verify().messages()).isEqualTo(9);
  }

  @Test
  void aMessageThatSomebodyChangesIsFound() throws Exception {
    Files.writeString(files().get(4), "forged");
    assertThat(verify().problems()).singleElement().asString().contains("is not what came");
  }

  @Test
  void aMessageThatSomebodyAddsIsFound() throws Exception {
    Files.writeString(files().getFirst().resolveSibling("1795000000.M1P1Q1.t,S=4,W=4"), "more");
    assertThat(verify().problems()).singleElement().asString().contains("never came");
  }

  @Test
  void aLineThatSomebodyRemovesChangesOrAddsBreaksTheSeals() throws Exception {
    Path month = register.ledger(AUDIT).resolve("2026-11");
    List<String> lines = Files.readAllLines(month);
    String whole = Files.readString(month);
    for (List<String> forged :
        List.of(
            lines.subList(1, lines.size()),
            Stream.concat(lines.stream(), Stream.of(lines.getLast())).toList(),
            lines.stream().map(line -> line.replace("sender%40", "other%40")).toList(),
            lines.stream().map(line -> line.replace("sender@", "other@")).toList())) {
      if (forged.equals(lines)) {
        continue;
      }
      Files.write(month, forged);
      assertThat(verify().problems()).anySatisfy(each -> assertThat(each).contains("2026-11"));
    }
    Files.writeString(month, whole);
    assertThat(verify().problems()).isEmpty();
  }

  @Test
  void anExpiryOfWhatWasNotOverIsFound() throws Exception {
    expire();
    Path expired = register.ledger(AUDIT).resolve("expired/2026-11");
    Files.writeString(expired, Files.readString(expired).replaceFirst("\\.M", ".N"));
    assertThat(verify().problems()).isNotEmpty();
  }

  @Test
  void anExpiryBeforeTheDaysWereOverIsFound() throws Exception {
    Path arrivals = register.ledger(AUDIT);
    List<LedgerLine> lines = new ArrayList<>();
    Ledger.read(arrivals, lines::add);
    Files.delete(files().getFirst());
    Ledger.open(arrivals.resolve("expired")) // the seals are right: anybody can make them
        .append(List.of(lines.getFirst().at(lines.getFirst().time().plus(Duration.ofDays(4)))));
    assertThat(verify().problems())
        .singleElement()
        .asString()
        .contains("before its days were over");
  }

  @Test
  void anExpiryThatIsToComeIsFound() throws Exception {
    Path arrivals = register.ledger(AUDIT);
    List<LedgerLine> lines = new ArrayList<>();
    Ledger.read(arrivals, lines::add);
    Files.delete(files().getFirst());
    Ledger.open(arrivals.resolve("expired"))
        .append(List.of(lines.getFirst().at(now.get().plus(Duration.ofDays(9)))));
    assertThat(verify().problems()).singleElement().asString().contains("is to come");
  }

  @Test
  void daysThatGrewCountFromThenOn() throws Exception {
    expire();
    now.set(now.get().plus(Duration.ofHours(1)));
    register.change(register.mirrors().getFirst().id(), 30, List.of(), false);
    assertThat(verify().problems()).isEmpty();
  }

  @Test
  void whatBearsTheNameOfAnotherMessageIsFound() throws Exception {
    expire();
    Path kept = files().getFirst();
    Path cur = kept.resolveSibling("../cur").normalize();
    Path doubled = Files.writeString(cur.resolve(kept.getFileName() + ":2,S"), "forged");
    assertThat(verify().problems())
        .anySatisfy(problem -> assertThat(problem).contains("is there twice"));
    Files.delete(doubled);
    List<LedgerLine> lines = new ArrayList<>();
    Ledger.read(register.ledger(AUDIT), lines::add);
    Path expired = Files.writeString(cur.resolve(lines.getFirst().file()), "forged");
    assertThat(verify().problems()).singleElement().asString().contains("is not what came");
    Files.delete(expired);
    assertThat(verify().problems()).isEmpty();
  }

  @Test
  void foldersAndFilesBesideTheMessagesAreFound() throws Exception {
    Path mailbox = files().getFirst().getParent().getParent();
    for (String planted : List.of(".Forged", "subscriptions", "tmp/1.x.y")) {
      Path path = Files.createDirectory(mailbox.resolve(planted));
      assertThat(verify().problems()).singleElement().asString().contains("never came");
      Files.delete(path);
    }
    assertThat(verify().problems()).isEmpty();
  }

  @Test
  void aLedgerThatIsCutPutBackOrTakenAwayIsFound() throws Exception {
    expire();
    String seal = verify().seal();
    Path ledger = register.ledger(AUDIT);
    Path month = ledger.resolve("2026-11");
    byte[] whole = Files.readAllBytes(month);
    List<String> lines = Files.readAllLines(month);
    Files.write(month, lines.subList(0, lines.size() - 1));
    Files.delete(files().getLast());
    assertThat(verify().problems()).singleElement().asString().contains("does not go on from");
    assertThat(new SealedMailbox(register, AUDIT).verify(Optional.of(seal)).problems())
        .anySatisfy(problem -> assertThat(problem).contains("the seal " + seal));
    expire(); // does not take the shorter one for the truth
    assertThat(verify().problems()).isNotEmpty();
    Files.write(month, whole);
    assertThat(new SealedMailbox(register, AUDIT).verify(Optional.of(seal)).problems())
        .singleElement()
        .asString()
        .contains("is gone");
    Files.move(ledger, directory.resolve("away"));
    for (Path each : files()) {
      Files.delete(each);
    }
    assertThat(verify().problems()).hasSize(2).allMatch(each -> each.contains("does not go on"));
  }

  @Test
  void aMailboxWithoutAMirrorOrWithoutADirectoryIsAProblem() throws Exception {
    Path domain = register.mailboxes().maildir(AUDIT).getParent();
    MailboxAddress foreign = MailboxAddress.of("foreign@example.test");
    Files.createDirectories(domain.resolve("foreign/cur"));
    assertThat(SealedMailbox.all(register)).containsExactlyInAnyOrder(AUDIT, foreign);
    assertThat(new SealedMailbox(register, foreign).verify().problems()).isNotEmpty();
    Files.move(domain, directory.resolve("away"));
    assertThat(SealedMailbox.all(register)).containsExactly(AUDIT);
    assertThat(verify().problems()).hasSizeGreaterThan(10);
  }

  @Test
  void anExportIsProvenWithToolsThatEverybodyHas() throws Exception {
    expire();
    Path export = directory.resolve("export");
    assertThat(new MirrorExport(register, AUDIT).to(export).problems()).isEmpty();
    assertThat(shell(export, "sha256sum -c SHA256SUMS")).contains("OK").doesNotContain("FAILED");
    String how = Files.readString(export.resolve("VERIFY.txt"));
    String script = how.substring(how.indexOf("s=000"), how.indexOf("done") + 4);
    assertThat(shell(export, script)).isEmpty();
    Path month = export.resolve("ledger/2026-11");
    Files.writeString(month, Files.readString(month).replaceFirst("bob@", "eve@"));
    assertThat(shell(export, script)).startsWith("broken: ");
    try (Stream<Path> messages = Files.list(export.resolve("messages"))) {
      assertThat(messages).hasSize(6);
    }
  }

  private static String shell(Path in, String script) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", script)
            .directory(in.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  private long expire() throws IOException {
    return new MirrorExpiry(register, clock(), ZoneOffset.UTC)
        .run(MirrorExpiry.Option.FORCE)
        .messages();
  }

  private SealedMailbox.Findings verify() throws IOException {
    return new SealedMailbox(register, AUDIT).verify();
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public ZoneOffset getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return Clock.fixed(now.get(), zone);
      }

      @Override
      public Instant instant() {
        return now.get();
      }
    };
  }

  private void deliver() throws Exception {
    deliver(messages.incrementAndGet(), "bob@example.test");
  }

  private void deliver(int number, String recipient) throws Exception {
    try (Spool spool =
        Spool.open(
            register.spool(),
            register.mailboxes(),
            register::rules,
            FailurePolicy.DEFER,
            clock(),
            "t")) {
      Envelope envelope =
          new Envelope(
              Map.of("IDENT", "4bX" + number),
              "sender@example.test",
              List.of(),
              List.of(new Envelope.Recipient(recipient, List.of())));
      try (Copies.Copy copy = spool.begin(envelope)) {
        byte[] text = ("Subject: " + number + "\r\n").getBytes(StandardCharsets.US_ASCII);
        copy.write(text, text.length);
        copy.sync();
        copy.accepted(envelope.recipients());
      }
      spool.awaitDelivered();
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(register.mailboxes().maildir(AUDIT).resolve("new"))) {
      return files.sorted().toList();
    }
  }
}
