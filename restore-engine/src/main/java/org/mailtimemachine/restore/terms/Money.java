package org.mailtimemachine.restore.terms;

import java.math.BigDecimal;
import java.util.Currency;

/**
 * An amount of money.
 *
 * @param amount not negative, with the digits that its currency has
 * @param currency of ISO 4217
 */
public record Money(BigDecimal amount, Currency currency) {

  /** What costs nothing, whatever the currency. */
  public static final Money NONE = new Money(BigDecimal.ZERO, Currency.getInstance("XXX"));

  public Money {
    if (amount.signum() < 0) {
      throw new IllegalArgumentException("an amount is not negative: " + amount);
    }
  }

  /** Whether nothing is to be paid. */
  public boolean isNothing() {
    return amount.signum() == 0;
  }

  /** As {@code 12.50 EUR}, for logs and files. */
  @Override
  public String toString() {
    return isNothing() ? "nothing" : amount.toPlainString() + " " + currency.getCurrencyCode();
  }
}
