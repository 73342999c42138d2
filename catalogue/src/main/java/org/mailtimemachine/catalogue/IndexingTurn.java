package org.mailtimemachine.catalogue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import javax.sql.DataSource;

/**
 * The right to write the Catalogue, which one server at a time has: an advisory lock of the
 * database, held by a connection of its own. PostgreSQL gives it free when that connection ends,
 * however it ends.
 */
final class IndexingTurn implements AutoCloseable {

  /** "mtmindex" in ASCII. Such locks are per database. */
  private static final long KEY = 0x6D746D696E646578L;

  private static final System.Logger LOG = System.getLogger(IndexingTurn.class.getName());

  private final Connection connection;

  private IndexingTurn(Connection connection) {
    this.connection = connection;
  }

  /**
   * Empty where another one is indexing.
   *
   * <p>The lock is taken on a thread of its own: WildFly's connection manager would draw a
   * connection that this thread holds open into the transactions that it begins while indexing.
   */
  static Optional<IndexingTurn> tryTake(DataSource database) {
    FutureTask<Optional<IndexingTurn>> task = new FutureTask<>(() -> lock(database));
    Thread.ofPlatform().name("indexing-turn").daemon().start(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true; // it takes one round trip, and nobody else would give the lock free
        }
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the indexing lock cannot be asked for", e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    try (connection;
        PreparedStatement unlock = connection.prepareStatement("select pg_advisory_unlock(?)")) {
      unlock.setLong(1, KEY);
      unlock.execute();
    } catch (SQLException e) {
      // The lock ended with its connection, which is why unlocking failed.
      LOG.log(
          System.Logger.Level.WARNING, "the connection that held the indexing lock was lost", e);
    }
  }

  private static Optional<IndexingTurn> lock(DataSource database) throws SQLException {
    Connection connection = database.getConnection();
    boolean taken = false;
    try (PreparedStatement statement =
        connection.prepareStatement("select pg_try_advisory_lock(?)")) {
      statement.setLong(1, KEY);
      try (ResultSet result = statement.executeQuery()) {
        taken = result.next() && result.getBoolean(1);
      }
      return taken ? Optional.of(new IndexingTurn(connection)) : Optional.empty();
    } finally {
      if (!taken) {
        connection.close();
      }
    }
  }
}
