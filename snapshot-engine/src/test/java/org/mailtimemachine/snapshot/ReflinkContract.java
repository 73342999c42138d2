package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The strategy {@code reflink} on one of the file systems that can. */
abstract class ReflinkContract extends StorageStrategyContract {

  private LoopFileSystem disk;

  ReflinkContract() {
    super(StorageStrategy.REFLINK);
  }

  abstract LoopFileSystem disk() throws IOException;

  @Override
  void makeFileSystems() throws IOException {
    disk = disk();
  }

  @Override
  void removeFileSystems() {
    if (disk != null) {
      disk.close();
    }
  }

  @Override
  Path mailDirectory() {
    return disk.root();
  }

  @Override
  Path storeDirectory() {
    return disk.root();
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
