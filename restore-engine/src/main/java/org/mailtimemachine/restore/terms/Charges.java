package org.mailtimemachine.restore.terms;

/**
 * What is owed. A charge arises and is withdrawn by nothing but a change of its request, in the
 * same transaction. Safe for use by several threads.
 */
@FunctionalInterface
public interface Charges {

  ChargePage page(ChargeQuery query);
}
