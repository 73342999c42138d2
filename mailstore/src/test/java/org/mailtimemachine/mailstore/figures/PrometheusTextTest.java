package org.mailtimemachine.mailstore.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PrometheusTextTest {

  private final PrometheusText text = new PrometheusText("mtm_");

  @Test
  void eachFamilyHasItsHelpAndTypeBeforeItsValues() {
    text.counter("letters_total", "Letters that were sent.", 3);
    text.gauge("lag_seconds", "How far behind.", 0.25);
    assertThat(text)
        .hasToString(
            """
            # HELP mtm_letters_total Letters that were sent.
            # TYPE mtm_letters_total counter
            mtm_letters_total 3
            # HELP mtm_lag_seconds How far behind.
            # TYPE mtm_lag_seconds gauge
            mtm_lag_seconds 0.25
            """);
  }

  @Test
  void whateverALabelHoldsStaysInItsLine() {
    text.gauge("waiting", "Waiting.", Map.of(PrometheusText.label("mailbox", "a\"b\\c\nd"), 1.0));
    assertThat(text.toString()).endsWith("\nmtm_waiting{mailbox=\"a\\\"b\\\\c\\nd\"} 1\n");
  }

  @Test
  void numbersAreWholeWhereTheyAreAndLargeOnesStayWhatTheyAre() {
    text.gauge("a", "A.", 9_007_199_254_740_991.0);
    text.gauge("b", "B.", 1e300);
    text.gauge("c", "C.", Double.NaN);
    text.gauge("d", "D.", Double.POSITIVE_INFINITY);
    assertThat(text.toString())
        .contains("\nmtm_a 9007199254740991\n", "\nmtm_b 1.0E300\n", "\nmtm_c NaN\n")
        .endsWith("\nmtm_d +Inf\n");
  }

  @Test
  void aHistogramCountsWhatIsUpToEachEnd() {
    text.histogram("answer_seconds", "Answers.", new double[] {0.5, 1}, new long[] {1, 2, 3}, 12.5);
    assertThat(text.toString())
        .endsWith(
            """
            # TYPE mtm_answer_seconds histogram
            mtm_answer_seconds_bucket{le="0.5"} 1
            mtm_answer_seconds_bucket{le="1"} 3
            mtm_answer_seconds_bucket{le="+Inf"} 6
            mtm_answer_seconds_sum 12.5
            mtm_answer_seconds_count 6
            """);
  }
}
