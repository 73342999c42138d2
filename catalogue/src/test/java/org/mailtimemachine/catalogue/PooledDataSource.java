package org.mailtimemachine.catalogue;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * Keeps connections open, as the server's pool does: PostgreSQL starts a process for each. Whoever
 * gives one back has ended its transaction.
 */
final class PooledDataSource implements DataSource {

  private final DataSource source;
  private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();
  private final AtomicInteger asked = new AtomicInteger();

  PooledDataSource(DataSource source) {
    this.source = source;
  }

  /** How often a connection was asked for. */
  int asked() {
    return asked.get();
  }

  @Override
  public Connection getConnection() throws SQLException {
    asked.incrementAndGet();
    Connection connection = pooled();
    AtomicBoolean open = new AtomicBoolean(true);
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (_, method, arguments) -> {
              if (method.getName().equals("close")) {
                if (open.getAndSet(false)) {
                  if (!connection.isClosed()) { // the database went away
                    connection.setAutoCommit(true);
                    idle.add(connection);
                  }
                }
                return null;
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private Connection pooled() throws SQLException {
    for (Connection pooled = idle.poll(); pooled != null; pooled = idle.poll()) {
      if (pooled.isValid(5)) {
        return pooled;
      }
    }
    return source.getConnection();
  }

  @Override
  public Connection getConnection(String user, String password) {
    throw new UnsupportedOperationException("one user");
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return source.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    source.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    source.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return source.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getLogger("test");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return source.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return source.isWrapperFor(type);
  }
}
