package org.mailtimemachine.catalogue;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.Administrators;
import org.mailtimemachine.restore.administrator.PasswordHash;

/** An administrator; written by the command line alone. */
@Entity
@Immutable
@Table(name = "administrator")
class AdministratorRow {

  @Id String name;
  String email;
  String language;

  /** Null for the whole host. */
  @Nullable String domains;

  boolean disabled;
  String password;

  @Column(name = "password_since")
  Instant passwordSince;

  @SuppressWarnings("NullAway.Init") // for Hibernate
  protected AdministratorRow() {}

  Administrator administrator() {
    return new Administrator(
        name,
        email,
        Locale.of(language),
        Optional.ofNullable(domains).map(names -> Set.of(names.split(" "))),
        disabled);
  }

  Administrators.Account account() {
    return new Administrators.Account(administrator(), new PasswordHash(password), passwordSince);
  }
}
