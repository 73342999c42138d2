package org.mailtimemachine.restore.desk;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * What one Mailbox may ask for.
 *
 * @param open requests that may wait or be carried out at a time
 * @param requestsADay requests that may be filed within 24 hours, whatever becomes of them
 * @param messagesADay messages that may be asked for within 24 hours
 * @param toConfirm how long a request waits for an administrator before it lapses
 * @param toTakeBack how long a Receipt is kept, by which a restore can be taken back
 */
public record RequestLimits(
    int open, int requestsADay, long messagesADay, Duration toConfirm, Duration toTakeBack) {

  /** Unless the settings say otherwise. */
  public static final RequestLimits DEFAULT =
      new RequestLimits(3, 20, 500_000, Duration.ofDays(14), Duration.ofDays(90));

  private static final String OPEN = "mtm.restore.open-requests";
  private static final String REQUESTS = "mtm.restore.requests-a-day";
  private static final String MESSAGES = "mtm.restore.messages-a-day";
  private static final String DAYS = "mtm.restore.days-to-confirm";
  private static final String TO_TAKE_BACK = "mtm.restore.days-to-take-back";
  private static final long MOST = 1_000_000_000;

  /**
   * Reads the settings {@code mtm.restore...}; see docs/operations.md.
   *
   * @param settings gives the value of a setting, where it has one
   * @throws IllegalArgumentException where one is wrong; it is named
   */
  public static RequestLimits of(Function<String, Optional<String>> settings) {
    return new RequestLimits(
        (int) number(settings, OPEN, DEFAULT.open, 1_000),
        (int) number(settings, REQUESTS, DEFAULT.requestsADay, 1_000_000),
        number(settings, MESSAGES, DEFAULT.messagesADay, MOST),
        Duration.ofDays(number(settings, DAYS, DEFAULT.toConfirm.toDays(), 3_650)),
        Duration.ofDays(number(settings, TO_TAKE_BACK, DEFAULT.toTakeBack.toDays(), 36_500)));
  }

  private static long number(
      Function<String, Optional<String>> settings, String name, long usual, long most) {
    String text = settings.apply(name).orElse(Long.toString(usual));
    try {
      long number = Long.parseLong(text);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "%s: '%s' is no number from 1 to %d".formatted(name, text, most));
  }
}
