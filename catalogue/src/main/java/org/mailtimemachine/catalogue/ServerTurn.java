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
 * The right to do a work, which one server at a time has: an advisory lock of the database, held by
 * a connection of its own. PostgreSQL gives it free when that connection ends, however it ends.
 */
final class ServerTurn implements AutoCloseable {

  /** Such locks are per database: each key is its name in ASCII. */
  enum Work {
    /** "mtmindex": writing the Catalogue. */
    INDEXING(0x6D74_6D69_6E64_6578L),
    /** "mtmholds": letting the Store follow the holds. */
    HOLDS(0x6D74_6D68_6F6C_6473L);

    private final long key;

    Work(long key) {
      this.key = key;
    }
  }

  private static final System.Logger LOG = System.getLogger(ServerTurn.class.getName());

  private final Work work;
  private final Connection connection;

  private ServerTurn(Work work, Connection connection) {
    this.work = work;
    this.connection = connection;
  }

  /**
   * Empty where another one is doing it.
   *
   * <p>The lock is taken on a thread of its own: WildFly's connection manager would draw a
   * connection that this thread holds open into the transactions that it begins while it works.
   */
  static Optional<ServerTurn> tryTake(Work work, DataSource database) {
    FutureTask<Optional<ServerTurn>> task = new FutureTask<>(() -> lock(work, database));
    Thread.ofPlatform().name("turn-" + work).daemon().start(task);
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
      throw new IllegalStateException(
          "the lock for " + work + " cannot be asked for", e.getCause());
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
      unlock.setLong(1, work.key);
      unlock.execute();
    } catch (SQLException e) {
      // The lock ended with its connection, which is why unlocking failed.
      LOG.log(
          System.Logger.Level.WARNING,
          "the connection that held the lock for " + work + " was lost",
          e);
    }
  }

  private static Optional<ServerTurn> lock(Work work, DataSource database) throws SQLException {
    Connection connection = database.getConnection();
    boolean taken = false;
    try (PreparedStatement statement =
        connection.prepareStatement("select pg_try_advisory_lock(?)")) {
      statement.setLong(1, work.key);
      try (ResultSet result = statement.executeQuery()) {
        taken = result.next() && result.getBoolean(1);
      }
      return taken ? Optional.of(new ServerTurn(work, connection)) : Optional.empty();
    } finally {
      if (!taken) {
        connection.close();
      }
    }
  }
}
