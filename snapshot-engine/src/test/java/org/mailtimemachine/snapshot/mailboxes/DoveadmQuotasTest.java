package org.mailtimemachine.snapshot.mailboxes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.maildir.Quota;

class DoveadmQuotasTest {

  @Test
  void whatDovecotSaysIsRead() {
    assertThat(
            DoveadmQuotas.parse(
                """
                Quota name\tType\tValue\tLimit\t%
                User quota\tSTORAGE\t3\t2048\t0
                User quota\tMESSAGE\t12\t-\t0
                """))
        .contains(new Quota(3 * 1024, 12, 2048 * 1024, 0));
    assertThat(DoveadmQuotas.parse("Quota name\tType\tValue\tLimit\t%\n")).isEmpty();
    assertThat(DoveadmQuotas.parse("")).isEmpty();
  }

  @Test
  void ofSeveralTheTightestCounts() {
    assertThat(
            DoveadmQuotas.parse(
                """
                User\tSTORAGE\t3\t-\t0
                User\tMESSAGE\t12\t-\t0
                Domain\tSTORAGE\t900\t1000\t90
                Domain\tMESSAGE\t70\t100\t70
                """))
        .contains(new Quota(900 * 1024, 70, 1000 * 1024, 100));
  }

  @Test
  void whoeverWaitsForAQuotaWaitsForSecondsAtMost() {
    Doveadm patient = new Doveadm(List.of("doveadm"), Duration.ofMinutes(1));
    assertThat(patient.within(Duration.ofSeconds(3)).patience()).hasSeconds(3);
    assertThat(patient.within(Duration.ofHours(1))).isEqualTo(patient);
  }
}
