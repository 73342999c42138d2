package org.mailtimemachine.restore.administrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ApiTokenTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  @Test
  void aTokenIsReadAsItWasWrittenAndTellsNothingInALog() {
    ApiToken token = ApiToken.fresh();

    assertThat(token.text()).matches("mtm_[A-Za-z0-9_-]{43}");
    assertThat(ApiToken.parse(token.text())).contains(token);
    assertThat(ApiToken.fresh()).isNotEqualTo(token);
    assertThat(token.hash()).matches("[0-9a-f]{64}");
    assertThat(token).hasToString("ApiToken");
    for (String no :
        new String[] {"", "mtm_", token.text() + "x", "mtm-" + token.text().substring(4)}) {
      assertThat(ApiToken.parse(no)).as(no).isEmpty();
    }
  }

  @Test
  void anAnswerIsOpenedByItsTokenAlone() {
    ApiToken token = ApiToken.fresh();
    SealedAnswer sealed = SealedAnswer.of("{\"password\":\"perché no\"}", token);

    assertThat(sealed.text()).doesNotContain("password");
    assertThat(sealed.open(token)).isEqualTo("{\"password\":\"perché no\"}");
    assertThat(SealedAnswer.of("x", token)).isNotEqualTo(SealedAnswer.of("x", token));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> sealed.open(ApiToken.fresh()));
  }

  @Test
  void aTokenHoldsForAYearAtMostAndHasAPlainLabel() {
    assertThat(grant("billing", Duration.ofDays(366)).signature())
        .isEqualTo("carla by token billing");
    for (Duration days : new Duration[] {Duration.ZERO, Duration.ofDays(367)}) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> grant("billing", days))
          .withMessageContaining("1 to 366 days");
    }
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> grant("a label\n", Duration.ofDays(1)))
        .withMessageContaining("a label has");
  }

  private static TokenGrant grant(String label, Duration days) {
    return new TokenGrant("carla", label, TokenGrant.Scope.READ, NOW, NOW.plus(days));
  }
}
