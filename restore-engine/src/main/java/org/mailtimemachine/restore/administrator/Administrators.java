package org.mailtimemachine.restore.administrator;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps administrators. Safe for use by several threads and several servers. */
public interface Administrators {

  /**
   * An administrator with what is needed to recognise one.
   *
   * @param passwordSince sessions that were begun before it are over
   */
  record Account(Administrator administrator, PasswordHash password, Instant passwordSince) {}

  Optional<Account> find(String name);

  /** All of them, by name. */
  List<Administrator> all();
}
