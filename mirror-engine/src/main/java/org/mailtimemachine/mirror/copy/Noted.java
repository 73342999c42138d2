package org.mailtimemachine.mirror.copy;

import java.io.IOException;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PosixException;

/** Where it stands on the disk whose a message in the spool is. */
@FunctionalInterface
interface Noted {

  /** Nobody needs the message any more; to be said before its text goes. */
  void forget() throws IOException;

  /** In a file of its own. */
  static Noted in(DirectoryHandle directory, FileName file) {
    return () -> {
      try {
        directory.unlink(file);
      } catch (PosixException e) {
        if (!e.is(Errno.ENOENT)) {
          throw e;
        }
      }
    };
  }
}
