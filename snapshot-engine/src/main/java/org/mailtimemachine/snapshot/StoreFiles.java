package org.mailtimemachine.snapshot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.io.input.BoundedInputStream;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;

/** Whole text files of a Store: written under a name with a dot in front, read back, removed. */
final class StoreFiles {

  /** A Listing of ten million messages; what is longer is no file of ours. */
  private static final long MOST_BYTES = 2L << 30;

  private StoreFiles() {}

  /** Writes a compressed file that nothing looks at yet; it is on disk after the next sync. */
  static void writeZipped(DirectoryHandle directory, FileName name, byte[] text)
      throws IOException {
    removeIfThere(directory, name);
    try (NewFile file = directory.create(name, 0600);
        GZIPOutputStream zipped = new GZIPOutputStream(file, 8192)) {
      zipped.write(text);
    }
  }

  static byte[] readZipped(DirectoryHandle directory, FileName name) throws IOException {
    try (ReadableFile file = directory.file(name);
        GZIPInputStream unzipped = new GZIPInputStream(file.stream(), 8192);
        BoundedInputStream bounded =
            BoundedInputStream.builder().setInputStream(unzipped).setMaxCount(MOST_BYTES).get()) {
      ByteArrayOutputStream text = new ByteArrayOutputStream(8192);
      bounded.transferTo(text);
      return text.toByteArray();
    } catch (PosixException e) {
      throw e;
    } catch (IOException e) {
      throw new DamagedFileException(directory.describe(name), String.valueOf(e.getMessage()), e);
    }
  }

  /** Writes a small file so that it is there as a whole, and survives, or is not there at all. */
  static void publish(DirectoryHandle directory, FileName name, byte[] text) throws IOException {
    FileName unfinished = unfinished(name);
    removeIfThere(directory, unfinished);
    try (NewFile file = directory.create(unfinished, 0600)) {
      file.write(text);
      file.sync();
    }
    directory.rename(unfinished, directory, name);
    directory.sync();
  }

  /** What {@link #publish} leaves where it is killed. */
  static FileName unfinished(FileName name) {
    return new FileName("." + name.bytes() + ".new");
  }

  static byte[] read(DirectoryHandle directory, FileName name) throws IOException {
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
