package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code mtm catalogue rebuild}: empties the Catalogue. The server sees at its next look that it is
 * not what it left, and derives all of it again; where none runs, at its next start. Nothing else
 * knows how to fill it.
 */
@Command(
    name = "rebuild",
    description = {
      "Throws the catalogue away, so that the server derives it again from the store: at once where"
          + " it runs, otherwise when it starts.",
      "Nothing is lost by it: links into the webmail stay what they are. Until a day is indexed"
          + " again the webmail says so."
    },
    mixinStandardHelpOptions = true)
final class CatalogueRebuildCommand implements Callable<Integer> {

  /** The lock of whoever indexes, over all servers: "mtmindex" in ASCII. */
  private static final long INDEXING = 0x6D746D696E646578L;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The properties file of 'mtm run'.")
  private Path config = Path.of("");

  @Spec private CommandSpec spec;

  CatalogueRebuildCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Settings settings = Settings.read(config);
    WildFlyServer.Database database =
        new WildFlyServer.Database(
            settings.required("mtm.db.url"),
            settings.required("mtm.db.user"),
            settings.required("mtm.db.password"));
    try {
      empty(database, out);
    } catch (SQLException e) {
      throw new CommandFailed("The database " + database + " refuses: " + e.getMessage(), e);
    }
    out.println(
        "The catalogue is empty. The server fills it from the store: at its next look where it"
            + " runs, else when it starts.");
    out.flush();
    return 0;
  }

  /** Not while an indexing is at work: it would go on with rows of mailboxes that are gone. */
  static void empty(WildFlyServer.Database database, PrintWriter out) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(database.url(), database.user(), database.password());
        Statement statement = connection.createStatement()) {
      if (!isTrue(statement, "select to_regclass('presence') is not null")) {
        out.println("The database has no tables yet: the server makes them when it starts.");
        return;
      }
      if (!isTrue(statement, "select pg_try_advisory_lock(" + INDEXING + ")")) {
        out.println("Waiting for an indexing that is at work...");
        out.flush();
        statement.execute("select pg_advisory_lock(" + INDEXING + ")");
      }
      // The lock ends with the connection.
      statement.execute("truncate mailbox, snapshot, folder, folder_state, message, presence");
    }
  }

  private static boolean isTrue(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      return row.next() && row.getBoolean(1);
    }
  }
}
