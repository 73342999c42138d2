package org.mailtimemachine.snapshot;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileOwner;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;

/** Whole text files of a Store: written under a name with a dot in front, read back, removed. */
public final class StoreFiles {

  /** A Listing of ten million messages; what is longer is no file of ours. */
  private static final int MOST_BYTES = 2_000_000_000;

  /** The uid of who may do anything. */
  private static final long ROOT = 0;

  private static final int BUFFER_BYTES = 64 * 1024;

  private StoreFiles() {}

  /** Writes a compressed file that nothing looks at yet; it is on disk after the next sync. */
  static void writeZipped(DirectoryHandle directory, FileName name, byte[] text)
      throws IOException {
    try (NewFile file = createOver(directory, name);
        GZIPOutputStream zipped = new Quickly(file)) {
      zipped.write(text);
    }
  }

  /** Creates a file, in the place of what a take that was killed may have left. */
  private static NewFile createOver(DirectoryHandle directory, FileName name) throws IOException {
    try {
      return directory.create(name, 0600);
    } catch (PosixException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      removeIfThere(directory, name);
      return directory.create(name, 0600);
    }
  }

  /** Takes a third of the time of the usual level, and a tenth more of the disk. */
  private static final class Quickly extends GZIPOutputStream {
    Quickly(NewFile file) throws IOException {
      super(file, BUFFER_BYTES);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }

  static byte[] readZipped(DirectoryHandle directory, FileName name) throws IOException {
    try (ReadableFile file = directory.file(name);
        InputStream zipped = new BufferedInputStream(file.stream(), bufferFor(file));
        GZIPInputStream unzipped = new GZIPInputStream(zipped, bufferFor(file))) {
      byte[] text = unzipped.readNBytes(MOST_BYTES);
      if (text.length == MOST_BYTES) {
        throw new DamagedFileException(directory.describe(name), "has no end");
      }
      return text;
    } catch (PosixException | DamagedFileException e) {
      throw e;
    } catch (IOException e) {
      throw new DamagedFileException(directory.describe(name), String.valueOf(e.getMessage()), e);
    }
  }

  /** Most files are a few hundred bytes. */
  private static int bufferFor(ReadableFile file) {
    return Math.clamp(file.status().size(), 512, BUFFER_BYTES);
  }

  /** Writes a small file so that it is there as a whole, and survives, or is not there at all. */
  public static void publish(DirectoryHandle directory, FileName name, byte[] text)
      throws IOException {
    FileName unfinished = unfinished(name);
    removeIfThere(directory, unfinished);
    try (NewFile file = directory.create(unfinished, 0600)) {
      inherit(file, directory);
      file.write(text);
      file.sync();
    }
    directory.rename(unfinished, directory, name);
    directory.sync();
  }

  /**
   * Gives what root makes to whom its directory belongs: a command that root calls must not keep a
   * server that is not root from going on.
   */
  public static void inherit(NewFile file, DirectoryHandle directory) throws IOException {
    FileStatus above = directory.status();
    if (above.owner() != ROOT && file.status().owner() == ROOT) {
      file.setOwner(FileOwner.of(above));
    }
  }

  /**
   * A directory for nobody else, which is made where it is missing; it belongs to whom the other
   * one does.
   */
  public static DirectoryHandle directory(DirectoryHandle in, FileName name) throws IOException {
    DirectoryHandle made = in.makeDirectory(name, 0700);
    try {
      FileStatus above = in.status();
      if (above.owner() != ROOT && made.status().owner() == ROOT) {
        made.setOwner(FileOwner.of(above));
      }
      return made;
    } catch (IOException e) {
      made.close();
      throw e;
    }
  }

  /** What {@link #publish} leaves where it is killed. */
  static FileName unfinished(FileName name) {
    return new FileName("." + name.bytes() + ".new");
  }

  /** The whole of a small file. */
  public static byte[] read(DirectoryHandle directory, FileName name) throws IOException {
    try (ReadableFile file = directory.file(name)) {
      return file.stream().readAllBytes();
    }
  }

  static void removeIfThere(DirectoryHandle directory, FileName name) throws IOException {
    try {
      directory.unlink(name);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  static FileName hidden(FileName name) {
    return new FileName("." + name.bytes());
  }
}
