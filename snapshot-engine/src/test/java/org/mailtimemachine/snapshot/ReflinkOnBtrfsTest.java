package org.mailtimemachine.snapshot;

import java.io.IOException;

class ReflinkOnBtrfsTest extends ReflinkContract {
  @Override
  LoopFileSystem disk() throws IOException {
    return LoopFileSystem.btrfs();
  }
}
