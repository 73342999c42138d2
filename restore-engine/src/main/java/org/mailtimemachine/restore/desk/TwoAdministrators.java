package org.mailtimemachine.restore.desk;

import java.time.Duration;
import java.util.Optional;
import org.mailtimemachine.restore.administrator.Administrators;
import org.mailtimemachine.restore.terms.Terms;
import org.mailtimemachine.restore.terms.TermsBook;

/** Which requests one administrator alone does not confirm. Safe for use by several threads. */
public final class TwoAdministrators {

  private static final Duration DAY = Duration.ofDays(1);

  private final RequestBook book;
  private final TermsBook terms;
  private final Administrators administrators;

  TwoAdministrators(RequestBook book, TermsBook terms, Administrators administrators) {
    this.book = book;
    this.terms = terms;
    this.administrators = administrators;
  }

  /**
   * Whether a request that waits needs two administrators, by the terms of now or of when it was
   * asked for: who changes the terms must not become the one who confirms alone. What the Mailbox
   * asked for within a day before it and since counts with it, so that nothing is won by splitting.
   */
  public boolean needed(FiledRequest request) {
    Terms now = terms.of(request.mailbox().domain());
    if (now.secondAbove().isEmpty() && request.secondAbove().isEmpty()) {
      return false;
    }
    long asked =
        book.messagesSince(
            request.mailbox(), request.requestedAt().minus(DAY), RequestState.notRefused());
    return now.second(asked) || request.secondAbove().filter(above -> asked > above).isPresent();
  }

  /**
   * Who of two has confirmed it, and counts: not where that account is disabled, does not answer
   * for the domain any more, or has another password since, because whoever confirmed may not have
   * been its owner.
   */
  public Optional<Decision> first(FiledRequest request) {
    return request.first().filter(by -> stillCounts(by, request.mailbox().domain()));
  }

  private boolean stillCounts(Decision by, String domain) {
    return administrators
        .find(by.who())
        .filter(account -> !account.administrator().disabled())
        .filter(account -> account.administrator().answersFor(domain))
        .filter(account -> !by.when().isBefore(account.passwordSince()))
        .isPresent();
  }

  /** Whether that administrator's confirmation is not enough. */
  boolean wantsAnother(FiledRequest request, String administrator) {
    return needed(request)
        && first(request).filter(by -> !by.who().equals(administrator)).isEmpty();
  }
}
