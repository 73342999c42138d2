package org.mailtimemachine.web.mirrored;

import java.io.IOException;
import org.mailtimemachine.mirror.recall.OpenCopy;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;

/** The bytes of a copy, as everything that reads messages wants them. */
record MirroredBytes(OpenCopy copy) implements StoredMessage {

  @Override
  public long size() {
    return copy.size();
  }

  @Override
  public int read(long position, byte[] buffer, int offset, int length) throws IOException {
    return copy.read(position, buffer, offset, length);
  }

  @Override
  public void close() {
    copy.close();
  }
}
