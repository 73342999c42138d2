package org.mailtimemachine.restore.terms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TermsTest {

  private static final long GIGABYTE = 1L << 30;

  private static Price price(String currency, String request, String message, String gigabyte) {
    return new Price(
        Currency.getInstance(currency),
        new BigDecimal(request),
        new BigDecimal(message),
        new BigDecimal(gigabyte));
  }

  @Test
  void aRestoreCostsByRequestMessageAndGigabyte() {
    assertThat(price("EUR", "2", "0.001", "1.50").of(1_500, 2 * GIGABYTE)).hasToString("6.50 EUR");
    assertThat(price("EUR", "0", "0.005", "0").of(1, 0)).hasToString("0.01 EUR");
    assertThat(price("EUR", "0", "0.004", "0").of(1, 0)).hasToString("nothing");
    assertThat(price("JPY", "99.5", "0", "0").of(1, 0)).hasToString("100 JPY");
    assertThat(price("EUR", "0", "0", "1").of(1, 1)).hasToString("nothing");
  }

  @Test
  void whatBringsNoMessageBackCostsNothingAndTheUsualTermsAreFree() {
    assertThat(price("EUR", "2", "1", "1").of(0, 0).isNothing()).isTrue();
    assertThat(Terms.USUAL.price().isFree()).isTrue();
    assertThat(Terms.USUAL.price().of(1_000_000, GIGABYTE).isNothing()).isTrue();
    assertThat(price("EUR", "0", "0.01", "0").isFree()).isFalse();
  }

  @Test
  void whatIsNoPriceIsRefused() {
    for (String part : new String[] {"-1", "1000001", "0.0000001"}) {
      assertThatIllegalArgumentException().isThrownBy(() -> price("EUR", part, "0", "0"));
      assertThatIllegalArgumentException().isThrownBy(() -> price("EUR", "0", part, "0"));
      assertThatIllegalArgumentException().isThrownBy(() -> price("EUR", "0", "0", part));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> price("XXX", "1", "0", "0"));
  }

  @Test
  void theTermsSayWhoMustConfirm() {
    assertThat(Terms.USUAL.alone(0)).isFalse();
    assertThat(Terms.USUAL.second(1_000_000)).isFalse();
    Terms terms = new Terms(Price.FREE, 20, Optional.of(1_000L));
    assertThat(terms.alone(20)).isTrue();
    assertThat(terms.alone(21)).isFalse();
    assertThat(terms.second(1_000)).isFalse();
    assertThat(terms.second(1_001)).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Terms(Price.FREE, 20, Optional.of(19L)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Terms(Price.FREE, -1, Optional.empty()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Terms(Price.FREE, 0, Optional.of(-1L)));
  }
}
