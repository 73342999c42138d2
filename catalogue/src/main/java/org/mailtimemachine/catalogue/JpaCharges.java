package org.mailtimemachine.catalogue;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hibernate.LockMode;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.query.CommonQueryContract;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.restore.terms.Charge;
import org.mailtimemachine.restore.terms.ChargePage;
import org.mailtimemachine.restore.terms.ChargeQuery;
import org.mailtimemachine.restore.terms.Charges;
import org.mailtimemachine.restore.terms.Money;

/** Charges in PostgreSQL. */
final class JpaCharges implements Charges {

  /** Of the lock under which numbers are given, until the end of the transaction: "mtmcharg". */
  private static final long KEY = 0x6D74_6D63_6861_7267L;

  private final SessionFactory sessions;

  JpaCharges(SessionFactory sessions) {
    this.sessions = sessions;
  }

  /** Lets the charge of a request follow its change, in the transaction of that change. */
  static void follow(StatelessSession session, RequestState from, FiledRequest now, Instant when) {
    boolean undecided = from == RequestState.DRAFT || from == RequestState.PENDING;
    if (now.state() == RequestState.CONFIRMED && undecided) {
      if (!now.plan().price().isNothing()) {
        TransactionLock.take(session, KEY);
        // a second one for the request would fail here
        session.insert(new ChargeRow(now, when, next(session, "number"), next(session, "changed")));
      }
    } else if (now.state() == RequestState.DONE && now.owed()) {
      lower(session, now);
    } else if (!now.owed()) {
      TransactionLock.take(session, KEY);
      session
          .createMutationQuery(
              "update ChargeRow set withdrawnAt = :when, changed = :changed where request = :request and withdrawnAt"
                  + " is null")
          .setParameter("when", when)
          .setParameter("changed", next(session, "changed"))
          .setParameter("request", now.id())
          .executeUpdate();
    }
  }

  /** Who gets less than was planned pays no more than that costs. */
  private static void lower(StatelessSession session, FiledRequest done) {
    @Nullable ChargeRow row = session.get(ChargeRow.class, done.id(), LockMode.PESSIMISTIC_WRITE);
    if (row != null && row.lower(done)) {
      TransactionLock.take(session, KEY);
      row.changed = next(session, "changed");
      session.update(row);
    }
  }

  /**
   * The order of numbers is that of commits, for the lock is held until then: nobody reads one, and
   * a smaller one only later.
   */
  private static long next(StatelessSession session, String column) {
    return session
        .createSelectionQuery(
            "select coalesce(max(" + column + "), 0) + 1 from ChargeRow", Long.class)
        .getSingleResult();
  }

  private record Sum(BigDecimal amount, String currency) {

    Money money() {
      return new Money(amount, Currency.getInstance(currency));
    }
  }

  /** Whether it is about no domain at all, which a query cannot say. */
  private static boolean nothing(ChargeQuery query) {
    return query.domains().filter(Set::isEmpty).isPresent();
  }

  private static String where(ChargeQuery query) {
    return " from ChargeRow where true = true"
        + (query.domains().isPresent() ? " and lower(domain) in (:domains)" : "")
        + (query.mailbox().isEmpty()
            ? ""
            : " and position(:mailbox in lower(localPart || '@' || domain)) > 0")
        + (query.from().isPresent() ? " and confirmedAt >= :from" : "")
        + (query.to().isPresent() ? " and confirmedAt < :to" : "");
  }

  @Override
  public List<Charge> after(long number, ChargeQuery query) {
    return following("number", number, query);
  }

  @Override
  public List<Charge> changedAfter(long change, ChargeQuery query) {
    return following("changed", change, query);
  }

  private List<Charge> following(String column, long after, ChargeQuery query) {
    if (nothing(query)) {
      return List.of();
    }
    String question = where(query) + " and " + column + " > :after order by " + column;
    return sessions.fromStatelessSession(
        session ->
            with(query, session.createSelectionQuery(question, ChargeRow.class))
                .setParameter("after", after)
                .setMaxResults(query.limit())
                .getResultStream()
                .map(ChargeRow::charge)
                .toList());
  }

  @Override
  public ChargePage page(ChargeQuery query) {
    if (nothing(query)) {
      return new ChargePage(List.of(), 0, List.of());
    }
    String where = where(query);
    String order = query.newestFirst() ? "number desc" : "number";
    return sessions.fromStatelessSession(
        session ->
            new ChargePage(
                with(
                        query,
                        session.createSelectionQuery(where + " order by " + order, ChargeRow.class))
                    .setFirstResult(Math.toIntExact(query.offset()))
                    .setMaxResults(query.limit())
                    .getResultStream()
                    .map(ChargeRow::charge)
                    .toList(),
                with(query, session.createSelectionQuery("select count(*)" + where, Long.class))
                    .getSingleResult(),
                with(
                        query,
                        session.createSelectionQuery(
                            "select sum(amount), currency"
                                + where
                                + " and withdrawnAt is null group by currency order by currency",
                            Sum.class))
                    .getResultStream()
                    .map(Sum::money)
                    .toList()));
  }

  private static <Q extends CommonQueryContract> Q with(ChargeQuery query, Q asked) {
    query.domains().ifPresent(domains -> asked.setParameterList("domains", domains));
    if (!query.mailbox().isEmpty()) {
      asked.setParameter("mailbox", query.mailbox().toLowerCase(Locale.ROOT));
    }
    query.from().ifPresent(from -> asked.setParameter("from", from));
    query.to().ifPresent(to -> asked.setParameter("to", to));
    return asked;
  }
}
