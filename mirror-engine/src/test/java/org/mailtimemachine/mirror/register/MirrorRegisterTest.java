package org.mailtimemachine.mirror.register;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.register.MirrorRefusedException.Reason;

/** Mirrors as an administrator makes, changes and ends them, and what the delivery path sees. */
class MirrorRegisterTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final MirrorSource BOB =
      new MirrorSource.SingleRecipient(MailboxAddress.of("Bob@Example.test"));
  private static final MirrorSource ALL = new MirrorSource.AllRecipients("Example.test");

  @TempDir private Path directory;
  private MirrorHost host;

  @BeforeEach
  void makeHost() throws IOException {
    host = new MirrorHost(directory, CLOCK);
    host.makeMailbox("bob@example.test");
    host.makeMailbox("old@example.test");
  }

  @Test
  void aMirrorOfOneRecipientForThirtyDaysHasAMailboxOfItsOwn() throws Exception {
    MirrorRegister register = host.register();
    MadeMirror made = register.add(own(BOB, 30), "post");
    assertThat(made.mirror().rule().destinations())
        .containsExactly(MailboxAddress.of("_mirror_bob@example.test"));
    assertThat(made.mirror().rule().days()).isEqualTo(30);
    assertThat(made.mirror().madeBy()).isEqualTo("post");
    assertThat(register.rules().destinations("bob+tag@example.test")).hasSize(1);
    assertThat(host.maildir("_mirror_bob@example.test").resolve("new")).isDirectory();
    assertThat(host.register().mirrors()).containsExactly(made.mirror());
  }

  @Test
  void aMirrorOfADomainIsCalledByTheDomainAlone() throws Exception {
    MirrorRegister register = host.register();
    register.add(own(ALL, 7), "post");
    assertThat(register.rules().destinations("carol@example.test"))
        .containsExactly(MailboxAddress.of("_mirror@example.test"));
  }

  @Test
  void theRegisterOfAnEarlierVersionIsTakenOnAndThatOfALaterOneIsRefused() throws Exception {
    host.register().add(own(ALL, 7), "post");
    Path format = host.register().settings().directory().resolve("format");
    Files.writeString(format, "mail-time-machine-mirror 1\n");
    MirrorRegister register = host.register();
    assertThat(register.mirrors()).hasSize(1);
    assertThat(format).hasContent("mail-time-machine-mirror 1"); // who only reads writes nothing
    register.raiseFormat();
    assertThat(format).hasContent("mail-time-machine-mirror 2");
    assertThat(host.register().mirrors()).hasSize(1);

    Files.writeString(format, "mail-time-machine-mirror 3\n");
    assertThatThrownBy(host::register)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a newer Mail Time Machine");
  }

  @Test
  void thePasswordIsShownOnceAndCanBeMadeAnew() throws Exception {
    MirrorRegister register = host.register();
    Files.writeString(directory.resolve("users"), "other@example.test:{PLAIN}x\n");
    Files.setPosixFilePermissions(
        directory.resolve("users"), PosixFilePermissions.fromString("rw-r-----"));
    MadeMirror made = register.add(own(BOB, 30), "post");
    String password = made.password().orElseThrow();
    assertThat(password).hasSizeGreaterThan(15);
    assertThat(made.toString()).doesNotContain(password);
    assertThat(hashOf("_mirror_bob@example.test")).isEqualTo(crypt(password));
    String second = register.newPassword(made.mirror().id());
    assertThat(second).isNotEqualTo(password);
    assertThat(hashOf("_mirror_bob@example.test")).isEqualTo(crypt(second));
    assertThat(Files.readAllLines(directory.resolve("users")))
        .hasSize(2)
        .first()
        .isEqualTo("other@example.test:{PLAIN}x");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(directory.resolve("users"))))
        .isEqualTo("rw-r-----");
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.filter(Files::isRegularFile))
          .allSatisfy(file -> assertThat(file).content().doesNotContain(second));
    }
  }

  private String hashOf(String mailbox) throws IOException {
    return Files.readAllLines(directory.resolve("users")).stream()
        .filter(line -> line.startsWith(mailbox + ":{SHA512-CRYPT}"))
        .map(line -> line.split(":", -1)[1].substring("{SHA512-CRYPT}".length()))
        .findFirst()
        .orElseThrow();
  }

  private String crypt(String password) throws IOException {
    String hash = hashOf("_mirror_bob@example.test");
    return Sha2Crypt.sha512Crypt(
        password.getBytes(StandardCharsets.UTF_8), hash.substring(0, hash.lastIndexOf('$')));
  }

  @Test
  void anExistingMailboxIsTakenOnlyByWhomTheWarningWasShown() throws Exception {
    MirrorRegister register = host.register();
    refused(Reason.OLDER_MAIL, () -> register.add(existing(BOB, false, "old@example.test"), "p"));
    assertThat(register.mirrors()).isEmpty();
    MadeMirror made = register.add(existing(BOB, true, "old@example.test"), "p");
    assertThat(made.password()).isEmpty();
    assertThat(directory.resolve("users")).doesNotExist();
    refused(Reason.NO_MAILBOX, () -> register.add(existing(ALL, true, "nobody@example.test"), "p"));
  }

  @Test
  void severalMirrorsOfOneSourceGoToSeveralMailboxes() throws Exception {
    MirrorRegister register = host.register();
    register.add(own(BOB, 30), "p");
    register.add(existing(BOB, true, "old@example.test"), "p");
    assertThat(register.rules().destinations("bob@example.test")).hasSize(2);
    refused(Reason.ALREADY, () -> register.add(own(BOB, 7), "p"));
    refused(Reason.ALREADY, () -> register.add(existing(BOB, true, "old@example.test"), "p"));
  }

  @Test
  void aMailboxIsNotItsOwnMirrorUnderWhateverName() throws Exception {
    host.set("mtm.mirror.alias-domains", "example.org=example.test");
    MirrorRegister register = host.register();
    for (String alias : List.of("bob@example.org", "bob+tag@example.test")) {
      MirrorSource same = new MirrorSource.SingleRecipient(MailboxAddress.of("bob@example.org"));
      host.makeMailbox(alias);
      refused(Reason.ITS_OWN_MIRROR, () -> register.add(existing(same, true, alias), "p"));
    }
  }

  @Test
  void daysAreOneToThreeThousandSixHundredAndFifty() throws Exception {
    MirrorRegister register = host.register();
    for (int days : new int[] {0, -1, 3651}) {
      refused(Reason.DAYS, () -> register.add(own(BOB, days), "p"));
    }
    register.add(own(BOB, 3650), "p");
    register.add(own(ALL, 1), "p");
  }

  @Test
  void aDomainHasNoMoreMirrorsThanItsPlanAllows() throws Exception {
    host.set("mtm.mirror.limit", "1").set("mtm.mirror.limits", "big.example=2, none.example=0");
    MirrorRegister register = host.register();
    MadeMirror first = register.add(own(BOB, 30), "p");
    refused(Reason.LIMIT, () -> register.add(own(ALL, 30), "p"));
    refused(
        Reason.LIMIT,
        () -> register.add(own(new MirrorSource.AllRecipients("none.example"), 30), "p"));
    for (String user : List.of("a", "b")) {
      register.add(
          own(new MirrorSource.SingleRecipient(new MailboxAddress(user, "big.example")), 3), "p");
    }
    register.end(first.mirror().id(), false, "p");
    register.add(own(ALL, 30), "p");
  }

  @Test
  void whatIsThereAlreadyUnderTheNameOfAMirrorIsLeftAlone() throws Exception {
    host.makeMailbox("_mirror_bob@example.test");
    Files.writeString(host.maildir("_mirror_bob@example.test").resolve("cur/1.a:2,S"), "mail");
    MirrorRegister register = host.register();
    refused(Reason.TAKEN, () -> register.add(own(BOB, 30), "p"));
    assertThat(directory.resolve("users")).doesNotExist();
  }

  @Test
  void aMirrorThatWasMadeHalfIsMadeWhole() throws Exception {
    host.makeMailbox("_mirror_bob@example.test"); // and then the process died
    Files.createDirectories(directory.resolve("mirror/mirrors"));
    Files.writeString(directory.resolve("mirror/mirrors/.new-0badcafe"), "mirror 1\nid");
    MirrorRegister register = host.register();
    register.add(own(BOB, 30), "p");
    assertThat(register.mirrors()).hasSize(1);
    assertThat(directory.resolve("mirror/mirrors/.new-0badcafe")).doesNotExist();
  }

  @Test
  void aMirrorThatEndsCopiesNothingMoreAndMayBeMadeAgain() throws Exception {
    MirrorRegister register = host.register();
    String id = register.add(own(BOB, 30), "p").mirror().id();
    assertThat(register.end(id, true, "carol").end().orElseThrow().mailStays()).isTrue();
    assertThat(register.rules().destinations("bob@example.test")).isEmpty();
    refused(Reason.ENDED, () -> register.end(id, true, "p"));
    refused(Reason.ENDED, () -> register.change(id, 7, List.of(), true));
    refused(Reason.UNKNOWN, () -> register.end("00000000", true, "p"));
    refused(Reason.OLDER_MAIL, () -> register.add(own(BOB, 7), "p")); // the mail was to stay
    register.add(new NewMirror(BOB, true, List.of(), 7, false, true), "p");
    assertThat(register.mirrors()).hasSize(2);
  }

  @Test
  void aMailboxOfItsOwnLosesNothingEarlierUnlessThatWasAgreedTo() throws Exception {
    MirrorRegister register = host.register();
    String id = register.add(own(BOB, 365), "p").mirror().id();
    refused(Reason.OLDER_MAIL, () -> register.change(id, 3, List.of(), false));
    register.change(id, 364, List.of(), true);
    assertThat(host.register().mirrors().getFirst().earlier())
        .containsExactly(new RegisteredMirror.Earlier(365, NOW));
  }

  @Test
  void copiesInAMailboxThatOthersShareAreKeptAsLongAsWasSaid() throws Exception {
    MirrorRegister register = host.register();
    MailboxAddress old = MailboxAddress.of("old@example.test");
    String longer =
        register.add(new NewMirror(BOB, true, List.of(old), 365, false, true), "p").mirror().id();
    register.add(existing(ALL, true, "old@example.test"), "p");
    refused(Reason.OLDER_MAIL, () -> register.change(longer, 365, List.of(), false));
    register.end(longer, false, "p");
    assertThat(register.daysKept(old)).hasValue(365);
  }

  @Test
  void aReadOnlyMirrorThatEndedHoldsWhatItPromised() throws Exception {
    MirrorRegister register = host.register();
    MadeMirror first = register.add(new NewMirror(BOB, true, List.of(), 30, true, false), "p");
    MailboxAddress audit = first.mirror().own().getFirst();
    register.end(first.mirror().id(), true, "p");
    refused(
        Reason.READ_ONLY,
        () -> register.add(new NewMirror(BOB, true, List.of(), 29, true, true), "p"));
    register.add(new NewMirror(BOB, true, List.of(), 30, true, false), "p");
    assertThat(register.daysKept(audit)).isEmpty();
    assertThat(register.expiring()).doesNotContain(audit);
  }

  @Test
  void aMirrorWhoseFileIsGoneIsMissedByWhoeverStartsLater() throws Exception {
    String id = host.register().add(own(BOB, 30), "p").mirror().id();
    String ended = host.register().add(own(ALL, 30), "p").mirror().id();
    host.register().end(ended, true, "p");
    for (String each : List.of(id, ended)) {
      Path file = directory.resolve("mirror/mirrors").resolve(each);
      byte[] whole = Files.readAllBytes(file);
      Files.delete(file);
      assertThat(host.register().problems()).singleElement().asString().contains(each, "gone");
      Files.write(file, whole);
      assertThat(host.register().problems()).isEmpty();
    }
  }

  @Test
  void oneFileThatCannotBeReadIsAProblemOfItsMirrorOnly() throws Exception {
    MirrorRegister register = host.register();
    String id = register.add(own(BOB, 30), "p").mirror().id();
    register.add(own(ALL, 30), "p");
    Path file = directory.resolve("mirror/mirrors").resolve(id);
    Files.move(file, directory.resolve("away"));
    Files.createSymbolicLink(file, directory.resolve("away"));
    MirrorRegister later = host.register();
    assertThat(later.problems()).singleElement().asString().contains(id);
    assertThat(later.rules().destinations("carol@example.test")).hasSize(1);
  }

  @Test
  void whatRootMakesBelongsToTheOwnerOfTheRegister() throws Exception {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    Files.createDirectory(directory.resolve("mirror"));
    Files.setAttribute(directory.resolve("mirror"), "unix:uid", 12345);
    MirrorRegister register = host.register();
    String id = register.add(own(BOB, 30), "p").mirror().id();
    register.add(new NewMirror(ALL, true, List.of(), 30, true, false), "p");
    register.end(id, true, "p");
    try (Stream<Path> all = Files.walk(directory.resolve("mirror"))) {
      assertThat(all)
          .hasSizeGreaterThan(10)
          .allSatisfy(each -> assertThat(Files.getAttribute(each, "unix:uid")).isEqualTo(12345));
    }
    assertThatThrownBy(register::requireOwner)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("run it as that user");
  }

  @Test
  void linesOfOthersInTheUsersFileStayAsTheyAre() throws Exception {
    byte[] others = "z\u00eb:x:1:1:a\rb::\n\n".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(directory.resolve("users"), others);
    host.register()
        .add(
            own(new MirrorSource.SingleRecipient(MailboxAddress.of("zo\u00eb@example.test")), 3),
            "p");
    byte[] now = Files.readAllBytes(directory.resolve("users"));
    assertThat(now).startsWith(others);
    assertThat(new String(now, StandardCharsets.UTF_8))
        .contains("\n_mirror_zo\u00eb@example.test:{");
  }

  @Test
  void daysAndMailboxesCanBeChangedByWhomTheWarningWasShown() throws Exception {
    MirrorRegister register = host.register();
    String id = register.add(own(BOB, 30), "p").mirror().id();
    List<MailboxAddress> old = List.of(MailboxAddress.of("old@example.test"));
    refused(Reason.OLDER_MAIL, () -> register.change(id, 30, old, false));
    register.change(id, 30, old, true);
    assertThat(register.rules().destinations("bob@example.test")).hasSize(2);
    register.change(id, 60, old, false);
    refused(Reason.OLDER_MAIL, () -> register.change(id, 59, old, false));
    refused(Reason.OLDER_MAIL, () -> register.change(id, 5, List.of(), false)); // its own one
    register.change(id, 5, List.of(), true);
    assertThat(register.rules().destinations("bob@example.test")).hasSize(1);
    assertThat(host.register().mirrors().getFirst().rule().days()).isEqualTo(5);
  }

  @Test
  void aReadOnlyMirrorLiesWhereNoImapServerLooks() throws Exception {
    MirrorRegister register = host.register();
    MadeMirror made = register.add(new NewMirror(BOB, true, List.of(), 30, true, false), "p");
    MailboxAddress audit = made.mirror().own().getFirst();
    assertThat(audit).isEqualTo(MailboxAddress.of("_audit_bob@example.test"));
    assertThat(made.password()).isEmpty();
    assertThat(register.mailboxes().maildir(audit))
        .isEqualTo(directory.resolve("mirror/read-only/example.test/_audit_bob"));
    assertThat(Files.getPosixFilePermissions(directory.resolve("mirror")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    String id = made.mirror().id();
    refused(Reason.READ_ONLY, () -> register.change(id, 29, List.of(), true));
    refused(
        Reason.READ_ONLY,
        () -> register.change(id, 30, List.of(MailboxAddress.of("old@example.test")), true));
    refused(Reason.READ_ONLY, () -> register.add(existing(ALL, true, audit.toString()), "p"));
    refused(Reason.UNKNOWN, () -> register.newPassword(id));
    register.change(id, 60, List.of(), false);
    register.add(own(BOB, 7), "p");
    Files.move(directory.resolve("mirror/read-only"), directory.resolve("away"));
    assertThatThrownBy(() -> register.mailboxes().open(audit)).isInstanceOf(IOException.class);
    assertThat(host.maildir(audit.toString())).doesNotExist();
  }

  @Test
  void oneMailboxUnderTwoSpellingsIsOne() throws Exception {
    MirrorRegister register = host.register();
    MadeMirror made = register.add(existing(BOB, true, "OLD@Example.TEST"), "p");
    assertThat(made.mirror().rule().destinations())
        .containsExactly(MailboxAddress.of("old@example.test"));
    refused(Reason.ALREADY, () -> register.add(existing(BOB, true, "Old@example.test"), "p"));
  }

  @Test
  void aDamagedFileLeavesItsMirrorInForceAndIsTold() throws Exception {
    MirrorRegister register = host.register();
    String id = register.add(own(BOB, 30), "p").mirror().id();
    Path file = directory.resolve("mirror/mirrors").resolve(id);
    String whole = Files.readString(file);
    for (String torn : List.of("", whole.substring(0, 30), whole.replace("days 30", "days 31"))) {
      Files.writeString(file, torn);
      Files.createDirectory(file.resolveSibling("touched")); // as the rename of a new file would
      Files.delete(file.resolveSibling("touched"));
      assertThat(register.rules().destinations("bob@example.test")).hasSize(1);
      assertThat(register.problems()).singleElement().asString().contains(id, "damaged");
      assertThatThrownBy(() -> register.add(own(ALL, 7), "p"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("damaged");
    }
    assertThat(host.register().problems()).hasSize(1); // who starts now must not start to deliver
    Files.writeString(file, whole);
    Files.createDirectory(file.resolveSibling("touched"));
    assertThat(register.problems()).isEmpty();
  }

  @Test
  void aMirrorWhoseFileIsGoneThoughNobodyEndedItStaysInForceAndIsTold() throws Exception {
    MirrorRegister register = host.register();
    String id = register.add(own(BOB, 30), "p").mirror().id();
    Files.delete(directory.resolve("mirror/mirrors").resolve(id));
    assertThat(register.rules().destinations("bob@example.test")).hasSize(1);
    assertThat(register.problems()).singleElement().asString().contains(id, "gone");
  }

  @Test
  void aDirectoryThatIsNotMountedIsNoHostWithoutMirrors() throws Exception {
    MirrorRegister register = host.register();
    register.add(own(BOB, 30), "p");
    Files.move(directory.resolve("mirror"), directory.resolve("away"));
    Files.createDirectory(directory.resolve("mirror"));
    assertThat(register.rules().destinations("bob@example.test")).hasSize(1);
    assertThat(register.problems()).singleElement().asString().contains("cannot be read");
    assertThatThrownBy(() -> MirrorRegister.open(host.settings(), CLOCK))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is it mounted?");
    Files.delete(directory.resolve("mirror"));
    Files.move(directory.resolve("away"), directory.resolve("mirror"));
    assertThat(register.problems()).isEmpty();
  }

  @Test
  void whatAnotherProcessChangesIsSeenAtOnce() throws Exception {
    MirrorRegister delivery = host.register();
    MirrorRegister console = host.register();
    for (int round = 0; round < 20; round++) {
      String id = console.add(own(BOB, 30), "p").mirror().id();
      assertThat(delivery.rules().destinations("bob@example.test")).hasSize(1);
      console.end(id, false, "p");
      assertThat(delivery.rules().destinations("bob@example.test")).isEmpty();
    }
  }

  @Test
  void aNameThatWouldTellDovecotSomethingElseIsRefused() throws Exception {
    MirrorRegister register = host.register();
    for (String name : List.of("a:b", "a b", "a%d", "a\"b", "a\u00a0b")) {
      MirrorSource source =
          new MirrorSource.SingleRecipient(new MailboxAddress(name, "example.test"));
      refused(Reason.TAKEN, () -> register.add(own(source, 3), "p"));
    }
    register.add(
        own(new MirrorSource.SingleRecipient(MailboxAddress.of("zoë@example.test")), 3), "p");
    assertThat(host.register().mirrors()).hasSize(1);
  }

  @Test
  void patternsOfMailboxesAreHeldToTheRoot() throws Exception {
    host.set("mtm.mirror.mailboxes", directory.resolve("vmail") + "/%d/mail-%Ln/Maildir");
    Files.createDirectories(directory.resolve("vmail/example.test"));
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    MirrorRegister register = host.register();
    register.add(own(BOB, 30), "p");
    assertThat(directory.resolve("vmail/example.test/mail-_mirror_bob/Maildir/new")).isDirectory();
    Files.createSymbolicLink(directory.resolve("vmail/example.test/mail-_mirror_eve"), elsewhere);
    assertThatThrownBy(
            () ->
                register.add(
                    own(new MirrorSource.SingleRecipient(MailboxAddress.of("eve@example.test")), 3),
                    "p"))
        .isInstanceOf(IOException.class);
    assertThat(elsewhere).isEmptyDirectory();
    for (String wrong : List.of("vmail/%d/%n", "/vmail/%d", "/vmail/%d/%n/..", "/vmail/%x/%u")) {
      host.set("mtm.mirror.mailboxes", wrong);
      assertThatThrownBy(host::settings).hasMessageContaining("mtm.mirror.mailboxes: ");
    }
  }

  private static NewMirror own(MirrorSource source, int days) {
    return new NewMirror(source, true, List.of(), days, false, false);
  }

  private static NewMirror existing(MirrorSource source, boolean agreed, String mailbox) {
    return new NewMirror(source, false, List.of(MailboxAddress.of(mailbox)), 30, false, agreed);
  }

  private static void refused(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            MirrorRefusedException.class,
            refusal ->
                assertThat(Set.of(refusal.reason())).as(refusal.getMessage()).contains(reason));
  }
}
