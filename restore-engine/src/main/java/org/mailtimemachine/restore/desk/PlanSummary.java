package org.mailtimemachine.restore.desk;

import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.terms.Money;
import org.mailtimemachine.restore.terms.Price;

/**
 * What a Restore plan comes to.
 *
 * @param messages to add
 * @param bytes of these
 * @param present messages that are there already
 * @param moved messages that are only in another Folder now, and stay there
 * @param rate what restores cost, by the terms at the time when it was made
 */
public record PlanSummary(long messages, long bytes, long present, long moved, Price rate) {

  /** Of a request whose plan is not made yet. */
  static final PlanSummary NONE = new PlanSummary(0, 0, 0, 0, Price.FREE);

  /** Adds a plan up. */
  static PlanSummary of(RestorePlan plan, Price rate) {
    return new PlanSummary(plan.messages(), plan.bytes(), plan.present(), plan.moved(), rate);
  }

  /** What confirming it costs at most: what was shown. */
  public Money price() {
    return rate.of(messages, bytes);
  }

  /** What it costs where so much of it comes back: never more than was shown. */
  Money costOf(long added, long addedBytes) {
    Money less = rate.of(added, addedBytes);
    return less.isAtMost(price()) ? less : price();
  }

  /** What it costs if what is planned now comes back. */
  public Money costOf(RestorePlan now) {
    return costOf(now.messages(), now.bytes());
  }
}
