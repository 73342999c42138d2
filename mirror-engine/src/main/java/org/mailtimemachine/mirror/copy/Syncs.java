package org.mailtimemachine.mirror.copy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.NewFile;

/** What puts files and their names on the disk. */
interface Syncs {

  Syncs OF_THE_KERNEL =
      new Syncs() {
        @Override
        public void file(FileChannel file) throws IOException {
          file.force(false);
        }

        @Override
        public void file(NewFile file) throws IOException {
          file.sync();
        }

        @Override
        public void directory(DirectoryHandle directory) throws IOException {
          directory.sync();
        }
      };

  void file(FileChannel file) throws IOException;

  void file(NewFile file) throws IOException;

  void directory(DirectoryHandle directory) throws IOException;
}
