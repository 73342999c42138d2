package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class CopyStrategyTest extends StorageStrategyContract {

  private LoopFileSystem disk;
  private Path other;

  CopyStrategyTest() {
    super(StorageStrategy.COPY);
  }

  @Override
  void makeFileSystems() throws IOException {
    disk = LoopFileSystem.ext4(64);
    other = disk.root().resolve("other");
    disk.nestMemory(other);
  }

  @Override
  void removeFileSystems() {
    if (disk != null) {
      disk.close();
    }
  }

  @Override
  Path mailDirectory() throws IOException {
    return Files.createDirectories(disk.root().resolve("vmail"));
  }

  @Override
  Path storeDirectory() {
    return other;
  }

  @Override
  void nest(Path directory) throws IOException {
    disk.nestMemory(directory);
  }

  @Override
  List<String> frozen() {
    return List.of();
  }
}
