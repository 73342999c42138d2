package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentencesTest {

  private static String unreadable(int number) {
    return "no snapshot of u%1$d@example.test: /mail/example.test/u%1$d: EACCES".formatted(number);
  }

  private static List<String> unreadable(int from, int to) {
    List<String> sentences = new ArrayList<>();
    for (int i = from; i < to; i++) {
      sentences.add(unreadable(i));
    }
    return sentences;
  }

  @Test
  void oneCauseInAThousandMailboxesIsToldThreeTimesAndCounted() {
    assertThat(Sentences.summary(unreadable(0, 1000)))
        .containsExactly(
            unreadable(0),
            unreadable(1),
            unreadable(2),
            "and 997 more like this: " + unreadable(2));
  }

  @Test
  void anotherCauseIsNotHiddenByThem() {
    List<String> sentences = unreadable(0, 500);
    sentences.add("no snapshot of v@example.test: it is in several places: a/v, b/v");
    sentences.addAll(unreadable(500, 1000));
    assertThat(Sentences.summary(sentences))
        .hasSize(5)
        .last()
        .asString()
        .contains("several places");
  }

  @Test
  void aFewAreAllTold() {
    assertThat(Sentences.summary(unreadable(0, 4))).isEqualTo(unreadable(0, 4));
    assertThat(Sentences.summary(List.of())).isEmpty();
  }

  @Test
  void listsOfDifferentLengthsAreOneKind() {
    assertThat(
            Sentences.summary(
                List.of("in a/1, b/2", "in a/1", "in a/1, b/2, c/3", "in d/4", "in e/5")))
        .hasSize(4);
  }

  @Test
  void aSummaryOfASummaryCountsThemAll() {
    Sentences recorded = new Sentences();
    unreadable(0, 1000).forEach(recorded::add);
    List<String> shown = Sentences.summary(recorded.first(100));
    assertThat(shown).hasSize(4).last().asString().startsWith("and 997 more like this: ");
  }

  @Test
  void whatIsMetAgainIsNotCountedAgain() {
    Sentences before = new Sentences();
    unreadable(0, 300).forEach(before::add);
    Sentences again = new Sentences();
    before.first(100).forEach(again::add);
    unreadable(0, 300).forEach(again::add);
    assertThat(again.first(100)).isEqualTo(before.first(100));
    assertThat(before.first(100)).hasSize(101).last().asString().startsWith("and 200 more");
  }
}
