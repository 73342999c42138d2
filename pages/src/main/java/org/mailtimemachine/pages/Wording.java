package org.mailtimemachine.pages;

import java.math.BigDecimal;
import java.text.MessageFormat;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Currency;
import java.util.Locale;
import java.util.ResourceBundle;

/**
 * Words, dates and sizes in somebody's language and time zone. Safe for use by several threads.
 *
 * @param words the texts by their keys, patterns of {@link MessageFormat}
 * @param locale in which they are written
 * @param zone where the reader's clock is
 */
public record Wording(ResourceBundle words, Locale locale, ZoneId zone) {

  private static final String[] UNITS = {"B", "KB", "MB", "GB", "TB"};

  /** The text of a key with its places filled in. */
  public String of(String key, Object... values) {
    return new MessageFormat(words.getString(key), locale).format(values);
  }

  /** As {@code Saturday 14 November 2026}. */
  public String day(LocalDate date) {
    return format("EEEE d MMMM uuuu").format(date);
  }

  /** As {@code Sat 14 Nov}. */
  public String shortDay(LocalDate date) {
    return format("EEE d MMM").format(date);
  }

  /** As {@code 00:00}. */
  public String time(LocalDateTime time) {
    return format("HH:mm").format(time);
  }

  /** As {@code Saturday 14 November 2026 09:15 CET}, in the reader's zone. */
  public String moment(Instant instant) {
    return format("EEEE d MMMM uuuu HH:mm zzz").format(here(instant));
  }

  /** As {@code 14 Nov 2026 09:15}, in the reader's zone, for tables. */
  public String shortMoment(Instant instant) {
    return format("d MMM uuuu HH:mm").format(here(instant));
  }

  /** As {@code 3 KB}. */
  public String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 1024 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    boolean fraction = unit > 0 && value < 10 && Math.round(value * 10) % 10 != 0;
    return String.format(locale, fraction ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
  }

  /**
   * What a mailbox holds, and may hold, as {@code 3 MB of 100 MB}.
   *
   * @param mostBytes 0 where nothing limits them
   * @param mostMessages 0 where nothing limits them
   */
  public String quota(long bytes, long mostBytes, long messages, long mostMessages) {
    String text =
        mostBytes > 0
            ? of("quota.bytes", size(bytes), size(mostBytes))
            : mostMessages > 0 ? size(bytes) : of("quota.unlimited", size(bytes));
    if (mostMessages > 0) {
      text = of("quota.messages", text, messages, mostMessages);
    }
    boolean over =
        (mostBytes > 0 && bytes > mostBytes) || (mostMessages > 0 && messages > mostMessages);
    return over ? of("quota.over", text) : text;
  }

  /** As {@code 2.50 EUR}, with the digits that the amount has. */
  public String money(BigDecimal amount, Currency currency) {
    NumberFormat format = NumberFormat.getNumberInstance(locale);
    format.setMinimumFractionDigits(Math.max(0, amount.scale()));
    format.setMaximumFractionDigits(Math.max(0, amount.scale()));
    return format.format(amount) + "\u00a0" + currency.getCurrencyCode();
  }

  /** A formatter of the reader's language. */
  public DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, locale);
  }

  /** In the reader's zone. */
  public ZonedDateTime here(Instant instant) {
    return instant.atZone(zone);
  }
}
