package org.mailtimemachine.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.tukaani.xz.XZInputStream;

/**
 * A PostgreSQL of our own for the demo and the tests: unpacked from the binaries jar, on loopback
 * only, with a password that was made up when its cluster was made, and with fsync on.
 *
 * <p>PostgreSQL refuses to run as root. For root it is started in a user namespace, where the
 * kernel shows it another uid while its files stay root's; where namespaces are forbidden, as the
 * system user {@code postgres} or {@code nobody}.
 */
final class EmbeddedPostgres implements AutoCloseable {

  private static final String USER = "mailtimemachine";

  private final Path binaries;
  private final Path directory;
  private final int port;
  private final NotRoot notRoot;

  private EmbeddedPostgres(Path binaries, Path directory, int port, NotRoot notRoot) {
    this.binaries = binaries;
    this.directory = directory;
    this.port = port;
    this.notRoot = notRoot;
  }

  /**
   * Starts it and returns when it takes connections. A cluster that is already there is used as it
   * is; one that a killed launcher left running is stopped first.
   *
   * @param binaries where the programs are unpacked, once; may be shared by several clusters
   * @param directory the cluster's own directory
   * @param port on 127.0.0.1
   */
  static EmbeddedPostgres start(Path binaries, Path directory, int port)
      throws IOException, InterruptedException {
    NotRoot notRoot = NotRoot.find();
    EmbeddedPostgres postgres =
        new EmbeddedPostgres(binaries.toAbsolutePath(), directory.toAbsolutePath(), port, notRoot);
    postgres.unpack();
    postgres.initialise();
    stop(directory);
    postgres.launch();
    return postgres;
  }

  /** Stops the PostgreSQL of this directory if one is running; says whether one was. */
  static boolean stop(Path directory) throws IOException, InterruptedException {
    Path data = directory.toAbsolutePath().resolve("data");
    var left = OwnProcess.find(data.resolve("postmaster.pid"), data.toString());
    if (left.isPresent()) {
      // INT is its fast shutdown; TERM would wait for every client to leave.
      left.get().stop("INT", Duration.ofSeconds(30));
    }
    return left.isPresent();
  }

  String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + USER;
  }

  String user() {
    return USER;
  }

  String password() throws IOException {
    return Files.readString(passwordFile()).strip();
  }

  @Override
  public void close() throws IOException {
    try {
      stop(directory);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while PostgreSQL stopped in " + directory, e);
    }
  }

  private void unpack() throws IOException, InterruptedException {
    if (Files.isExecutable(binaries.resolve("bin/postgres"))) {
      return;
    }
    String architecture =
        switch (System.getProperty("os.arch")) {
          case "amd64" -> "x86_64";
          case "aarch64" -> "arm_64";
          default ->
              throw new CommandFailed(
                  "There is no embedded PostgreSQL for this processor; use ./mtm run with your own.");
        };
    Path parent = Files.createDirectories(binaries).getParent();
    Path unpacked = Files.createTempDirectory(parent, "unpacking");
    String archive = "/postgres-linux-" + architecture + ".txz";
    try (InputStream packed = EmbeddedPostgres.class.getResourceAsStream(archive)) {
      if (packed == null) {
        throw new CommandFailed("The PostgreSQL archive " + archive + " is not on the class path.");
      }
      Process tar =
          new ProcessBuilder("tar", "-x", "-C", unpacked.toString())
              .redirectErrorStream(true)
              .start();
      try (OutputStream toTar = tar.getOutputStream()) {
        new XZInputStream(packed).transferTo(toTar);
      }
      String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (tar.waitFor() != 0) {
        throw new IOException(
            "tar could not unpack " + archive + " into " + unpacked + ": " + said);
      }
    }
    // The programs of another user must be able to read and run it.
    Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.delete(binaries);
    try {
      Files.move(unpacked, binaries, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException("moving " + unpacked + " to " + binaries, e);
    }
  }

  private void initialise() throws IOException, InterruptedException {
    Path data = directory.resolve("data");
    if (Files.exists(directory.resolve("initialised"))) {
      return;
    }
    FileTree.delete(data); // of a launcher that was killed in the middle
    Files.createDirectories(data);
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    notRoot.give(data);
    String superuser = randomPassword();
    writeSecret(directory.resolve("superuser"), superuser);
    notRoot.give(directory.resolve("superuser"));
    HostProgram.run(
        notRoot.command(
            program("initdb"),
            "--pgdata=" + data,
            "--username=postgres",
            "--pwfile=" + directory.resolve("superuser"),
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8"),
        directory);
    Files.delete(directory.resolve("superuser"));
    String password = randomPassword();
    writeSecret(passwordFile(), password);
    createDatabase(data, password);
    Files.createFile(directory.resolve("initialised"));
  }

  /** There is no psql among the binaries; the single-user server takes one command per line. */
  private void createDatabase(Path data, String password) throws IOException, InterruptedException {
    Process single =
        new ProcessBuilder(
                notRoot.command(program("postgres"), "--single", "-D", data.toString(), "postgres"))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("single.log").toFile())
            .start();
    try (OutputStream commands = single.getOutputStream()) {
      commands.write(
          """
          CREATE ROLE %1$s LOGIN PASSWORD '%2$s'
          CREATE DATABASE %1$s OWNER %1$s
          """
              .formatted(USER, password)
              .getBytes(StandardCharsets.US_ASCII));
    }
    if (single.waitFor() != 0) {
      throw new IOException(
          "PostgreSQL could not make its database: "
              + Files.readString(directory.resolve("single.log")));
    }
    Files.delete(directory.resolve("single.log"));
  }

  private void launch() throws IOException, InterruptedException {
    HostProgram.run(
        notRoot.command(
            program("pg_ctl"),
            "start",
            "--wait",
            "--silent",
            "--timeout=60",
            "--pgdata=" + directory.resolve("data"),
            "--log=" + directory.resolve("data/postgres.log"),
            "--options=-p " + port + " -c listen_addresses=127.0.0.1 -c unix_socket_directories="),
        directory);
  }

  private Path passwordFile() {
    return directory.resolve("password");
  }

  private String program(String name) {
    return binaries.resolve("bin").resolve(name).toString();
  }

  private static String randomPassword() {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  private static void writeSecret(Path file, String secret) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, secret + "\n");
  }
}
