package org.mailtimemachine.restore.desk;

import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.terms.Money;

/**
 * What a Restore plan comes to.
 *
 * @param messages to add
 * @param bytes of these
 * @param present messages that are there already
 * @param moved messages that are only in another Folder now, and stay there
 * @param price what confirming it costs, by the terms at the time when it was made
 */
public record PlanSummary(long messages, long bytes, long present, long moved, Money price) {

  /** Of a request whose plan is not made yet. */
  static final PlanSummary NONE = new PlanSummary(0, 0, 0, 0, Money.NONE);

  /** Adds a plan up. */
  static PlanSummary of(RestorePlan plan, Money price) {
    return new PlanSummary(plan.messages(), plan.bytes(), plan.present(), plan.moved(), price);
  }
}
