package org.mailtimemachine.command;

import static java.time.temporal.ChronoUnit.SECONDS;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.catalogue.SealedLog;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.ApiToken;
import org.mailtimemachine.restore.administrator.PasswordHash;
import org.mailtimemachine.restore.administrator.PasswordPolicy;
import org.mailtimemachine.restore.administrator.TokenGrant;
import org.mailtimemachine.restore.terms.Terms;
import org.mailtimemachine.snapshot.audit.AuditEntry;

/**
 * The accounts of administrators in the database, and the only one who writes them. Each change is
 * one transaction with its line in the audit log.
 */
final class AdministratorAccounts implements AutoCloseable {

  private final Connection connection;
  private final Clock clock;

  private AdministratorAccounts(Connection connection, Clock clock) {
    this.connection = connection;
    this.clock = clock;
  }

  /**
   * Opens them.
   *
   * @throws CommandFailed where the database cannot be reached, or no server has made its tables
   */
  static AdministratorAccounts open(WildFlyServer.Database database, Clock clock) {
    try {
      Connection connection =
          DriverManager.getConnection(database.url(), database.user(), database.password());
      AdministratorAccounts accounts = new AdministratorAccounts(connection, clock);
      if (!accounts.prepared()) {
        connection.close();
        throw new CommandFailed(
            "The database has no table of administrators yet: the server makes it when it starts.");
      }
      connection.setAutoCommit(false);
      return accounts;
    } catch (SQLException e) {
      throw new CommandFailed("The database " + database + " refuses: " + e.getMessage(), e);
    }
  }

  private boolean prepared() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select to_regclass('api_token') is not null")) {
      return row.next() && row.getBoolean(1);
    }
  }

  /** All of them, by name. */
  List<Administrator> list() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select name, email, language, domains, disabled from administrator"
                    + " order by name")) {
      List<Administrator> administrators = new ArrayList<>();
      while (rows.next()) {
        administrators.add(administrator(rows));
      }
      return administrators;
    }
  }

  private static Administrator administrator(ResultSet row) throws SQLException {
    @Nullable String domains = row.getString("domains");
    return new Administrator(
        row.getString("name"),
        row.getString("email"),
        Locale.of(row.getString("language")),
        Optional.ofNullable(domains).map(names -> Set.of(names.split(" "))),
        row.getBoolean("disabled"));
  }

  /** Sets what restores cost in a domain, where nobody has set that. */
  void terms(String domain, Terms terms) throws SQLException {
    int added =
        change(
            "insert into restore_terms (domain, currency, per_request, per_message, per_gigabyte,"
                + " alone_up_to, second_above) values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
            domain,
            terms.price().currency().getCurrencyCode(),
            terms.price().perRequest(),
            terms.price().perMessage(),
            terms.price().perGigabyte(),
            terms.aloneUpTo(),
            terms.secondAbove().orElse(null));
    if (added > 0) {
      commit("terms.set", domain, terms.price().toString());
    }
  }

  /**
   * Adds an administrator.
   *
   * @throws CommandFailed where the name is taken, or the password cannot be had
   */
  void add(Administrator administrator, String password) throws SQLException {
    requirePassword(administrator.name(), password);
    int added =
        change(
            "insert into administrator (name, email, language, domains, disabled, password,"
                + " password_since) values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
            administrator.name(),
            administrator.email(),
            administrator.language().getLanguage(),
            joined(administrator),
            administrator.disabled(),
            PasswordHash.of(password).text(),
            now());
    if (added == 0) {
      connection.rollback();
      throw new CommandFailed("There is an administrator " + administrator.name() + " already.");
    }
    commit("admin.add", administrator.name(), "for " + whose(administrator));
  }

  private static @Nullable String joined(Administrator administrator) {
    return administrator
        .domains()
        .map(names -> String.join(" ", new TreeSet<>(names)))
        .orElse(null);
  }

  private static String whose(Administrator administrator) {
    return administrator.domains().map(names -> "" + new TreeSet<>(names)).orElse("the host");
  }

  /**
   * Changes what is known of an administrator, but for name and password; it holds at once, also
   * for who is signed in.
   *
   * @throws CommandFailed where there is none of that name
   */
  void set(String name, UnaryOperator<Administrator> change) throws SQLException {
    Administrator before =
        list().stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new CommandFailed("There is no administrator " + name + "."));
    Administrator now = change.apply(before);
    change(
        "update administrator set email = ?, language = ?, domains = ? where name = ?",
        now.email(),
        now.language().getLanguage(),
        joined(now),
        name);
    commit(
        "admin.set",
        name,
        "address %s, language %s, for %s"
            .formatted(
                now.email().isEmpty() ? "none" : now.email(),
                now.language().getLanguage(),
                whose(now)));
  }

  /**
   * Removes the second factor of whoever has lost it.
   *
   * @throws CommandFailed where there is none
   */
  void resetSecondFactor(String name) throws SQLException {
    if (change("delete from second_factor where name = ?", name) == 0) {
      connection.rollback();
      throw new CommandFailed("There is no second factor of an administrator " + name + ".");
    }
    commit("admin.totp", name, "removed");
  }

  /**
   * Gives another password; whoever is signed in with the old one is not any more. The second
   * factor, which the old one seals, is gone.
   *
   * @return whether there was a second factor
   */
  boolean password(String name, String password) throws SQLException {
    requirePassword(name, password);
    requireKnown(
        name,
        change(
            "update administrator set password = ?, password_since = ? where name = ?",
            PasswordHash.of(password).text(),
            now(),
            name));
    boolean factor = change("delete from second_factor where name = ?", name) > 0;
    commit("admin.password", name, factor ? "the second factor is removed" : "");
    return factor;
  }

  /** Lets nobody sign in with a name any more, or again. */
  void disable(String name, boolean disabled) throws SQLException {
    requireKnown(
        name, change("update administrator set disabled = ? where name = ?", disabled, name));
    commit(disabled ? "admin.disable" : "admin.enable", name, "");
  }

  /** The tokens of an administrator, those that are over too, by label. */
  List<TokenGrant> tokens(String name) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select administrator, label, scope, made, expires from api_token"
                + " where administrator = ? order by label")) {
      statement.setString(1, name);
      try (ResultSet rows = statement.executeQuery()) {
        List<TokenGrant> grants = new ArrayList<>();
        while (rows.next()) {
          grants.add(
              new TokenGrant(
                  rows.getString("administrator"),
                  rows.getString("label"),
                  TokenGrant.Scope.valueOf(rows.getString("scope")),
                  rows.getObject("made", OffsetDateTime.class).toInstant(),
                  rows.getObject("expires", OffsetDateTime.class).toInstant()));
        }
        return grants;
      }
    }
  }

  /**
   * Makes a token, in place of one with that label that is over.
   *
   * @param days for which it holds
   * @return the token, to be shown once; only its hash is kept
   * @throws CommandFailed where there is no such administrator, or the label is in use
   */
  ApiToken makeToken(String name, String label, TokenGrant.Scope scope, int days)
      throws SQLException {
    Instant made = clock.instant();
    TokenGrant grant = new TokenGrant(name, label, scope, made, made.plus(Duration.ofDays(days)));
    if (list().stream().noneMatch(each -> each.name().equals(name))) {
      throw new CommandFailed("There is no administrator " + name + ".");
    }
    ApiToken token = ApiToken.fresh();
    change(
        "delete from api_token where administrator = ? and label = ? and expires <= ?",
        name,
        label,
        now());
    int added =
        change(
            "insert into api_token (hash, administrator, label, scope, made, expires)"
                + " values (?, ?, ?, ?, ?, ?) on conflict do nothing",
            token.hash(),
            name,
            label,
            scope.name(),
            made.atOffset(ZoneOffset.UTC),
            grant.expires().atOffset(ZoneOffset.UTC));
    if (added == 0) {
      connection.rollback();
      throw new CommandFailed(
          "%s has a token %s already: --revoke it, or take another label.".formatted(name, label));
    }
    commit(
        "admin.token",
        name,
        "made %s, to %s until %s".formatted(label, scope, grant.expires().truncatedTo(SECONDS)));
    return token;
  }

  /**
   * Ends a token at once.
   *
   * @throws CommandFailed where there is none
   */
  void revokeToken(String name, String label) throws SQLException {
    if (change("delete from api_token where administrator = ? and label = ?", name, label) == 0) {
      connection.rollback();
      throw new CommandFailed("%s has no token %s.".formatted(name, label));
    }
    commit("admin.token", name, "revoked " + label);
  }

  private static void requirePassword(String name, String password) {
    PasswordPolicy.objection(name, password)
        .ifPresent(
            why -> {
              throw new CommandFailed("This password cannot be used: " + why + ".");
            });
  }

  private void requireKnown(String name, int rows) throws SQLException {
    if (rows == 0) {
      connection.rollback();
      throw new CommandFailed("There is no administrator " + name + ".");
    }
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }

  private int change(String sql, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int number = 0; number < values.length; number++) {
        statement.setObject(number + 1, values[number]);
      }
      return statement.executeUpdate();
    }
  }

  /** With the line in the log, which is sealed as the server seals its own. */
  private void commit(String action, String subject, String detail) throws SQLException {
    AuditEntry entry =
        new AuditEntry(
            clock.instant(),
            "mtm (" + System.getProperty("user.name") + ")",
            action,
            subject,
            detail);
    SealedLog.append(connection, entry);
    connection.commit();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
