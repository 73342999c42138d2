package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class ZfsStrategyTest extends StorageStrategyContract {

  private ZfsPool pool;

  ZfsStrategyTest() {
    super(StorageStrategy.ZFS);
  }

  @Override
  void makeFileSystems() throws Exception {
    pool = ZfsPool.make();
  }

  @Override
  void removeFileSystems() throws IOException {
    if (pool != null) {
      pool.close();
    }
  }

  @Override
  Path mailDirectory() throws IOException {
    return Files.createDirectories(pool.root().resolve("vmail"));
  }

  @Override
  Path storeDirectory() {
    return pool.root();
  }

  @Override
  void nest(Path directory) {
    pool.nest(directory);
  }

  @Override
  List<String> frozen() {
    return pool.datasets().stream().filter(name -> name.contains("mtm-")).toList();
  }
}
