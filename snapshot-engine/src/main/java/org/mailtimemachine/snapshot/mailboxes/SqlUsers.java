package org.mailtimemachine.snapshot.mailboxes;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The users that a query gives, with columns {@code user}, or {@code username} and {@code domain},
 * and {@code home} or {@code mail} or both, as in Dovecot's own {@code iterate_query} and {@code
 * user_query}.
 */
final class SqlUsers implements UserDatabase {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Pattern PARAMETERS = Pattern.compile("[?;].*", Pattern.DOTALL);

  private final String url;

  /** The URL without its parameters, of which one may be the password. */
  private final String shown;

  private final Properties credentials;
  private final String query;

  SqlUsers(String url, Optional<String> user, Optional<String> password, String query) {
    this.url = url;
    this.shown = PARAMETERS.matcher(url).replaceFirst("");
    this.query = query;
    this.credentials = new Properties();
    user.ifPresent(name -> credentials.setProperty("user", name));
    password.ifPresent(secret -> credentials.setProperty("password", secret));
    // Of PostgreSQL's driver, in seconds; others ignore them. A server that hangs must not hang us.
    credentials.setProperty("loginTimeout", Long.toString(PATIENCE.toSeconds()));
    credentials.setProperty("socketTimeout", Long.toString(2 * PATIENCE.toSeconds()));
  }

  @Override
  public List<User> users() throws IOException {
    try (Connection connection = DriverManager.getConnection(url, credentials);
        Statement statement = connection.createStatement()) {
      statement.setQueryTimeout((int) PATIENCE.toSeconds());
      try (ResultSet rows = statement.executeQuery(query)) {
        return read(rows);
      }
    } catch (SQLException e) {
      throw new IOException(
          "%s cannot be asked: %s".formatted(this, withoutParameters(e)),
          shown.equals(url) ? e : null); // the drivers repeat the URL, also deeper down
    }
  }

  private String withoutParameters(SQLException e) {
    return String.valueOf(e.getMessage())
        .replace(url, shown)
        .replace(url.substring(shown.length()), "");
  }

  private List<User> read(ResultSet rows) throws SQLException, IOException {
    Set<String> columns = columns(rows.getMetaData());
    String name = columns.contains("user") ? "user" : "username";
    boolean domain = columns.contains("domain") && !columns.contains("user");
    if (!columns.contains(name) || !(columns.contains("home") || columns.contains("mail"))) {
      throw new IOException(
          "mtm.mailboxes.sql.query gives the columns %s; it must give user, or username and domain, and home or mail"
              .formatted(columns));
    }
    List<User> users = new ArrayList<>();
    while (rows.next()) {
      String user = Optional.ofNullable(rows.getString(name)).orElse("");
      users.add(
          new User(
              domain ? user + "@" + rows.getString("domain") : user,
              columns.contains("home") ? Optional.ofNullable(rows.getString("home")) : empty(),
              columns.contains("mail") ? Optional.ofNullable(rows.getString("mail")) : empty()));
    }
    return users;
  }

  private static Optional<String> empty() {
    return Optional.empty();
  }

  private static Set<String> columns(ResultSetMetaData rows) throws SQLException {
    Set<String> columns = new HashSet<>();
    for (int i = 1; i <= rows.getColumnCount(); i++) {
      columns.add(rows.getColumnLabel(i).toLowerCase(Locale.ROOT));
    }
    return columns;
  }

  @Override
  public String toString() {
    return "SQL database " + shown; // never the password
  }
}
