package org.mailtimemachine.catalogue;

import org.hibernate.StatelessSession;

/** A lock of the database's own that is held until the end of the transaction. */
final class TransactionLock {

  private TransactionLock() {}

  /** Waits until nobody else holds that number. */
  static void take(StatelessSession session, long key) {
    session
        .createNativeQuery("select 1 from pg_advisory_xact_lock(:key)", Integer.class)
        .setParameter("key", key)
        .getSingleResult();
  }
}
