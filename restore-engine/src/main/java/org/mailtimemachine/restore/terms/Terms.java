package org.mailtimemachine.restore.terms;

import java.util.Optional;

/**
 * On which terms the Mailboxes of a domain are restored.
 *
 * @param aloneUpTo how many messages a Mailbox may ask for within a day without anybody who
 *     confirms it; 0 where somebody always must
 * @param secondAbove a request for more messages than that is confirmed by two administrators;
 *     empty where one is enough
 */
public record Terms(Price price, long aloneUpTo, Optional<Long> secondAbove) {

  /** Free, and one administrator confirms. */
  public static final Terms USUAL = new Terms(Price.FREE, 0, Optional.empty());

  private static final long MOST = 1_000_000_000;

  /**
   * @throws IllegalArgumentException where the numbers contradict each other, or are none
   */
  public Terms {
    if (aloneUpTo < 0 || aloneUpTo > MOST) {
      throw new IllegalArgumentException("no number of messages: " + aloneUpTo);
    }
    if (secondAbove.filter(above -> above < 0 || above > MOST).isPresent()) {
      throw new IllegalArgumentException("no number of messages: " + secondAbove.get());
    }
    if (secondAbove.filter(above -> above < aloneUpTo).isPresent()) {
      throw new IllegalArgumentException("what two must confirm, nobody can confirm alone");
    }
  }

  /**
   * Whether nobody needs to confirm it.
   *
   * @param messages that the Mailbox asks for, with those that it asked for within a day
   */
  public boolean alone(long messages) {
    return aloneUpTo > 0 && messages <= aloneUpTo;
  }

  /** Whether a second administrator must confirm so many messages, too. */
  public boolean second(long messages) {
    return secondAbove.filter(above -> messages > above).isPresent();
  }

  /** For logs. */
  @Override
  public String toString() {
    return price
        + (aloneUpTo == 0 ? "" : "; up to %d messages a day alone".formatted(aloneUpTo))
        + secondAbove
            .map(above -> "; two confirm more than %d messages".formatted(above))
            .orElse("");
  }
}
