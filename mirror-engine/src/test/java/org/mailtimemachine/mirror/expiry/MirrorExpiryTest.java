package org.mailtimemachine.mirror.expiry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.register.MadeMirror;
import org.mailtimemachine.mirror.register.MirrorHost;
import org.mailtimemachine.mirror.register.MirrorRefusedException;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.NewMirror;

/** What goes from mirror mailboxes at 0:00 in the host's zone, and what never does. */
class MirrorExpiryTest {

  /** Summer time ends there on 1 November 2026: midnight is 07:00 UTC before, 08:00 after. */
  private static final ZoneId ZONE = ZoneId.of("America/Los_Angeles");

  private static final Instant MIDNIGHT = Instant.parse("2026-11-22T08:00:00Z");
  private static final MirrorSource BOB =
      new MirrorSource.SingleRecipient(MailboxAddress.of("bob@example.test"));
  private static final MirrorSource ALL = new MirrorSource.AllRecipients("example.test");

  @TempDir private Path directory;
  private MirrorHost host;
  private MirrorRegister register;

  @BeforeEach
  void makeHost() throws IOException {
    host = new MirrorHost(directory, Clock.fixed(MIDNIGHT, ZoneOffset.UTC));
    host.makeMailbox("old@example.test");
    host.makeMailbox("bob@example.test");
    register = host.register();
  }

  @Test
  void aCopyIsKeptThatManyWholeDaysByTheZoneOfTheHost() throws Exception {
    register.add(own(BOB, 30), "p"); // 23 October, 0:00 in summer time, is the border
    mail("_mirror_bob@example.test/cur/over:2,S", Instant.parse("2026-10-23T06:59:59Z"));
    mail("_mirror_bob@example.test/new/kept", Instant.parse("2026-10-23T07:00:00Z"));
    assertThat(expiry(MIDNIGHT).run().removed())
        .isEqualTo(Map.of(MailboxAddress.of("_mirror_bob@example.test"), 1L));
    assertThat(names("_mirror_bob@example.test")).containsExactly("kept");
    expiry(MIDNIGHT.minusSeconds(1).plusSeconds(86_400)).run();
    assertThat(names("_mirror_bob@example.test")).containsExactly("kept");
    expiry(MIDNIGHT.plusSeconds(86_400)).run();
    assertThat(names("_mirror_bob@example.test")).isEmpty();
  }

  @Test
  void allFoldersOfAnExistingMailboxAreScannedAndNoOtherMailbox() throws Exception {
    register.add(
        new NewMirror(BOB, false, List.of(MailboxAddress.of("old@example.test")), 7, false, true),
        "p");
    Instant long_ = Instant.parse("2020-01-01T00:00:00Z");
    mail("old@example.test/cur/1:2,S", long_);
    mail("old@example.test/.Sent/cur/2:2,S", long_);
    mail("old@example.test/.Sent/cur/3:2,S", MIDNIGHT);
    mail("old@example.test/Nested/Deep/new/4", long_);
    mail("old@example.test/tmp/5", long_);
    mail("old@example.test/dovecot-uidlist", long_);
    mail("old@example.test/maildirsize", MIDNIGHT);
    mail("bob@example.test/cur/6:2,S", long_);
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere/cur")).getParent();
    Files.createDirectory(elsewhere.resolve("new"));
    Path foreign = Files.writeString(elsewhere.resolve("cur/7"), "x");
    Files.setLastModifiedTime(foreign, FileTime.from(long_));
    Files.createSymbolicLink(host.maildir("old@example.test").resolve(".Link"), elsewhere);
    Files.createSymbolicLink(host.maildir("old@example.test").resolve("cur/link"), foreign);
    MirrorExpiry.Outcome dry = expiry(MIDNIGHT).run(MirrorExpiry.Option.DRY_RUN);
    assertThat(dry.messages()).isEqualTo(2);
    assertThat(names("old@example.test")).contains("1:2,S");
    MirrorExpiry.Outcome outcome = expiry(MIDNIGHT).run();
    assertThat(outcome.messages()).isEqualTo(2);
    assertThat(outcome.problems())
        .satisfiesExactlyInAnyOrder(
            problem -> assertThat(problem).contains("symbolic link"),
            problem -> assertThat(problem).contains("Nested/Deep is left out"));
    assertThat(names("old@example.test"))
        .containsExactlyInAnyOrder("3:2,S", "4", "5", "dovecot-uidlist", "link");
    assertThat(names("bob@example.test")).containsExactly("6:2,S");
    assertThat(foreign).exists();
  }

  @Test
  void ofNestedFoldersThoseAreScannedThatSomebodySubscribedTo() throws Exception {
    register.add(
        new NewMirror(BOB, false, List.of(MailboxAddress.of("old@example.test")), 7, false, true),
        "p");
    mail("old@example.test/cur/1", Instant.EPOCH);
    mail("old@example.test/Nested/Deep/new/2", Instant.EPOCH);
    mail("old@example.test/backup-2019/cur/3", Instant.EPOCH); // of an administrator
    Files.writeString(
        host.maildir("old@example.test").resolve("subscriptions"), "V\t2\n\nNested\tDeep\n");
    MirrorExpiry.Outcome outcome = expiry(MIDNIGHT).run();
    assertThat(outcome.messages()).isEqualTo(2);
    assertThat(outcome.problems()).singleElement().asString().contains("backup-2019 is left out");
    assertThat(names("old@example.test")).containsExactlyInAnyOrder("3", "subscriptions");
  }

  @Test
  void theLongestDaysOfSeveralMirrorsCount() throws Exception {
    String id = register.add(own(ALL, 10), "p").mirror().id();
    register.add(
        new NewMirror(
            BOB, false, List.of(MailboxAddress.of("_mirror@example.test")), 3, false, true),
        "p");
    mail("_mirror@example.test/cur/a", MIDNIGHT.minusSeconds(5 * 86_400));
    assertThat(expiry(MIDNIGHT).run().messages()).isZero();
    register.end(id, false, "p");
    assertThat(expiry(MIDNIGHT).run().messages()).isZero();
    mail("_mirror@example.test/cur/b", MIDNIGHT.minusSeconds(11 * 86_400));
    assertThat(expiry(MIDNIGHT).run().messages()).isEqualTo(1);
  }

  @Test
  void whatAnEndedMirrorHeldGoesOnExpiringUnlessItIsToStay() throws Exception {
    MadeMirror kept = register.add(own(BOB, 3), "p");
    MadeMirror expires = register.add(own(ALL, 3), "p");
    MadeMirror existing =
        register.add(
            new NewMirror(
                ALL, false, List.of(MailboxAddress.of("old@example.test")), 3, false, true),
            "p");
    for (String mailbox : List.of("_mirror_bob", "_mirror", "old")) {
      mail(mailbox + "@example.test/cur/a", MIDNIGHT.minusSeconds(5 * 86_400));
    }
    register.end(kept.mirror().id(), true, "p");
    register.end(expires.mirror().id(), false, "p");
    register.end(existing.mirror().id(), false, "p");
    expiry(MIDNIGHT).run();
    assertThat(names("_mirror_bob@example.test")).containsExactly("a");
    assertThat(names("_mirror@example.test")).isEmpty();
    assertThat(names("old@example.test")).containsExactly("a");
  }

  @Test
  void nothingExpiresWhereAMirrorCannotBeRead() throws Exception {
    String id = register.add(own(ALL, 3), "p").mirror().id();
    mail("_mirror@example.test/cur/a", Instant.EPOCH);
    Files.writeString(directory.resolve("mirror/mirrors").resolve(id), "mirror 1");
    assertThatThrownBy(() -> expiry(MIDNIGHT).run())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("damaged");
    assertThat(names("_mirror@example.test")).hasSize(1);
  }

  @Test
  void theScanIsDueOnceADayAndNotOnTheFirst() throws Exception {
    Time time = new Time(MIDNIGHT);
    MirrorExpiry expiry = expiry(time);
    assertThat(expiry.isDue()).isFalse();
    time.passes(Duration.ofSeconds(86_399));
    assertThat(expiry.isDue()).isFalse();
    time.passes(Duration.ofSeconds(1));
    assertThat(expiry.isDue()).isTrue();
    expiry.run();
    assertThat(expiry.isDue()).isFalse();
    time.passes(Duration.ofDays(1));
    assertThat(expiry.isDue()).isTrue();
    assertThatThrownBy(() -> expiry(MIDNIGHT.minusSeconds(864_000)).isDue())
        .hasMessageContaining("nothing expires until that date is over");
  }

  @Test
  void aProcessThatHasJustBegunBelievesANewDayAfterAnHour() throws Exception {
    expiry(MIDNIGHT).run();
    Time time = new Time(MIDNIGHT.plus(Duration.ofDays(1)));
    MirrorExpiry expiry = expiry(time);
    assertThat(expiry.isDue()).isFalse();
    time.passes(Duration.ofMinutes(59));
    assertThat(expiry.isDue()).isFalse();
    time.passes(Duration.ofMinutes(1));
    assertThat(expiry.isDue()).isTrue();
  }

  @Test
  void aClockThatIsSetToTheNextDayTakesNothingAway() throws Exception {
    register.add(own(ALL, 1), "p");
    mail("_mirror@example.test/cur/a", MIDNIGHT);
    expiry(MIDNIGHT).run();
    Time time = new Time(MIDNIGHT);
    MirrorExpiry expiry = expiry(time);
    assertThat(expiry.isDue()).isFalse();
    time.passes(Duration.ofHours(5));
    time.isSet(Duration.ofHours(20)); // to the next day
    assertThat(expiry.isDue()).isFalse();
    assertThatThrownBy(expiry::run).hasMessageContaining("--force");
    time.passes(Duration.ofHours(2));
    assertThat(expiry.isDue()).isFalse();
    time.isSet(Duration.ofHours(-20)); // and back
    assertThat(expiry.isDue()).isFalse();
    assertThat(names("_mirror@example.test")).hasSize(1);
    time.passes(Duration.ofDays(1));
    assertThat(expiry.isDue()).isTrue();
    assertThat(expiry.run().messages()).isZero(); // it is of yesterday, and one day old at 0:00
    time.passes(Duration.ofDays(1));
    assertThat(expiry.isDue()).isTrue();
    assertThat(expiry.run().messages()).isEqualTo(1);
  }

  @Test
  void aMailboxThatCannotBeScannedIsTriedAgainTheSameDay() throws Exception {
    register.add(own(ALL, 1), "p");
    mail("_mirror@example.test/cur/a", MIDNIGHT.minus(Duration.ofDays(3)));
    Path cur = host.maildir("_mirror@example.test").resolve("cur");
    Path away = Files.move(cur, directory.resolve("away"));
    Files.createSymbolicLink(cur, away);
    Time time = new Time(MIDNIGHT);
    MirrorExpiry expiry = expiry(time);
    assertThat(expiry.isDue()).isFalse();
    assertThat(expiry.run().problems()).isNotEmpty();
    assertThat(expiry.failed()).isEqualTo(1);
    assertThat(expiry.isDue()).isFalse();
    Files.delete(cur);
    Files.move(away, cur);
    time.passes(Duration.ofHours(1));
    assertThat(expiry.isDue()).isTrue();
    assertThat(expiry.run().messages()).isEqualTo(1);
    assertThat(expiry.failed()).isZero();
    assertThat(expiry.isDue()).isFalse();
  }

  @Test
  void aClockThatJumpsTakesNothingAway() throws Exception {
    register.add(own(ALL, 3), "p");
    mail("_mirror@example.test/cur/a", MIDNIGHT);
    expiry(MIDNIGHT).run();
    MirrorExpiry later = expiry(MIDNIGHT.plusSeconds(400L * 86_400));
    assertThatThrownBy(later::run).hasMessageContaining("--force");
    assertThat(names("_mirror@example.test")).hasSize(1);
    assertThat(later.run(MirrorExpiry.Option.FORCE).messages()).isEqualTo(1);
  }

  @Test
  void aClockThatIsAheadForLessThanADayTakesNothingAway() throws Exception {
    register.add(own(ALL, 3), "p");
    mail("_mirror@example.test/cur/a", MIDNIGHT);
    expiry(MIDNIGHT).run();
    Time time = new Time(MIDNIGHT.plus(Duration.ofDays(20)));
    MirrorExpiry later = expiry(time);
    assertThat(later.isDue()).isFalse();
    time.passes(Duration.ofHours(23));
    assertThat(later.isDue()).isFalse();
    assertThatThrownBy(later::run).hasMessageContaining("--force");
    assertThat(names("_mirror@example.test")).hasSize(1);
    time.passes(Duration.ofHours(1));
    assertThat(later.isDue()).isTrue(); // the host was off for so long
    assertThat(later.run().messages()).isEqualTo(1);
  }

  @Test
  void whatWasToStayStaysWhenAMirrorIsMadeAgain() throws Exception {
    for (boolean readOnly : new boolean[] {false, true}) {
      MadeMirror first =
          register.add(new NewMirror(BOB, true, List.of(), 365, readOnly, false), "p");
      MailboxAddress own = first.mirror().own().getFirst();
      register.end(first.mirror().id(), true, "p");
      assertThatThrownBy(
              () -> register.add(new NewMirror(BOB, true, List.of(), 1, readOnly, false), "p"))
          .isInstanceOf(MirrorRefusedException.class);
      assertThat(register.daysKept(own)).isEmpty();
    }
    mail("_mirror_bob@example.test/cur/a", Instant.EPOCH);
    expiry(MIDNIGHT).run();
    assertThat(names("_mirror_bob@example.test")).hasSize(1);
    register.add(new NewMirror(BOB, true, List.of(), 1, false, true), "p"); // and now it was said
    expiry(MIDNIGHT).run();
    assertThat(names("_mirror_bob@example.test")).isEmpty();
  }

  private MirrorExpiry expiry(Instant now) {
    return new MirrorExpiry(register, Clock.fixed(now, ZoneOffset.UTC), ZONE);
  }

  private MirrorExpiry expiry(Time time) {
    return new MirrorExpiry(register, time, ZONE, () -> time.nanoTime);
  }

  /** A clock that can be set, beside the time that passes. */
  private static final class Time extends Clock {
    private Instant now;
    private long nanoTime;

    Time(Instant now) {
      this.now = now;
    }

    void passes(Duration time) {
      now = now.plus(time);
      nanoTime += time.toNanos();
    }

    void isSet(Duration difference) {
      now = now.plus(difference);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return Clock.fixed(now, zone);
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private static NewMirror own(MirrorSource source, int days) {
    return new NewMirror(source, true, List.of(), days, false, false);
  }

  private void mail(String path, Instant time) throws IOException {
    Path file = directory.resolve("mail").resolve(address(path));
    Files.createDirectories(file.getParent());
    Files.writeString(file, "mail");
    Files.setLastModifiedTime(file, FileTime.from(time));
  }

  private static String address(String path) {
    int slash = path.indexOf('/');
    MailboxAddress mailbox = MailboxAddress.of(path.substring(0, slash));
    return mailbox.domain() + '/' + mailbox.localPart() + path.substring(slash);
  }

  private List<String> names(String mailbox) throws IOException {
    try (Stream<Path> files = Files.walk(host.maildir(mailbox))) {
      return files
          .filter(file -> !Files.isDirectory(file))
          .map(file -> file.getFileName().toString())
          .toList();
    }
  }
}
