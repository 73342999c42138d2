package org.mailtimemachine.command;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.restore.administrator.Administrator;
import org.mailtimemachine.restore.administrator.PasswordHash;
import org.mailtimemachine.restore.administrator.PasswordPolicy;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.SealedEntry;

/**
 * The accounts of administrators in the database, and the only one who writes them. Each change is
 * one transaction with its line in the audit log.
 */
final class AdministratorAccounts implements AutoCloseable {

  /** Under which lines are added to the audit log: "mtmaudit" in ASCII. */
  private static final long AUDIT = 0x6D746D6175646974L;

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
        ResultSet row = statement.executeQuery("select to_regclass('administrator') is not null")) {
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
            administrator
                .domains()
                .map(names -> String.join(" ", new TreeSet<>(names)))
                .orElse(null),
            administrator.disabled(),
            PasswordHash.of(password).text(),
            now());
    if (added == 0) {
      connection.rollback();
      throw new CommandFailed("There is an administrator " + administrator.name() + " already.");
    }
    commit(
        "admin.add",
        administrator.name(),
        administrator.domains().map(names -> "for " + new TreeSet<>(names)).orElse("for the host"));
  }

  /** Gives another password; whoever is signed in with the old one is not any more. */
  void password(String name, String password) throws SQLException {
    requirePassword(name, password);
    requireKnown(
        name,
        change(
            "update administrator set password = ?, password_since = ? where name = ?",
            PasswordHash.of(password).text(),
            now(),
            name));
    commit("admin.password", name, "");
  }

  /** Lets nobody sign in with a name any more, or again. */
  void disable(String name, boolean disabled) throws SQLException {
    requireKnown(
        name, change("update administrator set disabled = ? where name = ?", disabled, name));
    commit(disabled ? "admin.disable" : "admin.enable", name, "");
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
    try (Statement statement = connection.createStatement()) {
      statement.execute("select pg_advisory_xact_lock(" + AUDIT + ")");
      SealedEntry sealed;
      try (ResultSet last =
          statement.executeQuery(
              "select number, seal from audit_entry order by number desc limit 1")) {
        sealed =
            last.next()
                ? SealedEntry.after(last.getLong("number") + 1, last.getString("seal"), entry)
                : SealedEntry.after(1, SealedEntry.NO_SEAL, entry);
      }
      change(
          "insert into audit_entry (number, occurred_at, who, action, subject, detail, seal)"
              + " values (?, ?, ?, ?, ?, ?, ?)",
          sealed.number(),
          entry.when().atOffset(ZoneOffset.UTC),
          entry.who(),
          entry.action(),
          entry.subject(),
          entry.detail(),
          sealed.seal());
    }
    connection.commit();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
