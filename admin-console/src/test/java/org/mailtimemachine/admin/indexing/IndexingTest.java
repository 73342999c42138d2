package org.mailtimemachine.admin.indexing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.enterprise.event.Startup;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.snapshot.catalogue.CatalogueIndex;

class IndexingTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);

  @Test
  void aFailedTurnDoesNotEndTheOthers() {
    FailingIndex index = new FailingIndex();
    Indexing indexing = new Indexing(index, Duration.ofSeconds(1), CLOCK);
    assertThatCode(indexing::takeTurn).doesNotThrowAnyException();
    assertThatCode(indexing::takeTurn).doesNotThrowAnyException();
    assertThat(index.calls).isEqualTo(2);
    assertThat(indexing.caughtUp()).isEmpty();
  }

  @Test
  void itHasCaughtUpToTheMomentAtWhichATurnBeganThatFoundNothingLeft() {
    Indexing indexing =
        new Indexing(
            new CatalogueIndex() {
              @Override
              public int catchUp() {
                return 1;
              }

              @Override
              public void rebuild() {}
            },
            Duration.ofSeconds(1),
            CLOCK);
    indexing.takeTurn();
    assertThat(indexing.caughtUp()).contains(CLOCK.instant());
  }

  @Test
  void anIntervalOfNothingIsRefused() {
    Indexing indexing = new Indexing(new FailingIndex(), Duration.ZERO, CLOCK);
    assertThatThrownBy(() -> indexing.start(new Startup()))
        .hasMessageContaining("mtm.indexing.interval");
  }

  private static final class FailingIndex implements CatalogueIndex {
    private int calls;

    @Override
    public int catchUp() throws IOException {
      calls++;
      if (calls % 2 == 0) {
        throw new IllegalStateException("no database");
      }
      throw new IOException("no store");
    }

    @Override
    public void rebuild() {}
  }
}
