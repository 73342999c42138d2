package org.mailtimemachine.web.signin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class ReturnPathTest {

  @Test
  void aPlaceInTheMailboxIsReturnedTo() {
    String place = "/mailbox.xhtml?day=2026-11-14&q=a%20b";

    assertThat(ReturnPath.of(place).path()).isEqualTo(place);
    assertThat(ReturnPath.of(place).signInPage("/mail", true))
        .isEqualTo(
            "/mail/signin.xhtml?to=%2Fmailbox.xhtml%3Fday%3D2026-11-14%26q%3Da%2520b&ended=true");
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "https://example.com/",
        "//example.com/mailbox.xhtml",
        "/\\example.com",
        "/mailbox.xhtml\r\nSet-Cookie: a=b",
        "/mailbox.xhtml.example.com",
        "/mailbox.xhtml@example.com",
        "/signout",
        "javascript:alert(1)",
        "/mailbox.xhtml?day=\u00e9"
      })
  void anythingElseLeadsToTheStart(String text) {
    assertThat(ReturnPath.of(text).path()).isEqualTo("/mailbox.xhtml");
  }
}
