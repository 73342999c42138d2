package org.mailtimemachine.mirror.copy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.NewFile;

/** Fails one sync of a kind, when it is told to: whoever asks next is told that all is well. */
final class TroubledDisk implements Syncs {

  final CountDownLatch syncing = new CountDownLatch(1);

  /** The kind: {@code file} or {@code directory}. */
  volatile String fails = "";

  /** It goes on to fail. */
  volatile boolean failsAgain;

  /** Done before it fails. */
  volatile Runnable onFailure = () -> {};

  volatile @Nullable CountDownLatch before;

  @Override
  public void file(FileChannel file) throws IOException {
    sync("file");
  }

  @Override
  public void file(NewFile file) throws IOException {
    file.flush();
    sync("file");
  }

  @Override
  public void directory(DirectoryHandle synced) throws IOException {
    sync("directory");
  }

  private void sync(String kind) throws IOException {
    if (!fails.equals(kind)) {
      return;
    }
    if (!failsAgain) {
      fails = "";
    }
    onFailure.run();
    CountDownLatch goOn = before;
    if (goOn != null) {
      syncing.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
    throw new IOException("made to fail");
  }
}
