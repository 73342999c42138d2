package org.mailtimemachine.mirror.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.figures.PrometheusText;
import org.mailtimemachine.mirror.copy.Gap;

class PublishedFiguresTest {

  private static final Instant NOW = Instant.parse("2026-11-22T22:59:30Z");

  @TempDir private Path directory;

  @Test
  void figuresAreReadAsTheyWereWrittenAndWhatIsNoneIsPassedOver() throws IOException {
    Path file = directory.resolve("figures.prom");
    PrometheusText text = new PrometheusText("mtm_mirror_");
    text.counter("deferrals_total", "How many.", 3);
    text.gauge(
        "waiting",
        "Where.",
        Map.of(
            PrometheusText.label("mailbox", "a\"b@x"), 2.0,
            PrometheusText.label("mailbox", "c@x"), 5.0));
    text.gauge("lag_seconds", "How long.", Map.of(PrometheusText.label("mailbox", "c@x"), 1.5E-4));
    Files.writeString(file, text + "mtm_mirror_odd E+-\nmtm_mirror_odd\n");
    Files.setLastModifiedTime(file, FileTime.from(NOW));

    PublishedFigures figures = PublishedFigures.read(file);

    assertThat(figures.values())
        .containsEntry("deferrals_total", BigDecimal.valueOf(3))
        .doesNotContainKey("odd")
        .hasSize(4);
    assertThat(figures.sum("waiting")).isEqualTo(7);
    assertThat(figures.largest("waiting")).isEqualTo(5);
    assertThat(figures.sum("nothing")).isZero();
    assertThat(figures.running(NOW.plusSeconds(59))).isTrue();
    assertThat(figures.running(NOW.plusSeconds(61))).isFalse();
    assertThat(PublishedFigures.read(directory.resolve("none")).running(NOW)).isFalse();
  }

  @Test
  void aDayBeginsInTheZoneOfTheHost() {
    Instant[] now = {NOW};
    Today today = new Today(clock(now));

    assertThat(today.of(5)).isEqualTo(5);
    now[0] = NOW.plusSeconds(60); // 0:00 in Rome
    assertThat(today.of(7)).isEqualTo(2);
    assertThat(today.of(8)).isEqualTo(3);
  }

  private static Clock clock(Instant[] now) {
    return new Clock() {
      @Override
      public Instant instant() {
        return now[0];
      }

      @Override
      public ZoneId getZone() {
        return ZoneId.of("Europe/Rome");
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }
    };
  }

  @Test
  void theNewestGapsAreReadFromTheEndOfTheBook() throws IOException {
    List<Gap> gaps = new ArrayList<>();
    GapBook book = new GapBook(directory.resolve("gaps"));
    for (int number = 0; number < 5; number++) {
      Gap gap =
          new Gap(
              Instant.parse("2026-10-31T23:59:58Z").plusSeconds(number),
              "Q" + number,
              "",
              List.of("anna@example.org"),
              "full");
      book.add(gap);
      gaps.add(gap);
    }

    assertThat(book.newest(10)).containsExactlyElementsOf(gaps.reversed());
    assertThat(book.newest(2)).containsExactly(gaps.get(4), gaps.get(3));
    assertThat(gaps.stream().map(gap -> gap.id("")).distinct()).hasSize(5);
    assertThat(gaps.getFirst().id("a")).isNotEqualTo(gaps.getFirst().id(""));

    Path month = directory.resolve("gaps/2026-10");
    Files.writeString(month, (gaps.getFirst().text() + "\n").repeat(100_000));
    assertThat(book.newest(1_000_000))
        .as("the end of a long month, without the line that was cut")
        .hasSizeBetween(10_000, 99_000)
        .endsWith(gaps.getFirst());
  }
}
