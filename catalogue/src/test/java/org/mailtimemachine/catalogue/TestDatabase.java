package org.mailtimemachine.catalogue;

import jakarta.persistence.Persistence;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.hibernate.type.descriptor.WrapperOptions;
import org.hibernate.type.descriptor.java.JavaType;
import org.hibernate.type.format.FormatMapper;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * One PostgreSQL for the tests of this JVM, from the embedded binaries, and in it one database with
 * the schema of the Catalogue. It ends with the JVM, and its files with it.
 */
final class TestDatabase {

  private static final Server SERVER = Server.start();
  private static int made;
  private static TestDatabase prepared;

  private final PooledDataSource dataSource;
  private final SessionFactory sessions;

  private TestDatabase(PooledDataSource dataSource, SessionFactory sessions) {
    this.dataSource = dataSource;
    this.sessions = sessions;
  }

  /** A database without a table. */
  static synchronized DataSource empty() throws SQLException {
    String name = "test_" + ++made;
    try (Connection connection = SERVER.database("postgres").getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
    }
    return SERVER.database(name);
  }

  /** The database with the schema of the Catalogue, and nothing in it. */
  static synchronized TestDatabase open() throws SQLException {
    if (prepared == null) {
      PooledDataSource dataSource = new PooledDataSource(empty());
      SessionFactory sessions = sessions(dataSource);
      CatalogueSchema.prepare(dataSource, sessions);
      prepared = new TestDatabase(dataSource, sessions);
    }
    try (Connection connection = prepared.dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          // a trigger keeps what is in the audit log
          "set session_replication_role = replica;"
              + " truncate mailbox, snapshot, folder, folder_state, message, presence, preferences,"
              + " restore_request, notice, letter, charge, restore_terms, audit_entry,"
              + " administrator, second_factor, hold, api_token, first_answer, follow_up,"
              + " opening, opening_permission;"
              + " set session_replication_role = origin");
    }
    return prepared;
  }

  /** The persistence unit of the product, without a container. */
  static SessionFactory sessions(DataSource dataSource) {
    return Persistence.createEntityManagerFactory(
            "mail-time-machine",
            Map.of(
                "jakarta.persistence.transactionType",
                "RESOURCE_LOCAL",
                "jakarta.persistence.nonJtaDataSource",
                dataSource,
                "jakarta.persistence.jtaDataSource",
                dataSource,
                // it would look for an implementation of JSON-B, whose API alone is here
                "hibernate.type.json_format_mapper",
                new NoJson()))
        .unwrap(SessionFactory.class);
  }

  PooledDataSource dataSource() {
    return dataSource;
  }

  SessionFactory sessions() {
    return sessions;
  }

  long count(String table) {
    return sessions.fromStatelessSession(
        session ->
            session
                .createNativeQuery("select count(*) from " + table, Long.class)
                .getSingleResult());
  }

  private static final class NoJson implements FormatMapper {

    @Override
    public <T> T fromString(CharSequence text, JavaType<T> type, WrapperOptions options) {
      throw new UnsupportedOperationException("no column holds JSON");
    }

    @Override
    public <T> String toString(T value, JavaType<T> type, WrapperOptions options) {
      throw new UnsupportedOperationException("no column holds JSON");
    }
  }

  /** Takes the database away, as a crash would; {@link #startServer} brings it back. */
  static void stopServer() {
    SERVER.control("-m", "immediate", "stop");
  }

  static void startServer() {
    SERVER.control("-l", SERVER.directory().resolve("log").toString(), "-w", "start");
  }

  private record Server(Path directory, int port) {

    static Server start() {
      try {
        Path directory = Files.createTempDirectory("mtm-postgres-");
        Path binaries = Files.createDirectory(directory.resolve("pgsql"));
        Path archive = directory.resolve("postgres.txz");
        try (InputStream in =
            Objects.requireNonNull(
                TestDatabase.class.getResourceAsStream("/postgres-linux-x86_64.txz"),
                "the embedded PostgreSQL is not on the class path")) {
          Files.copy(in, archive);
        }
        run(List.of("tar", "-xJf", archive.toString(), "-C", binaries.toString()));
        Files.delete(archive);
        Path data = directory.resolve("data");
        Path bin = binaries.resolve("bin");
        run(
            asUser(
                bin.resolve("initdb").toString(),
                "-D",
                data.toString(),
                "-U",
                "postgres",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C"));
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
          port = free.getLocalPort();
        }
        Server server = new Server(directory, port);
        Runtime.getRuntime().addShutdownHook(new Thread(server::end));
        server.control("-l", directory.resolve("log").toString(), "-w", "start");
        return server;
      } catch (IOException e) {
        throw new IllegalStateException("no PostgreSQL for the tests", e);
      }
    }

    DataSource database(String name) {
      PGSimpleDataSource source = new PGSimpleDataSource();
      source.setServerNames(new String[] {"127.0.0.1"});
      source.setPortNumbers(new int[] {port});
      source.setDatabaseName(name);
      source.setUser("postgres");
      source.setReWriteBatchedInserts(true);
      return source;
    }

    private void control(String... what) {
      List<String> command =
          new ArrayList<>(
              List.of(
                  directory.resolve("pgsql/bin/pg_ctl").toString(),
                  "-D",
                  directory.resolve("data").toString(),
                  "-o",
                  "-F -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c port=" + port));
      command.addAll(List.of(what));
      run(asUser(command.toArray(String[]::new)));
    }

    private void end() {
      try {
        control("-m", "immediate", "stop");
      } finally {
        run(List.of("rm", "-rf", directory.toString()));
      }
    }

    /** PostgreSQL refuses root; in a user namespace of its own nobody is root. */
    private static List<String> asUser(String... command) {
      List<String> whole = new ArrayList<>();
      if ("root".equals(System.getProperty("user.name"))) {
        whole.addAll(List.of("unshare", "-U"));
      }
      whole.addAll(List.of(command));
      return whole;
    }

    private static void run(List<String> command) {
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
          throw new IllegalStateException("failed: " + String.join(" ", command));
        }
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException("failed: " + String.join(" ", command), e);
      }
    }
  }
}
