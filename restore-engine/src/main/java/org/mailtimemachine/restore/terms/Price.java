package org.mailtimemachine.restore.terms;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Currency;
import java.util.List;

/**
 * What a restore costs: the sum of three parts, each of which may be nothing.
 *
 * @param perRequest for each that brings messages back
 * @param perMessage for each message to add
 * @param perGigabyte for each 1024³ bytes of these, in proportion
 */
public record Price(
    Currency currency, BigDecimal perRequest, BigDecimal perMessage, BigDecimal perGigabyte) {

  // before FREE, which is checked by them
  private static final BigDecimal GIGABYTE = BigDecimal.valueOf(1L << 30);
  private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);
  private static final int DIGITS = 6;

  /** Restores cost nothing. */
  public static final Price FREE =
      new Price(Currency.getInstance("EUR"), BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

  /**
   * @throws IllegalArgumentException where a part is negative, or too large or fine to be meant
   */
  public Price {
    for (BigDecimal part : List.of(perRequest, perMessage, perGigabyte)) {
      if (part.signum() < 0
          || part.compareTo(MOST) > 0
          || part.stripTrailingZeros().scale() > DIGITS) {
        throw new IllegalArgumentException("no price: " + part.toPlainString());
      }
    }
    if (currency.getDefaultFractionDigits() < 0) {
      throw new IllegalArgumentException("nobody pays in " + currency);
    }
  }

  /** Whether nothing is ever to be paid. */
  public boolean isFree() {
    return perRequest.signum() + perMessage.signum() + perGigabyte.signum() == 0;
  }

  /**
   * What a plan costs, rounded to the digits of the currency, half of the last one upwards. What
   * adds no message costs nothing.
   *
   * @param messages to add
   * @param bytes of these
   */
  public Money of(long messages, long bytes) {
    BigDecimal sum =
        messages == 0
            ? BigDecimal.ZERO
            : perRequest
                .add(perMessage.multiply(BigDecimal.valueOf(messages)))
                // exact: 2 to the power of -30 has 30 digits
                .add(perGigabyte.multiply(BigDecimal.valueOf(bytes)).divide(GIGABYTE));
    return new Money(
        sum.setScale(currency.getDefaultFractionDigits(), RoundingMode.HALF_UP), currency);
  }

  /** For logs. */
  @Override
  public String toString() {
    return isFree()
        ? "free"
        : "%s per request, %s per message, %s per GB, in %s"
            .formatted(
                perRequest.toPlainString(),
                perMessage.toPlainString(),
                perGigabyte.toPlainString(),
                currency.getCurrencyCode());
  }
}
