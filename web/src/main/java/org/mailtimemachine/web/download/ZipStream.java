package org.mailtimemachine.web.download;

import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A zip that is made while it is sent. Closing it ends the zip, not the stream below. */
final class ZipStream implements Closeable {

  /** The years that the old times of a zip can say. */
  private static final Instant FIRST = Instant.parse("1980-01-02T00:00:00Z");

  private static final Instant LAST = Instant.parse("2107-12-30T00:00:00Z");

  private final ZipOutputStream zip;

  ZipStream(OutputStream out) {
    // The bytes below are the response's, whose end is not ours to write.
    zip =
        new ZipOutputStream(
            new FilterOutputStream(out) {
              @Override
              public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
              }

              @Override
              public void close() throws IOException {
                flush();
              }
            },
            StandardCharsets.UTF_8);
    zip.setLevel(Deflater.BEST_SPEED);
  }

  /** Begins a file; what is written to the stream until it ends is its content. */
  OutputStream begin(String path, Instant time) throws IOException {
    ZipEntry entry = new ZipEntry(path);
    Instant shown = time.isBefore(FIRST) ? FIRST : time.isAfter(LAST) ? LAST : time;
    entry.setLastModifiedTime(FileTime.from(shown));
    zip.putNextEntry(entry);
    return zip;
  }

  void end() throws IOException {
    zip.closeEntry();
  }

  /** A text file as a whole. */
  void file(String path, Instant time, String text) throws IOException {
    begin(path, time).write(text.getBytes(StandardCharsets.UTF_8));
    end();
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
