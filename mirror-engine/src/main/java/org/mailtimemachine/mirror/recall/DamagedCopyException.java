package org.mailtimemachine.mirror.recall;

import java.io.IOException;

/** All that mirrors hold of a message is something else than what came. */
public final class DamagedCopyException extends IOException {

  private static final long serialVersionUID = 1L;

  DamagedCopyException(MirrorCopy copy) {
    super("what the mirrors hold of %s is not what came: %s".formatted(copy.id(), copy.places()));
  }
}
