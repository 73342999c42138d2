package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file system of a test's own, on a sparse image behind a loop device. It is unmounted and
 * removed by {@link #close()}, at the end of the JVM at the latest, or, where that was killed, by
 * the next test that makes one. Where the machine cannot have it (not root, no mkfs, no kernel
 * module), the test is skipped and says why.
 *
 * <pre>{@code
 * try (LoopFileSystem disk = LoopFileSystem.ext4(64, "-N", "300")) {
 *   Files.writeString(disk.root().resolve("file"), "text");
 * }
 * }</pre>
 */
final class LoopFileSystem implements AutoCloseable {

  private static final Set<LoopFileSystem> MADE = ConcurrentHashMap.newKeySet();
  private static final Pattern NAME = Pattern.compile("mtm-loop-([0-9]+)-.*");

  static {
    removeLeftovers();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> MADE.forEach(LoopFileSystem::close), "loop-devices"));
  }

  private final Path directory;

  private LoopFileSystem(Path directory) {
    this.directory = directory;
  }

  /** An ext4; options of mkfs.ext4 as needed, such as {@code -N} for a number of inodes. */
  static LoopFileSystem ext4(int megabytes, String... options) throws IOException {
    return make(List.of("mkfs.ext4", "-q", "-F"), megabytes, List.of(options));
  }

  /** An XFS with reflinks; it wants 300 MB at least. */
  static LoopFileSystem xfs(String... options) throws IOException {
    return make(List.of("mkfs.xfs", "-q", "-m", "reflink=1"), 320, List.of(options));
  }

  /** A Btrfs. */
  static LoopFileSystem btrfs(String... options) throws IOException {
    return make(List.of("mkfs.btrfs", "-q"), 400, List.of(options));
  }

  private static LoopFileSystem make(List<String> mkfs, int megabytes, List<String> options)
      throws IOException {
    HostProgram.rootOrSkip();
    Path directory =
        Files.createTempDirectory("mtm-loop-" + ProcessHandle.current().pid() + "-").toRealPath();
    LoopFileSystem made = new LoopFileSystem(directory);
    MADE.add(made);
    try {
      Files.createDirectory(made.root());
      try (RandomAccessFile image = new RandomAccessFile(made.image().toString(), "rw")) {
        image.setLength(megabytes * 1024L * 1024);
      }
      List<String> command = new ArrayList<>(mkfs);
      command.addAll(options);
      command.add(made.image().toString());
      HostProgram.runOrSkip(command);
      made.mount();
      return made;
    } catch (IOException | RuntimeException e) { // also a skipped test
      made.close();
      throw e;
    }
  }

  /** Where it is mounted. */
  Path root() {
    return directory.resolve("root");
  }

  /** The file that its blocks lie in. */
  Path image() {
    return directory.resolve("image");
  }

  /** Mounts it, again after {@link #unmount()}. */
  void mount(String... options) {
    List<String> all = new ArrayList<>(List.of("loop"));
    all.addAll(List.of(options));
    HostProgram.runOrSkip(
        List.of("mount", "-o", String.join(",", all), image().toString(), root().toString()));
  }

  /** Mounts a small file system in memory on a directory below, which is made. */
  void nestMemory(Path point) throws IOException {
    Files.createDirectories(point);
    HostProgram.runOrSkip(
        List.of("mount", "-t", "tmpfs", "-o", "size=32m", "none", point.toString()));
  }

  /** Unmounts it, which also gives the loop device back; nothing may be open on it any more. */
  void unmount() {
    HostProgram.Result result = HostProgram.run(List.of("umount", root().toString()));
    if (result.status() != 0) {
      throw new IllegalStateException("umount " + root() + ": " + result.output());
    }
  }

  @Override
  public void close() {
    if (MADE.remove(this)) {
      remove(directory);
    }
  }

  private static void removeLeftovers() {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try (Stream<Path> all = Files.list(temporary)) {
      for (Path directory : all.toList()) {
        Matcher name = NAME.matcher(directory.getFileName().toString());
        if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
          remove(directory);
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Whatever is mounted below it, innermost first, and then the directory. */
  static void remove(Path directory) {
    for (Path mount : mountsBelow(directory)) {
      if (HostProgram.run(List.of("umount", mount.toString())).status() != 0) {
        // Something is still open on it: out of the way now, gone when that is closed.
        HostProgram.run(List.of("umount", "-l", mount.toString()));
      }
    }
    if (!mountsBelow(directory).isEmpty()) {
      return; // never walk into what is mounted there
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // The next one that makes a file system tries it again.
    }
  }

  private static List<Path> mountsBelow(Path directory) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
      return lines
          .map(line -> Path.of(line.split(" ", 6)[4]))
          .filter(mount -> mount.startsWith(directory))
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The loop device that it is mounted from. */
  Optional<String> device() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
      return lines
          .map(line -> line.split(" "))
          .filter(fields -> fields[4].equals(root().toString()))
          .map(fields -> fields[List.of(fields).indexOf("-") + 2])
          .findFirst();
    }
  }
}
