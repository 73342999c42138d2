package org.mailtimemachine.catalogue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZoneOffset;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.SealedEntry;

/**
 * Adds lines to the audit log: the one way in which it is done, for the server and for the command
 * line, which has a connection and nothing else.
 */
public final class SealedLog {

  /** Of the lock under which lines are added: "mtmaudit" in ASCII. */
  private static final long KEY = 0x6D74_6D61_7564_6974L;

  private SealedLog() {}

  /**
   * Adds a line.
   *
   * @param connection in a transaction, at whose end the next line can be added
   */
  public static SealedEntry append(Connection connection, AuditEntry entry) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("select pg_advisory_xact_lock(" + KEY + ")");
      SealedEntry sealed;
      try (ResultSet last =
          statement.executeQuery(
              "select number, seal from audit_entry order by number desc limit 1")) {
        sealed =
            last.next()
                ? SealedEntry.after(last.getLong("number") + 1, last.getString("seal"), entry)
                : SealedEntry.after(1, SealedEntry.NO_SEAL, entry);
      }
      insert(connection, sealed);
      return sealed;
    }
  }

  private static void insert(Connection connection, SealedEntry sealed) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into audit_entry (number, occurred_at, who, action, subject, detail, seal)"
                + " values (?, ?, ?, ?, ?, ?, ?)")) {
      AuditEntry entry = sealed.entry();
      Object[] values = {
        sealed.number(),
        entry.when().atOffset(ZoneOffset.UTC),
        entry.who(),
        entry.action(),
        entry.subject(),
        entry.detail(),
        sealed.seal()
      };
      for (int number = 0; number < values.length; number++) {
        insert.setObject(number + 1, values[number]);
      }
      insert.executeUpdate();
    }
  }
}
