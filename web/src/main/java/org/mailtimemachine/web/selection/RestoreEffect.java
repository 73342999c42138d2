package org.mailtimemachine.web.selection;

import org.mailtimemachine.snapshot.catalogue.Missing;

/**
 * What a restore of a {@link Selection} would come to, going by the newest Snapshot: an estimate,
 * since the mailbox has lived on since. The restore plan looks at the mailbox itself.
 *
 * @param messages that are selected
 * @param missing those that are not there any more
 */
public record RestoreEffect(long messages, Missing missing) {

  /** Messages that are where they were. */
  public long there() {
    return Math.max(0, messages - missing.messages() - missing.moved());
  }
}
