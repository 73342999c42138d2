package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory that a command may delete things in, because it made it or found it empty. A file in
 * it says so; without it nothing is touched, for the directory may hold somebody's mail.
 *
 * @param path real
 */
record OwnDirectory(Path path) {

  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  /** A lock ends when the garbage collector finds its channel. */
  private static final Collection<FileLock> HELD = new ConcurrentLinkedQueue<>();

  /**
   * Takes a directory that is not there yet, that is empty, or that was taken before with the same
   * marker. A new one is for this user's eyes alone.
   *
   * @param marker name of the file that says whose it is
   * @throws CommandFailed where it holds what is not ours
   */
  static OwnDirectory take(Path directory, String marker) throws IOException {
    if (!Files.exists(directory)) {
      Path parent = directory.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      makePrivate(directory);
    }
    // Real, because pid files are matched with what the processes were started with.
    Path real = directory.toRealPath();
    if (!Files.isDirectory(real)) {
      throw new CommandFailed(directory + " is no directory.");
    }
    Path mark = real.resolve(marker);
    if (!Files.isRegularFile(mark, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> entries = Files.list(real)) {
        if (entries.findAny().isPresent()) {
          throw new CommandFailed(
              "%s holds other files, and without %s in it nothing there is touched; name a new or an empty directory."
                  .formatted(directory, marker));
        }
      }
      Files.createFile(mark);
    }
    return new OwnDirectory(real);
  }

  /** Makes it with rwx------, whatever the umask; one that is there stays as it is. */
  static void makePrivate(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
        throw e;
      }
    }
  }

  /**
   * Keeps every other launcher out of it for as long as this JVM lives.
   *
   * @throws CommandFailed where one is at work in it
   */
  void lock() throws IOException {
    FileChannel channel =
        FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock lock = channel.tryLock();
    if (lock == null) {
      channel.close();
      throw new CommandFailed("Another mtm is at work in " + path + "; end that one first.");
    }
    HELD.add(lock);
  }
}
