package org.mailtimemachine.admin.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.admin.authority.GapAuthority.State;
import org.mailtimemachine.mirror.copy.Gap;
import org.mailtimemachine.mirror.server.GapBook;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.FollowUp;
import org.mailtimemachine.restore.administrator.FollowUps;
import org.mailtimemachine.snapshot.audit.AuditEntry;

class GapAuthorityTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final Gap OLD =
      new Gap(
          Instant.parse("2026-10-31T23:00:00Z"),
          "4XyZ",
          "news@elsewhere.test",
          List.of("anna@ours.test", "Marco@OURS.test", "blind@theirs.test"),
          "No space left on device");
  private static final Gap UNKNOWN =
      new Gap(NOW.minusSeconds(60), "", "", List.of(), "what came is damaged");

  @TempDir private Path directory;
  private final Map<String, FollowUp> kept = new TreeMap<>();
  private final List<AuditEntry> log = new ArrayList<>();

  @BeforeEach
  void twoMonthsOfGaps() throws IOException {
    Files.writeString(directory.resolve("2026-10"), "\n" + OLD.text() + "\n\nhalf a li");
    Files.writeString(directory.resolve("2026-11"), "\n" + UNKNOWN.text() + "\n");
  }

  private GapAuthority of(Optional<Set<String>> domains) {
    return new GapAuthority(
        new Administrator("carla", "", Locale.ENGLISH, domains, false),
        "carla by token watch",
        new GapBook(directory),
        new FollowUps() {
          @Override
          public Map<String, FollowUp> about(Collection<String> subjects) {
            return kept.entrySet().stream()
                .filter(each -> subjects.contains(each.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
          }

          @Override
          public void note(List<FollowUp> followUps, List<AuditEntry> entries) {
            followUps.forEach(each -> kept.put(each.subject(), each));
            log.addAll(entries);
          }
        },
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private GapAuthority host() {
    return of(Optional.empty());
  }

  private GapAuthority ours() {
    return of(Optional.of(Set.of("ours.test")));
  }

  @Test
  void theHostSeesAllTheNewestFirstAndEachDomainIsToldOfItsRecipientsAlone() throws Exception {
    assertThat(host().gaps(State.ALL, ""))
        .extracting(OneGap::domain)
        .containsExactly("", "ours.test", "theirs.test");
    assertThat(ours().gaps(State.ALL, ""))
        .singleElement()
        .satisfies(
            gap ->
                assertThat(gap.recipients()).containsExactly("anna@ours.test", "Marco@OURS.test"));
    assertThat(of(Optional.of(Set.of("third.test"))).gaps(State.ALL, "")).isEmpty();
    assertThat(ours().gaps(State.ALL, "NO SPACE")).hasSize(1);
    assertThat(ours().gaps(State.ALL, "blind")).isEmpty();
  }

  @Test
  void whatOneDomainHasLookedAfterIsStillOpenForTheOther() throws Exception {
    String id = ours().gaps(State.OPEN, "").getFirst().id();
    assertThat(ours().open()).isOne();

    OneGap done = ours().note(List.of(id), true, "sent again").getFirst();
    assertThat(done.open()).isFalse();
    assertThat(ours().open()).isZero();
    assertThat(ours().gaps(State.DONE, "sent again")).hasSize(1);
    assertThat(host().gaps(State.OPEN, ""))
        .extracting(OneGap::domain)
        .containsExactly("", "theirs.test");
    assertThat(log)
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.who()).isEqualTo("carla by token watch");
              assertThat(line.action()).isEqualTo("gap.done");
              assertThat(line.subject()).isEqualTo("ours.test");
              assertThat(line.detail()).contains("4XyZ", "sent again");
            });

    ours().note(List.of(id), false, "");
    assertThat(ours().open()).isOne();
  }

  @Test
  void nobodyNotesAnythingAboutAGapOfOthersAndNothingIsNotedByHalves() throws Exception {
    List<String> all = host().gaps(State.ALL, "").stream().map(OneGap::id).toList();
    assertThatExceptionOfType(NotYoursException.class).isThrownBy(() -> ours().note(all, true, ""));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> host().note(all, true, "x".repeat(FollowUp.LONGEST_NOTE + 1)));
    assertThat(kept).isEmpty();
    assertThat(log).isEmpty();
    assertThat(host().note(all, true, "")).hasSize(3);
  }
}
