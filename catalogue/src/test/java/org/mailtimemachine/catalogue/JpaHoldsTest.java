package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.desk.Notice;
import org.mailtimemachine.snapshot.Expiry;
import org.mailtimemachine.snapshot.Pin;
import org.mailtimemachine.snapshot.Retention;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.TakeProgress;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditFilter;
import org.mailtimemachine.snapshot.holds.Hold;
import org.mailtimemachine.snapshot.holds.HoldKeeper;
import org.mailtimemachine.snapshot.holds.Holds;

/** Holds in a database, and what becomes of them in a Store. */
class JpaHoldsTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.test");
  private static final MailboxAddress MARCO = MailboxAddress.of("marco@example.test");
  private static final MailboxAddress INFO = MailboxAddress.of("info@other.test");
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final AuditEntry LINE = new AuditEntry(NOW, "carla", "hold", "example.test", "");

  @TempDir private Path root;
  private Path storePath;
  private Holds holds;
  private JpaAuditLog audit;
  private JpaCorrespondence correspondence;

  @BeforeEach
  void threeMailboxes() throws IOException, SQLException {
    storePath = root.resolve("store");
    for (MailboxAddress mailbox : List.of(ANNA, MARCO, INFO)) {
      Path maildir = root.resolve("mail").resolve(mailbox.domain()).resolve(mailbox.localPart());
      for (String part : List.of("cur", "new", "tmp")) {
        Files.createDirectories(maildir.resolve(part));
      }
      Files.writeString(maildir.resolve("cur/1600000000.M1P1.host:2,S"), "Subject: 1\n\n1\n");
    }
    TestDatabase database = TestDatabase.open();
    holds = new JpaHolds(database.sessions(), database.dataSource());
    audit = new JpaAuditLog(database.sessions());
    correspondence = new JpaCorrespondence(database.sessions());
  }

  private static Clock at(String day) {
    return Clock.fixed(Instant.parse(day + "T12:00:00Z"), ZoneOffset.UTC);
  }

  private void take(String day) throws IOException {
    try (SnapshotEngine engine = SnapshotEngine.open(root.resolve("mail"), storePath, at(day))) {
      assertThat(engine.take(new SnapshotName(day), TakeProgress.NONE).complete()).isTrue();
    }
  }

  private static Hold hold(Optional<MailboxAddress> mailbox, Optional<LocalDate> until) {
    return new Hold(
        UUID.randomUUID(),
        "example.test",
        mailbox,
        "a case",
        until,
        "carla",
        false,
        NOW,
        Optional.empty(),
        Optional.empty(),
        0);
  }

  private List<String> pinned(MailboxAddress mailbox) throws IOException {
    try (Store store = Store.open(storePath)) {
      return store.pins(mailbox).stream().map(Pin::snapshot).map(SnapshotName::text).toList();
    }
  }

  private List<String> days(MailboxAddress mailbox) throws IOException {
    try (Store store = Store.open(storePath)) {
      return store.snapshots(mailbox).stream().map(SnapshotName::text).toList();
    }
  }

  private HoldKeeper keeper(String day) {
    return new HoldKeeper(storePath, holds, at(day));
  }

  private static Hold.Lifted lifted() {
    return new Hold.Lifted("bruno", NOW.plusSeconds(60), "closed");
  }

  @Test
  void aHoldIsKeptListedAndLiftedOnce() {
    Hold one = hold(Optional.of(ANNA), Optional.of(LocalDate.parse("2027-01-31")));
    Hold domain = hold(Optional.empty(), Optional.empty());
    holds.place(one, LINE);
    holds.place(domain, LINE);

    assertThat(holds.find(one.id())).contains(one);
    assertThat(holds.newest(Optional.empty(), 0, 10)).containsExactlyInAnyOrder(one, domain);
    assertThat(holds.newest(Optional.of(Set.of("example.test")), 0, 10)).hasSize(2);
    assertThat(holds.newest(Optional.of(Set.of("other.test")), 0, 10)).isEmpty();
    assertThat(holds.lift(one.id(), lifted(), LINE)).isTrue();
    assertThat(holds.lift(one.id(), lifted(), LINE)).isFalse();
    assertThat(holds.lift(UUID.randomUUID(), lifted(), LINE)).isFalse();
    assertThat(holds.find(one.id()).orElseThrow().lifted()).contains(lifted());
    assertThat(holds.newest(Optional.empty(), 0, 1))
        .as("those that stand first")
        .containsExactly(domain);
    assertThat(holds.newest(Optional.empty(), 1, 1)).extracting(Hold::id).containsExactly(one.id());
    assertThat(holds.count(Optional.empty())).isEqualTo(2);
    assertThat(holds.count(Optional.of(Set.of("other.test")))).isZero();
    assertThat(holds.unsettled()).hasSize(2);
    holds.settled(one.id());
    assertThat(holds.unsettled()).containsExactly(domain);
    assertThat(audit.read(AuditFilter.ALL, Long.MAX_VALUE, 10)).hasSize(3);
    assertThat(correspondence.unaddressed(10))
        .as("told once")
        .containsExactly(new Notice(one.id(), Notice.Kind.HOLD_LIFTED));
  }

  @Test
  void aHeldDayNeverExpiresAndWhatComesIsHeldToo() throws Exception {
    take("2026-11-01");
    Hold hold = hold(Optional.of(ANNA), Optional.empty());
    holds.place(hold, LINE);
    HoldKeeper keeper = keeper("2026-11-01");
    keeper.keep();
    assertThat(pinned(ANNA)).containsExactly("2026-11-01");
    assertThat(pinned(MARCO)).isEmpty();
    take("2026-11-02");
    keeper.keep();
    assertThat(pinned(ANNA)).containsExactly("2026-11-01", "2026-11-02");

    for (int day = 3; day <= 6; day++) {
      take("2026-11-0" + day);
    }
    expire("2026-11-06");
    assertThat(days(ANNA)).contains("2026-11-01", "2026-11-02");
    assertThat(days(MARCO)).doesNotContain("2026-11-01", "2026-11-02");

    holds.lift(hold.id(), lifted(), LINE);
    keeper("2026-11-06").keep();
    assertThat(pinned(ANNA)).isEmpty();
    assertThat(holds.unsettled()).isEmpty();
    expire("2026-11-06");
    assertThat(days(ANNA)).doesNotContain("2026-11-01", "2026-11-02");
  }

  private void expire(String day) throws IOException {
    try (Store store = Store.open(storePath)) {
      new Expiry(store).run(new Retention(2, 0, 0), LocalDate.parse(day));
    }
  }

  @Test
  void aHoldOnADomainIsAboutAllItsMailboxesAndEndsWithItsLastDay() throws Exception {
    take("2026-11-01");
    holds.place(hold(Optional.empty(), Optional.of(LocalDate.parse("2026-11-02"))), LINE);
    keeper("2026-11-01").keep();
    assertThat(pinned(ANNA)).hasSize(1);
    assertThat(pinned(MARCO)).hasSize(1);
    assertThat(pinned(INFO)).isEmpty();
    try (Store store = Store.open(storePath)) {
      assertThat(store.pins(ANNA).getFirst().counts(LocalDate.parse("2026-11-02"))).isTrue();
      assertThat(store.pins(ANNA).getFirst().counts(LocalDate.parse("2026-11-03"))).isFalse();
    }
    take("2026-11-03");
    keeper("2026-11-03").keep();
    assertThat(pinned(ANNA)).as("it stands no more").containsExactly("2026-11-01");
  }

  @Test
  void aMailboxThatCannotBeHeldKeepsNoOtherFromItAndIsSaid() throws Exception {
    take("2026-11-01");
    Hold domain = hold(Optional.empty(), Optional.empty());
    Hold marco = hold(Optional.of(MARCO), Optional.empty());
    holds.place(domain, LINE);
    holds.place(marco, LINE);
    Path pins = pins(ANNA);
    Files.writeString(pins, "in the way");
    HoldKeeper keeper = keeper("2026-11-01");

    assertThatThrownBy(keeper::keep).isInstanceOf(IOException.class).hasMessageContaining("anna");
    assertThat(pinned(MARCO)).hasSize(2);
    assertThat(known(domain).isInForce()).isFalse();
    assertThat(known(domain).failing()).isEqualTo(1);
    assertThat(known(marco).isInForce()).isTrue();

    Files.delete(pins);
    keeper.keep();
    assertThat(pinned(ANNA)).hasSize(1);
    assertThat(known(domain).isInForce()).isTrue();
    holds.lift(domain.id(), lifted(), LINE);
    Files.move(pins, pins.resolveSibling("aside"));
    Files.writeString(pins, "in the way");
    assertThatThrownBy(keeper::keep).isInstanceOf(IOException.class);
    assertThat(pinned(MARCO)).as("released all the same").hasSize(1);
    assertThat(holds.unsettled()).as("not settled while a pin is left").hasSize(2);
  }

  private Hold known(Hold hold) {
    return holds.find(hold.id()).orElseThrow();
  }

  private Path pins(MailboxAddress mailbox) throws IOException {
    try (Stream<Path> all = Files.walk(storePath)) {
      return all.filter(path -> path.endsWith("snapshots"))
          .map(path -> path.resolveSibling("pins"))
          .filter(path -> path.toString().contains(mailbox.localPart()))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void whileAnotherServerIsAtItThisOneLeavesTheStoreAlone() throws Exception {
    take("2026-11-01");
    Hold hold = hold(Optional.of(ANNA), Optional.empty());
    holds.place(hold, LINE);
    HoldKeeper keeper = keeper("2026-11-01");
    try (Holds.Turn _ = holds.tryTurn().orElseThrow()) {
      assertThat(holds.tryTurn()).isEmpty();
      keeper.keep();
      assertThat(pinned(ANNA)).isEmpty();
      holds.lift(hold.id(), lifted(), LINE);
      keeper.keep();
      assertThat(holds.unsettled()).hasSize(1);
    }
    keeper.keep();
    assertThat(holds.unsettled()).isEmpty();
    assertThat(pinned(ANNA)).isEmpty();
  }

  @Test
  void aHoldOnOneMailboxIsInForceAtOnceUnlessItWasLiftedMeanwhile() throws Exception {
    take("2026-11-01");
    Hold hold = hold(Optional.of(ANNA), Optional.empty());
    holds.place(hold, LINE);
    try (Holds.Turn _ = holds.tryTurn().orElseThrow()) {
      keeper("2026-11-01").keepAtOnce(hold);
    }
    assertThat(pinned(ANNA)).hasSize(1);
    assertThat(known(hold).isInForce()).isTrue();

    Hold ended = hold(Optional.of(MARCO), Optional.empty());
    holds.place(ended, LINE);
    holds.lift(ended.id(), lifted(), LINE);
    holds.settled(ended.id());
    keeper("2026-11-01").keepAtOnce(ended);
    assertThat(pinned(MARCO)).as("nobody would look at them again").isEmpty();
  }

  @Test
  void aStoreThatNoTakeHasMadeYetIsNoTrouble() throws Exception {
    holds.place(hold(Optional.empty(), Optional.empty()), LINE);
    HoldKeeper keeper = keeper("2026-11-01");
    keeper.keep();
    take("2026-11-01");
    keeper.keep();
    assertThat(pinned(ANNA)).hasSize(1);
  }
}
