package org.mailtimemachine.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class BasicCredentialsTest {

  @Test
  void aPasswordMayHoldColonsAndAnyCharacter() {
    String both = Base64.getEncoder().encodeToString("a@b.c:x:ÿ€".getBytes(StandardCharsets.UTF_8));

    assertThat(BasicCredentials.parse("Basic " + both))
        .contains(new BasicCredentials("a@b.c", "x:ÿ€"));
    assertThat(BasicCredentials.parse("bAsIc  " + both))
        .contains(new BasicCredentials("a@b.c", "x:ÿ€"));
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {"Basic", "Basic ", "Basic !!!", "Bearer YTpi", "Basic YWI=", "Basic AGE6Yg=="})
  void whatCannotBeReadIsNobody(String header) {
    assertThat(BasicCredentials.parse(header)).isEmpty();
  }

  @Test
  void thePasswordIsNotWrittenToALog() {
    assertThat(new BasicCredentials("anna", "secret")).hasToString("BasicCredentials[anna]");
  }
}
