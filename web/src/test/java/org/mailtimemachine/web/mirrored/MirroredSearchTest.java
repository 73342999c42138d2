package org.mailtimemachine.web.mirrored;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.MessageFilter;
import org.mailtimemachine.snapshot.catalogue.MessageFilter.Field;
import org.mailtimemachine.snapshot.catalogue.MessageFilter.Mark;

class MirroredSearchTest {

  private static final Instant DATE = Instant.parse("2026-11-21T10:00:00Z");
  private static final CataloguedMessage ROW =
      new CataloguedMessage(
          new UUID(1, 1),
          MirroredFolder.SINCE.id(),
          "",
          "The Invoice",
          "Carta <orders@carta.example>",
          "anna@example.org",
          DATE,
          100,
          new Flags("S"),
          List.of(),
          1,
          "");

  private static boolean matches(
      String word, Set<Field> fields, Set<Mark> marks, Instant since, Instant until) {
    return new MirroredSearch(
            new MessageFilter(
                word.isEmpty() ? List.of() : List.of(word),
                fields,
                marks,
                Optional.of(since),
                Optional.of(until)))
        .matches(ROW);
  }

  private static boolean matches(String word, Field field) {
    return matches(word, Set.of(field), Set.of(), DATE, DATE.plusSeconds(1));
  }

  @Test
  void wordsAreLookedForWhereTheSearchSays() {
    assertThat(matches("invoice", Field.SUBJECT)).isTrue();
    assertThat(matches("invoice", Field.SENDER)).isFalse();
    assertThat(matches("carta", Field.SENDER)).isTrue();
    assertThat(matches("ANNA", Field.RECIPIENTS)).isTrue();
  }

  @Test
  void datesAndMarksCountToo() {
    Set<Field> none = Set.of();
    assertThat(matches("", none, Set.of(), DATE, DATE)).isFalse();
    assertThat(matches("", none, Set.of(), DATE.plusNanos(1), DATE.plusSeconds(1))).isFalse();
    assertThat(matches("", none, Set.of(Mark.ATTACHMENT), DATE, DATE.plusNanos(1))).isTrue();
    assertThat(matches("", none, Set.of(Mark.UNREAD), DATE, DATE.plusNanos(1))).isFalse();
    assertThat(new MirroredSearch(MessageFilter.ALL).matches(ROW)).isTrue();
  }
}
