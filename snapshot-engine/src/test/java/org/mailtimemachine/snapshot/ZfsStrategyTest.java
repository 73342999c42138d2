package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

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

  @Test
  void aDatasetOfSomebodyElseUnderOurNameIsNotDestroyed() throws IOException {
    Path maildirs = Files.createDirectories(pool.root().resolve("others/vmail"));
    Path store = Files.createDirectories(pool.root().resolve("others/store"));
    ZfsDataset dataset = ZfsDataset.find(maildirs, store);
    String others = dataset.name().split("/", 2)[0] + '/' + dataset.own();
    HostProgram.runOrSkip(
        List.of("zfs", "create", "-o", "mountpoint=" + pool.root().resolve("theirs"), others));
    try {
      Files.writeString(pool.root().resolve("theirs/file"), "theirs");
      try {
        dataset.open(() -> Instant.EPOCH).close(); // zfs-fuse needs that very name for itself
      } catch (StoreException e) {
        assertThat(e).hasMessageContaining(others);
      }
      assertThat(pool.root().resolve("theirs/file")).hasContent("theirs");
      assertThat(pool.datasets()).contains(others).noneMatch(name -> name.contains("@"));
    } finally {
      HostProgram.run(List.of("zfs", "destroy", others));
    }
  }

  @Override
  List<String> frozen() {
    return pool.datasets().stream().filter(name -> name.contains("mtm-")).toList();
  }
}
