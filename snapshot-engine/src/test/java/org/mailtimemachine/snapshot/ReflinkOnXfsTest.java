package org.mailtimemachine.snapshot;

import java.io.IOException;

class ReflinkOnXfsTest extends ReflinkContract {
  @Override
  LoopFileSystem disk() throws IOException {
    return LoopFileSystem.xfs();
  }
}
