package org.mailtimemachine.admin.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.admin.SmallHost;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.holds.Hold;
import org.mailtimemachine.snapshot.holds.Holds;

class HoldAuthorityTest {

  /** Half an hour after midnight in Rome, and the day before in Greenwich. */
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T23:30:00Z"), ZoneId.of("Europe/Rome"));

  private static final String ANNA = "anna@ours.test";
  private static final String DOMAIN = "ours.test";

  @TempDir private Path directory;
  private final MemoryHolds holds = new MemoryHolds();
  private Store store;

  @BeforeEach
  void oneMailbox() throws IOException {
    store = Store.open(new SmallHost(directory, ANNA).store);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private HoldAuthority of(String name, Optional<Set<String>> domains) {
    return new HoldAuthority(
        new Administrator(name, "", Locale.ENGLISH, domains, false), holds, store, 2, CLOCK);
  }

  private HoldAuthority host() {
    return of("carla", Optional.empty());
  }

  private HoldAuthority domain() {
    return of("bruno", Optional.of(Set.of(DOMAIN)));
  }

  @Test
  void whatTheHostHasPlacedOnlyTheHostLiftsAndItsReasonIsNotForTheDomain() throws Exception {
    Hold hold = host().place(DOMAIN, "case 12", Optional.empty());

    assertThat(domain().newest(0, 10))
        .singleElement()
        .matches(seen -> !seen.reason().contains("12"));
    assertThat(domain().hold(hold.id()).reason()).doesNotContain("12");
    assertThat(host().hold(hold.id()).reason()).isEqualTo("case 12");
    assertThatExceptionOfType(NotYoursException.class)
        .isThrownBy(() -> domain().lift(hold.id(), "no"));
    assertThat(host().lift(hold.id(), "case 12 is closed")).isTrue();
    assertThat(domain().hold(hold.id()).lifted().orElseThrow().reason()).doesNotContain("12");
    assertThat(holds.entries).extracting(AuditEntry::action).contains("hold.place", "hold.lift");
    assertThat(holds.entries).allMatch(entry -> !entry.detail().contains("case"));
  }

  @Test
  void aDomainHasNoMoreHoldsThanItMayHaveAndOneThatIsLiftedCountsNoMore() throws Exception {
    Hold first = domain().place(ANNA, "one", Optional.empty());
    domain().place(DOMAIN, "two", Optional.empty());
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> domain().place(ANNA, "three", Optional.empty()))
        .withMessageContaining("mtm.holds.limit");
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> host().place(ANNA, "three", Optional.empty()));
    domain().lift(first.id(), "over");
    assertThat(domain().place(ANNA, "three", Optional.empty()).reason()).isEqualTo("three");
  }

  @Test
  void whatTheDomainHasPlacedBothMayLift() throws Exception {
    Hold hold = domain().place(ANNA, "a dispute", Optional.empty());
    assertThat(holds.entries.getLast().detail()).contains("a dispute");
    assertThat(host().hold(hold.id()).reason()).isEqualTo("a dispute");
    assertThat(domain().lift(hold.id(), "settled")).isTrue();
    Hold other = domain().place(DOMAIN, "a dispute", Optional.empty());
    assertThat(host().lift(other.id(), "settled")).isTrue();
  }

  @Test
  void aHoldWhoseLastDayIsOverInTheZoneOfTheHostKeepsNothingAndIsRefused() throws Exception {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> host().place(DOMAIN, "late", Optional.of(LocalDate.parse("2026-11-21"))));
    assertThat(holds.entries).isEmpty();
    assertThat(host().place(DOMAIN, "today", Optional.of(LocalDate.parse("2026-11-22"))).until())
        .isPresent();
  }

  private static final class MemoryHolds implements Holds {

    private final Map<UUID, Hold> all = new LinkedHashMap<>();
    private final List<AuditEntry> entries = new ArrayList<>();

    @Override
    public List<Hold> newest(Optional<Set<String>> domains, long offset, int most) {
      return List.copyOf(all.values());
    }

    @Override
    public long count(Optional<Set<String>> domains) {
      return all.size();
    }

    @Override
    public Optional<Hold> find(UUID id) {
      return Optional.ofNullable(all.get(id));
    }

    @Override
    public void place(Hold hold, AuditEntry entry) {
      all.put(hold.id(), hold);
      entries.add(entry);
    }

    @Override
    public boolean lift(UUID id, Hold.Lifted lifted, AuditEntry entry) {
      Hold hold = all.get(id);
      all.put(
          id,
          new Hold(
              id,
              hold.domain(),
              hold.mailbox(),
              hold.reason(),
              hold.until(),
              hold.who(),
              hold.byHost(),
              hold.since(),
              Optional.of(lifted),
              hold.inForce(),
              hold.failing()));
      entries.add(entry);
      return true;
    }

    @Override
    public Optional<Turn> tryTurn() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void kept(UUID id, int failing, Instant when) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Hold> unsettled() {
      return List.copyOf(all.values());
    }

    @Override
    public void settled(UUID id) {
      throw new UnsupportedOperationException();
    }
  }
}
