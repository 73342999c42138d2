package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.restore.opening.OpeningSwitch;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditFilter;

/** The setting in the log of a database. */
class OpeningSwitchTest {

  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

  private JpaAuditLog audit;
  private OpeningSwitch opening;

  @BeforeEach
  void aLog() throws SQLException {
    audit = new JpaAuditLog(TestDatabase.open().sessions());
    opening = new OpeningSwitch(audit, () -> NOW);
  }

  private List<String> log() {
    return audit.read(AuditFilter.ALL, Long.MAX_VALUE, 1_000).reversed().stream()
        .map(line -> line.entry().action() + " " + line.entry().detail())
        .toList();
  }

  @Test
  void aHostThatNeverAllowedItHasNoLine() {
    opening.is(false);
    assertThat(log()).isEmpty();
  }

  @Test
  void eachChangeOfTheSettingIsALineAndAStartWithoutOneIsNone() {
    opening.is(true);
    opening.is(true);
    opening.is(false);
    opening.is(false);
    opening.is(true);
    assertThat(log())
        .containsExactly(
            "setting.open-messages on", "setting.open-messages off", "setting.open-messages on");
  }

  @Test
  void whoWritesTheSameWordsAsAReasonHidesNoLine() {
    opening.is(true);
    for (int line = 0; line < 250; line++) {
      audit.append(
          new AuditEntry(NOW, "carla", "message.open", "", "setting.open-messages off " + line));
    }
    opening.is(true);
    assertThat(log()).hasSize(251);
  }
}
