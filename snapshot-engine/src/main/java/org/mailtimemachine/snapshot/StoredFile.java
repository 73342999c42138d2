package org.mailtimemachine.snapshot;

import java.io.IOException;
import org.mailtimemachine.mailstore.posix.FileCopies;
import org.mailtimemachine.mailstore.posix.ReadableFile;

/** A Message that lies in a file. Closing it closes the file. */
public record StoredFile(ReadableFile file) implements SnapshotStore.StoredMessage {

  @Override
  public long size() {
    return file.status().size();
  }

  @Override
  public int read(long position, byte[] buffer, int offset, int length) throws IOException {
    return file.read(position, buffer, offset, length);
  }

  @Override
  public boolean hasHoles() throws IOException {
    return FileCopies.hasHoles(file);
  }

  @Override
  public void close() {
    file.close();
  }
}
