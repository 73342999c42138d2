package org.mailtimemachine.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StorableTextTest {

  @Test
  void aTextWithTheCharacterNulIsNoneWhereverItStands() {
    assertThat(StorableText.areStorable(Map.of("text", new String[] {"a", "b\0c"}))).isFalse();
    assertThat(StorableText.areStorable(Map.of("te\0xt", new String[] {""}))).isFalse();
  }

  @Test
  void allOtherTextsAreWhateverTheyLookLike() {
    String[] texts = {"", "'; drop table charge; --", "perché %00 \\0 \\u0000", "\t\n\uD83D\uDCE7"};

    assertThat(StorableText.areStorable(Map.of("text", texts))).isTrue();
    assertThat(StorableText.areStorable(Map.of())).isTrue();
  }
}
