package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.hibernate.annotations.Immutable;
import org.mailtimemachine.restore.administrator.TokenGrant;

/** The token of a program; written by the command line alone. */
@Entity
@Immutable
@Table(name = "api_token")
class ApiTokenRow {

  @Id String hash;
  String administrator;
  String label;

  @Enumerated(EnumType.STRING)
  @Column(columnDefinition = "text")
  TokenGrant.Scope scope;

  Instant made;
  Instant expires;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected ApiTokenRow() {}

  TokenGrant grant() {
    return new TokenGrant(administrator, label, scope, made, expires);
  }
}
