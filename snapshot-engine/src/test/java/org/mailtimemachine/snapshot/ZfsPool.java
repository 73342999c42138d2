package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A ZFS pool of a test's own in a file, by the ZFS of the kernel or by a {@code zfs-fuse} that is
 * started for it. There is one such daemon a machine, so that test runs take turns by a lock; one
 * that runs already is used and left alone.
 */
final class ZfsPool implements AutoCloseable {

  private static final int MEGABYTES = 256;
  private static final int TRIES = 100;
  private static final long WAIT_MILLIS = 100;
  private static final long STOP_SECONDS = 5;
  private static final String PREFIX = "mtmtest";

  private final FileChannel turn;
  private final Path directory;
  private final String name;
  private final @Nullable Process daemon;
  private int nested;

  private ZfsPool(FileChannel turn, Path directory, String name, @Nullable Process daemon) {
    this.turn = turn;
    this.directory = directory;
    this.name = name;
    this.daemon = daemon;
  }

  /** Makes one, or skips the test. */
  static ZfsPool make() throws IOException, InterruptedException {
    HostProgram.rootOrSkip();
    FileChannel turn = takeTurn();
    Process daemon = zfsAnswers() ? null : startDaemon();
    Path directory =
        Files.createTempDirectory("mtm-loop-" + ProcessHandle.current().pid() + "-zfs");
    ZfsPool pool =
        new ZfsPool(turn, directory.toRealPath(), PREFIX + ProcessHandle.current().pid(), daemon);
    Runtime.getRuntime().addShutdownHook(new Thread(pool::remove, "zfs-pool"));
    try {
      Assumptions.assumeTrue(zfsAnswers(), "neither the kernel nor zfs-fuse has ZFS");
      removeLeftovers();
      Path image = directory.resolve("image");
      try (RandomAccessFile file = new RandomAccessFile(image.toString(), "rw")) {
        file.setLength(MEGABYTES * 1024L * 1024);
      }
      HostProgram.runOrSkip(
          List.of(
              "zpool",
              "create",
              "-o",
              "cachefile=none",
              "-m",
              pool.root().toString(),
              pool.name,
              image.toString()));
      return pool;
    } catch (IOException | RuntimeException e) { // also a skipped test
      pool.close();
      throw e;
    }
  }

  private static FileChannel takeTurn() throws IOException, InterruptedException {
    Path file = Path.of(System.getProperty("java.io.tmpdir"), "mtm-zfs-test.lock");
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    for (int i = 0; i < TRIES; i++) {
      @Nullable FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
      Thread.sleep(10 * WAIT_MILLIS);
    }
    channel.close();
    return Assumptions.abort("another test run has been using ZFS all the time");
  }

  private static boolean zfsAnswers() {
    return HostProgram.run(List.of("zpool", "list")).status() == 0;
  }

  private static @Nullable Process startDaemon() throws IOException, InterruptedException {
    Optional<Path> program =
        List.of("/usr/sbin/zfs-fuse", "/usr/bin/zfs-fuse").stream()
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();
    if (program.isEmpty()) {
      return null;
    }
    Process daemon =
        new ProcessBuilder(program.get().toString(), "-n")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    for (int i = 0; i < TRIES && daemon.isAlive() && !zfsAnswers(); i++) {
      Thread.sleep(WAIT_MILLIS);
    }
    return daemon;
  }

  /** Pools of test runs that were killed: theirs is the turn no more. */
  private static void removeLeftovers() {
    for (String pool :
        HostProgram.run(List.of("zpool", "list", "-H", "-o", "name")).output().lines().toList()) {
      if (pool.matches(PREFIX + "[0-9]+")) {
        HostProgram.run(List.of("zpool", "destroy", "-f", pool));
      }
    }
  }

  Path root() {
    return directory.resolve("root");
  }

  /** Puts a dataset of its own on a directory that does not exist yet. */
  void nest(Path path) {
    nested++;
    HostProgram.runOrSkip(
        List.of("zfs", "create", "-o", "mountpoint=" + path, name + "/nested" + nested));
  }

  /** All datasets, and snapshots of such. */
  List<String> datasets() {
    return HostProgram.runOrSkip(
            List.of("zfs", "list", "-H", "-o", "name", "-t", "all", "-r", name))
        .lines()
        .toList();
  }

  @Override
  public void close() throws IOException {
    remove();
    turn.close();
  }

  private synchronized void remove() {
    if (!turn.isOpen()) {
      return;
    }
    if (zfsAnswers()) {
      HostProgram.run(List.of("zpool", "destroy", "-f", name));
    }
    if (daemon != null && daemon.isAlive()) {
      daemon.destroy(); // by SIGTERM, and only after the pool is gone: a dead mount hangs
      try {
        if (!daemon.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
          daemon.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
          HostProgram.run(List.of("umount", "-l", "/zfs-kstat")); // which it had mounted for itself
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    LoopFileSystem.remove(directory);
  }
}
