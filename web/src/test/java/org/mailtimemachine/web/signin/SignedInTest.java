package org.mailtimemachine.web.signin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

class SignedInTest {

  private static final Instant MORNING = Instant.parse("2026-11-14T08:00:00Z");

  private final SignedIn session = new SignedIn("anna@example.org", MORNING, false);

  @Test
  void aSessionEndsTwelveHoursAfterThePasswordHoweverBusyItIs() {
    Instant end = MORNING.plus(SignedIn.LONGEST);

    assertThat(session.owner(at(MORNING))).contains(MailboxAddress.of("anna@example.org"));
    assertThat(session.owner(at(end.minusSeconds(1)))).isPresent();
    assertThat(session.owner(at(end))).isEmpty();
    assertThat(end).isEqualTo(Instant.parse("2026-11-14T20:00:00Z"));
  }

  private static Clock at(Instant instant) {
    return Clock.fixed(instant, ZoneOffset.UTC);
  }
}
