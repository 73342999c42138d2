package org.mailtimemachine.catalogue;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.query.CommonQueryContract;
import org.mailtimemachine.restore.desk.FiledRequest;
import org.mailtimemachine.restore.desk.RequestState;
import org.mailtimemachine.restore.terms.ChargePage;
import org.mailtimemachine.restore.terms.ChargeQuery;
import org.mailtimemachine.restore.terms.Charges;
import org.mailtimemachine.restore.terms.Money;

/** Charges in PostgreSQL. */
final class JpaCharges implements Charges {

  private final SessionFactory sessions;

  JpaCharges(SessionFactory sessions) {
    this.sessions = sessions;
  }

  /** Lets the charge of a request follow its change, in the transaction of that change. */
  static void follow(StatelessSession session, RequestState from, FiledRequest now, Instant when) {
    boolean undecided = from == RequestState.DRAFT || from == RequestState.PENDING;
    if (now.state() == RequestState.CONFIRMED && undecided) {
      if (!now.plan().price().isNothing()) {
        session.insert(new ChargeRow(now, when)); // a second one for the request would fail here
      }
    } else if (!now.owed()) {
      session
          .createMutationQuery(
              "update ChargeRow set withdrawnAt = :when where request = :request and withdrawnAt"
                  + " is null")
          .setParameter("when", when)
          .setParameter("request", now.id())
          .executeUpdate();
    }
  }

  private record Sum(BigDecimal amount, String currency) {

    Money money() {
      return new Money(amount, Currency.getInstance(currency));
    }
  }

  @Override
  public ChargePage page(ChargeQuery query) {
    if (query.domains().filter(List.of()::containsAll).isPresent()) {
      return new ChargePage(List.of(), 0, List.of());
    }
    String where =
        " from ChargeRow where true = true"
            + (query.domains().isPresent() ? " and lower(domain) in (:domains)" : "")
            + (query.mailbox().isEmpty()
                ? ""
                : " and position(:mailbox in lower(localPart || '@' || domain)) > 0")
            + (query.from().isPresent() ? " and confirmedAt >= :from" : "")
            + (query.to().isPresent() ? " and confirmedAt < :to" : "");
    String order = query.newestFirst() ? "confirmedAt desc, request desc" : "confirmedAt, request";
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
