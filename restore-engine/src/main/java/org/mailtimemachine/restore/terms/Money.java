package org.mailtimemachine.restore.terms;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  /** Reads what {@link #toString} wrote; empty where it is anything else. */
  public static Optional<Money> parse(@Nullable String text) {
    if (text == null) {
      return Optional.empty();
    }
    if (text.equals(NONE.toString())) {
      return Optional.of(NONE);
    }
    try {
      int space = text.indexOf(' ');
      return Optional.of(
          new Money(
              new BigDecimal(text.substring(0, Math.max(0, space))),
              Currency.getInstance(text.substring(space + 1))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether it is no more than another amount; of two currencies nobody knows. */
  public boolean isAtMost(Money other) {
    return isNothing() || (currency.equals(other.currency) && amount.compareTo(other.amount) <= 0);
  }

  /** As {@code 12.50 EUR}, for logs and files. */
  @Override
  public String toString() {
    return isNothing() ? "nothing" : amount.toPlainString() + " " + currency.getCurrencyCode();
  }
}
