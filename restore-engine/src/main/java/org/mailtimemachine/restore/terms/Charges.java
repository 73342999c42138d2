package org.mailtimemachine.restore.terms;

import java.util.List;

/**
 * What is owed. A charge arises and is withdrawn by nothing but a change of its request, in the
 * same transaction. Safe for use by several threads.
 */
public interface Charges {

  ChargePage page(ChargeQuery query);

  /**
   * Those whose number is larger, in its order. Whoever goes on from the last one gets each once,
   * whatever is confirmed or withdrawn meanwhile.
   *
   * @param query its order and offset do not matter
   */
  List<Charge> after(long number, ChargeQuery query);

  /**
   * Those that arose or were withdrawn after a change, in the order of changes. Whoever goes on
   * from the last one misses nothing; one that is withdrawn later comes again.
   *
   * @param query its order and offset do not matter
   */
  List<Charge> changedAfter(long change, ChargeQuery query);
}
