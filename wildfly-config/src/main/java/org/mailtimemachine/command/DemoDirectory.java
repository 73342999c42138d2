package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The directory that a demo lives in, and everything in it: Maildirs, Store, database, server.
 *
 * @param path absolute
 */
record DemoDirectory(Path path) {

  /** Opens it, making it where it is not there yet. */
  static DemoDirectory open(Path path) throws IOException {
    // Real, because pid files are matched with what the processes were started with.
    return new DemoDirectory(Files.createDirectories(path).toRealPath());
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

  /** Stops the server and the database of this demo; says whether any of them was running. */
  boolean stop() throws IOException, InterruptedException {
    boolean server = WildFlyServer.stop(server());
    boolean database = EmbeddedPostgres.stop(database());
    Files.deleteIfExists(background());
    return server || database;
  }

  /**
   * Keeps every other launcher out of this directory for as long as this JVM lives.
   *
   * @throws CommandFailed where one is at work in it
   */
  void lock() throws IOException {
    FileChannel channel =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw new CommandFailed("Another demo is at work in " + path + "; end that one first.");
    }
  }
}
