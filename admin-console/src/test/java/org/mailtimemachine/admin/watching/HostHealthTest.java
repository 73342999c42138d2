package org.mailtimemachine.admin.watching;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.admin.SmallHost;
import org.mailtimemachine.restore.desk.DeskFigures;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.snapshot.StoreCondition;

class HostHealthTest {

  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final DeskFigures.Totals QUIET =
      new DeskFigures.Totals(Map.of(), 0, 0, Duration.ZERO, 3, 0);

  @TempDir private Path directory;
  private Path store;

  @BeforeEach
  void aNightOfOneMailbox() throws IOException {
    store = new SmallHost(directory, "anna@example.org").store;
  }

  private HostState state(
      Instant now,
      boolean database,
      Optional<String> problem,
      DeskFigures.Totals desk,
      Map<String, Boolean> servers,
      Optional<HostState.Mirrors> mirrors)
      throws IOException {
    return new HostState(
        now,
        LocalDate.ofInstant(now, ZoneOffset.UTC),
        database,
        problem,
        problem.isEmpty()
            ? Optional.of(StoreCondition.of(store, Clock.fixed(now, ZoneOffset.UTC)))
            : Optional.empty(),
        database ? Optional.of(desk) : Optional.empty(),
        17,
        Optional.of(now.minusSeconds(5)),
        NOON.minusSeconds(60),
        servers,
        mirrors);
  }

  private HostState well(Instant now) throws IOException {
    return state(
        now,
        true,
        Optional.empty(),
        QUIET,
        Map.of("sign-in", true),
        Optional.of(new HostState.Mirrors(true, 2, "")));
  }

  private static List<String> down(HostState state) {
    return HostHealth.of(state).stream()
        .filter(each -> !each.up())
        .peek(each -> assertThat(each.detail()).isNotBlank())
        .map(Finding::name)
        .toList();
  }

  @Test
  void aHostThatIsWellHasAllItsChecksUp() throws IOException {
    assertThat(HostHealth.of(well(NOON)))
        .allMatch(Finding::up)
        .extracting(Finding::name)
        .containsExactly(
            "database",
            "store",
            "last-night",
            "mailboxes",
            "run-records",
            "last-check",
            "disk",
            "indexing",
            "letters",
            "mail-server-sign-in",
            "mirror");
  }

  @Test
  void eachThingThatIsWrongIsDownByItsOwnName() throws IOException {
    assertThat(down(well(NOON.plus(Duration.ofDays(2))))).containsExactly("last-night");
    Files.writeString(store.resolve("runs/2026-11-19"), "rot");
    assertThat(down(well(NOON))).containsExactly("run-records");
    Files.delete(store.resolve("runs/2026-11-19"));
    assertThat(
            down(
                state(
                    NOON,
                    true,
                    Optional.empty(),
                    new DeskFigures.Totals(Map.of(), 0, 0, Duration.ZERO, 3, 1),
                    Map.of("sign-in", false, "restores", true),
                    Optional.of(new HostState.Mirrors(false, 2, "")))))
        .containsExactly("letters", "mail-server-sign-in", "mirror");
  }

  @Test
  void whatNobodyCanKnowIsLeftOut() throws IOException {
    HostState lost =
        state(
            NOON, false, Optional.of("the store is not there"), QUIET, Map.of(), Optional.empty());
    assertThat(HostHealth.of(lost)).extracting(Finding::name).containsExactly("database", "store");
    assertThat(down(lost)).containsExactly("database", "store");
  }

  @Test
  void noMirrorsNeedNobodyWhoMirrors() throws IOException {
    assertThat(
            down(
                state(
                    NOON,
                    true,
                    Optional.empty(),
                    QUIET,
                    Map.of(),
                    Optional.of(new HostState.Mirrors(false, 0, "")))))
        .isEmpty();
  }

  @Test
  void theFiguresSayTheSameAndNoLabelNamesAMailbox() throws IOException {
    HostState state =
        state(
            NOON,
            true,
            Optional.empty(),
            new DeskFigures.Totals(
                Map.of(RequestState.PENDING, 2L), 40, 9_000, Duration.ofSeconds(90), 3, 1),
            Map.of("sign-in", true),
            Optional.of(new HostState.Mirrors(true, 2, "")));
    String text =
        HostFigures.text(
            state,
            HostHealth.of(state),
            15,
            Map.of("webmail", Map.of("page accepted", 7L, "page refused", 0L)));
    assertThat(text)
        .contains(
            "\nmtm_health_up{check=\"letters\"} 0\n",
            "\nmtm_health_up{check=\"disk\"} 1\n",
            "\nmtm_store_up 1\n",
            "\nmtm_night_start_timestamp_seconds %d\n"
                .formatted(Instant.parse("2026-11-20T00:00:00Z").getEpochSecond()),
            "\nmtm_night_mailboxes 1\n",
            "\nmtm_night_messages 3\n",
            "\nmtm_night_new_messages 3\n",
            "\nmtm_nights_missed 0\n",
            "\nmtm_indexing_lag_seconds 5\n",
            "\nmtm_restore_requests{state=\"pending\"} 2\n",
            "\nmtm_restore_requests{state=\"done\"} 0\n",
            "\nmtm_restore_messages_total 40\n",
            "\nmtm_restore_seconds_total 90\n",
            "\nmtm_letters_waiting 3\n",
            "\nmtm_mail_server_up{use=\"sign-in\"} 1\n",
            "\nmtm_mirror_up 1\n",
            "\nmtm_sign_ins_total{application=\"webmail\",way=\"page\",result=\"accepted\"} 7\n",
            "# TYPE mtm_check_findings gauge\n")
        .doesNotContain("anna", "\nmtm_check_findings ");
    assertThat(Arrays.stream(text.split("\n")).filter(line -> line.startsWith("# TYPE")))
        .doesNotHaveDuplicates();
  }
}
