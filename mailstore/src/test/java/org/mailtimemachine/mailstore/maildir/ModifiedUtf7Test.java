package org.mailtimemachine.mailstore.maildir;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModifiedUtf7Test {

  @ParameterizedTest
  @CsvSource({
    "Sent, Sent",
    "Entw&APw-rfe &- Pl&AOQ-ne, Entwürfe & Pläne",
    "'~peter/mail/&U,BTFw-/&ZeVnLIqe-', ~peter/mail/台北/日本語",
    "&2D3eAA-, 😀"
  })
  void namesAreReadAndWrittenAsServersDo(String encoded, String text) {
    assertThat(ModifiedUtf7.decode(encoded)).hasValue(text);
    assertThat(ModifiedUtf7.encode(text)).isEqualTo(encoded);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "&",
        "&AC8-",
        "&AGE-",
        "&APw",
        "&AAo-",
        "&!!!-",
        "&A-",
        "caf\u00e9",
        "a\tb",
        "&2D0-",
        "&AP8=-"
      })
  void aNameThatNoServerWouldWriteIsRefused(String encoded) {
    assertThat(ModifiedUtf7.decode(encoded)).isEmpty();
  }

  @Test
  void everyNameThatDecodesEncodesToItself() {
    java.util.Random random = new java.util.Random(20261122);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder name = new StringBuilder();
      for (int j = random.nextInt(12); j >= 0; j--) {
        name.append("&-AaBw,+/.é0".charAt(random.nextInt(12)));
      }
      String encoded = name.toString();
      ModifiedUtf7.decode(encoded)
          .ifPresent(text -> assertThat(ModifiedUtf7.encode(text)).isEqualTo(encoded));
    }
  }
}
