package org.mailtimemachine.mirror.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * An ext4 of a test's own on a loop device, which can become full and lose its power. Where the
 * machine cannot have it, the test is skipped and says why.
 */
final class LoopDisk implements AutoCloseable {

  private final Path directory;

  private LoopDisk(Path directory) {
    this.directory = directory;
  }

  static LoopDisk make(Path directory, int megabytes) throws IOException, InterruptedException {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "only root can mount");
    LoopDisk disk = new LoopDisk(Files.createDirectory(directory));
    try (RandomAccessFile image = new RandomAccessFile(disk.image(), "rw")) {
      image.setLength(megabytes * 1024L * 1024);
    }
    Files.createDirectory(disk.root());
    runOrSkip("mkfs.ext4", "-q", "-F", "-m", "0", disk.image());
    runOrSkip("mount", "-o", "loop", disk.image(), disk.root().toString());
    return disk;
  }

  private String image() {
    return directory.resolve("image").toString();
  }

  /** Where it is mounted. */
  Path root() {
    return directory.resolve("root");
  }

  /** What is not on the disk by now will never be (FS_IOC_SHUTDOWN); every call fails. */
  void cutPower() throws IOException, InterruptedException {
    run("xfs_io", "-x", "-c", "shutdown", root().toString());
  }

  /** Back again, with nothing open on it. */
  void restorePower() throws IOException, InterruptedException {
    run("umount", root().toString());
    run("mount", "-o", "loop", image(), root().toString());
  }

  /** Leaves room for nothing. */
  void fill() throws IOException {
    for (int block : List.of(1 << 20, 4096, 1)) {
      try (FileChannel file =
          FileChannel.open(
              root().resolve("fill"), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        while (true) {
          file.write(ByteBuffer.allocate(block));
        }
      } catch (IOException e) {
        if (!String.valueOf(e.getMessage()).contains("No space left")) {
          throw e;
        }
      }
    }
  }

  void makeRoom() throws IOException {
    Files.delete(root().resolve("fill"));
  }

  /** Runs it; the test is skipped, and says why, where this machine cannot do it. */
  static void runOrSkip(String... command) throws IOException, InterruptedException {
    String failure = failure(command);
    assumeTrue(failure.isEmpty(), failure);
  }

  /** Runs what this machine can do. */
  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(failure(command)).isEmpty();
  }

  /** What it said, where it failed. */
  private static String failure(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? "" : String.join(" ", command) + ": " + said;
  }

  @Override
  public void close() throws IOException {
    // What is still open on it keeps it until that is closed.
    new ProcessBuilder("umount", "-l", root().toString()).start().onExit().join();
  }
}
