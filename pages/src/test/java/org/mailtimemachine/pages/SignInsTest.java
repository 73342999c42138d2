package org.mailtimemachine.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.pages.SignIns.Way;

class SignInsTest {

  @Test
  void whatOneApplicationCountsTheOthersOfItsServerCanAsk() {
    SignIns webmail = new SignIns("webmail");
    SignIns console = new SignIns("console");
    webmail.register();
    console.register();
    try {
      webmail.ended(Way.PAGE, "anna", new SignInOutcome.Accepted<>("anna"), "192.0.2.1");
      webmail.ended(Way.PAGE, "anna\n<", new SignInOutcome.Wait<>(Duration.ZERO), "192.0.2.1");
      webmail.ended(Way.BASIC, "bruno", new SignInOutcome.Refused<>(), "192.0.2.1");
      console.ended(Way.TOKEN, true);

      assertThat(SignIns.ofServer()).containsOnlyKeys("webmail", "console");
      assertThat(SignIns.ofServer().get("webmail"))
          .hasSize(16)
          .containsEntry("page accepted", 1L)
          .containsEntry("page delayed", 1L)
          .containsEntry("page refused", 0L)
          .containsEntry("basic refused", 1L);
      assertThat(SignIns.ofServer().get("console")).containsEntry("token accepted", 1L);
    } finally {
      webmail.unregister();
      console.unregister();
    }
    assertThat(SignIns.ofServer()).isEmpty();
  }
}
