package org.mailtimemachine.snapshot.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SearchWordsTest {

  @Test
  void spacesDivideAndQuotesHoldTogether() {
    assertThat(SearchWords.of("  one two\u00a0three\t")).containsExactly("one", "two", "three");
    assertThat(SearchWords.of("\"one  two\" three")).containsExactly("one two", "three");
    assertThat(SearchWords.of("say \"hello\"you")).containsExactly("say", "hello", "you");
    assertThat(SearchWords.of(" ")).isEmpty();
    assertThat(SearchWords.of("\"\"")).isEmpty();
  }

  @Test
  void everyOtherCharacterIsItself() {
    assertThat(SearchWords.of("5\" 100% a_b \\ 'x' \"open"))
        .containsExactly("5\"", "100%", "a_b", "\\", "'x'", "\"open");
    assertThat(SearchWords.of("a\0b")).containsExactly("a\0b");
    assertThat(SearchWords.of("-- ; or 1=1")).containsExactly("--", ";", "or", "1=1");
  }

  @Test
  void whatIsTooLongIsCutBetweenCharacters() {
    assertThat(SearchWords.of("x".repeat(199) + "\uD83D\uDE00")).containsExactly("x".repeat(199));
    assertThat(SearchWords.of("a ".repeat(90))).hasSize(SearchWords.MOST);
  }
}
