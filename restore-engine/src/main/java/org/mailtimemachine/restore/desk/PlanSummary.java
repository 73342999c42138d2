package org.mailtimemachine.restore.desk;

import org.mailtimemachine.restore.RestorePlan;

/**
 * What a Restore plan comes to.
 *
 * @param messages to add
 * @param bytes of these
 * @param present messages that are there already
 * @param moved messages that are only in another Folder now, and stay there
 */
public record PlanSummary(long messages, long bytes, long present, long moved) {

  /** Of a request whose plan is not made yet. */
  static final PlanSummary NONE = new PlanSummary(0, 0, 0, 0);

  /** Adds a plan up. */
  public static PlanSummary of(RestorePlan plan) {
    return new PlanSummary(plan.messages(), plan.bytes(), plan.present(), plan.moved());
  }
}
