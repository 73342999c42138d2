package org.mailtimemachine.restore.administrator;

import java.time.Instant;
import java.util.Optional;

/** Keeps the tokens of programs. Safe for use by several threads and several servers. */
public interface ApiTokens {

  /**
   * What a token grants now.
   *
   * @param hash of it
   * @return empty where there is none, or not any more
   */
  Optional<TokenGrant> find(String hash, Instant now);
}
