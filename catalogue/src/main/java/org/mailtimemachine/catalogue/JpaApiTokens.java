package org.mailtimemachine.catalogue;

import java.time.Instant;
import java.util.Optional;
import org.hibernate.SessionFactory;
import org.mailtimemachine.restore.administrator.ApiTokens;
import org.mailtimemachine.restore.administrator.TokenGrant;

/** Tokens in PostgreSQL. */
final class JpaApiTokens implements ApiTokens {

  private final SessionFactory sessions;

  JpaApiTokens(SessionFactory sessions) {
    this.sessions = sessions;
  }

  @Override
  public Optional<TokenGrant> find(String hash, Instant now) {
    return sessions.fromStatelessSession(
        session ->
            Optional.ofNullable(session.get(ApiTokenRow.class, hash))
                .map(ApiTokenRow::grant)
                .filter(grant -> now.isBefore(grant.expires())));
  }
}
