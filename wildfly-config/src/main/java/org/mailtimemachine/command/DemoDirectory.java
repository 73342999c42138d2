package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directory that a demo lives in, and everything in it: Maildirs, Store, database, server.
 *
 * @param path absolute
 */
record DemoDirectory(Path path) {

  /** Says that a demo made the directory, and which mail it shows. */
  private static final String MARKER = ".mtm-demo";

  /**
   * Opens it, making it where it is not there yet.
   *
   * @throws CommandFailed where it holds files that no demo made
   */
  static DemoDirectory open(Path path) throws IOException, InterruptedException {
    Path real = OwnDirectory.take(path, MARKER).path();
    NotRoot.find().letThrough(real);
    return new DemoDirectory(real);
  }

  /**
   * Keeps one kind of mail in a directory: the Snapshots of the other would be lost.
   *
   * @param kind of the mail that is about to be shown
   * @throws CommandFailed where it has shown another kind
   */
  void keepTo(String kind) throws IOException {
    Path marker = path.resolve(MARKER);
    String shown = Files.readString(marker).strip();
    if (shown.isEmpty()) {
      Files.writeString(marker, kind + "\n");
    } else if (!shown.equals(kind)) {
      throw new CommandFailed(
          "%s has Snapshots of %s: start it as before (with --mail for one's own mail), or name another directory with --dir for %s."
              .formatted(path, shown, kind));
    }
  }

  Path mail() {
    return path.resolve("mail");
  }

  Path store() {
    return path.resolve("store");
  }

  Path passwdFile() {
    return path.resolve("passwd");
  }

  Path credentials() {
    return path.resolve("demo-credentials.txt");
  }

  Path consoleCredentials() {
    return path.resolve("console-credentials.txt");
  }

  /** Process id of the mail server. */
  Path mailServer() {
    return path.resolve("mail-server.pid");
  }

  Path server() {
    return path.resolve("server");
  }

  Path database() {
    return path.resolve("postgresql/cluster");
  }

  Path databasePrograms() {
    return path.resolve("postgresql/programs");
  }

  /** Present while a demo runs whose launcher has returned; holds its address. */
  Path background() {
    return path.resolve("running");
  }

  /** Stops the servers and the database of this demo; says whether any of them was running. */
  boolean stop() throws IOException, InterruptedException {
    boolean server = WildFlyServer.stop(server());
    boolean mailServer = LoopbackMailServer.stop(mailServer(), mail());
    boolean database = EmbeddedPostgres.stop(database());
    Files.deleteIfExists(background());
    return server || mailServer || database;
  }

  /**
   * Keeps every other launcher out of this directory for as long as this JVM lives.
   *
   * @throws CommandFailed where one is at work in it
   */
  void lock() throws IOException {
    new OwnDirectory(path).lock();
  }
}
