package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.terms.Price;
import org.mailtimemachine.restore.terms.Terms;

/** The terms of a domain, or of the host. */
@Entity
@Table(name = "restore_terms")
class TermsRow {

  /** In place of the domain. */
  static final String HOST = "";

  @Id String domain;
  String currency;

  @Column(name = "per_request")
  BigDecimal perRequest;

  @Column(name = "per_message")
  BigDecimal perMessage;

  @Column(name = "per_gigabyte")
  BigDecimal perGigabyte;

  @Column(name = "alone_up_to")
  long aloneUpTo;

  @Column(name = "second_above")
  @Nullable Long secondAbove;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected TermsRow() {}

  TermsRow(String domain, Terms terms) {
    this.domain = domain;
    this.currency = terms.price().currency().getCurrencyCode();
    this.perRequest = terms.price().perRequest();
    this.perMessage = terms.price().perMessage();
    this.perGigabyte = terms.price().perGigabyte();
    this.aloneUpTo = terms.aloneUpTo();
    this.secondAbove = terms.secondAbove().orElse(null);
  }

  Terms terms() {
    return new Terms(
        new Price(Currency.getInstance(currency), perRequest, perMessage, perGigabyte),
        aloneUpTo,
        Optional.ofNullable(secondAbove));
  }
}
