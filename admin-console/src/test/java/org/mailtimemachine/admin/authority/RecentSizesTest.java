package org.mailtimemachine.admin.authority;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.MailboxSizes;

class RecentSizesTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@ours.test");
  private static final MailboxAddress INFO = MailboxAddress.of("info@theirs.test");

  private Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private int computed;

  @Test
  void allAreComputedOnceInAMinuteWhoeverAsksAndEachIsToldOfTheirsAlone() {
    RecentSizes sizes = new RecentSizes(counting(), clock());

    assertThat(sizes.all(Optional.empty())).containsOnlyKeys(ANNA, INFO);
    assertThat(sizes.all(Optional.of(Set.of("ours.test")))).containsOnlyKeys(ANNA);
    assertThat(sizes.all(Optional.of(Set.of()))).isEmpty();
    assertThat(computed).isOne();

    now = now.plus(Duration.ofSeconds(61));
    sizes.all(Optional.empty());
    assertThat(computed).isEqualTo(2);
    now = now.minus(Duration.ofDays(1));
    sizes.all(Optional.empty());
    assertThat(computed).as("of a clock that was set").isEqualTo(3);
  }

  private MailboxSizes counting() {
    MailboxSizes.Size size =
        new MailboxSizes.Size(1, new SnapshotName("2026-11-22"), 3, OptionalLong.of(10));
    return new MailboxSizes() {
      @Override
      public Map<MailboxAddress, Size> all(Optional<Set<String>> domains) {
        computed++;
        return Map.of(ANNA, size, INFO, size);
      }

      @Override
      public Map<MailboxAddress, Size> of(Collection<MailboxAddress> mailboxes) {
        return Map.of();
      }
    };
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public Instant instant() {
        return now;
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }
}
