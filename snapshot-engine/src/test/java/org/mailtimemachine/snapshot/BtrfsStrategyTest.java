package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class BtrfsStrategyTest extends StorageStrategyContract {

  private LoopFileSystem disk;

  BtrfsStrategyTest() {
    super(StorageStrategy.BTRFS);
  }

  @Override
  void makeFileSystems() throws IOException {
    disk = LoopFileSystem.btrfs();
    HostProgram.runOrSkip(
        List.of("btrfs", "subvolume", "create", disk.root().resolve("vmail").toString()));
  }

  @Override
  void removeFileSystems() {
    if (disk != null) {
      disk.close();
    }
  }

  @Override
  Path mailDirectory() throws IOException {
    return Files.createDirectories(disk.root().resolve("vmail/below"));
  }

  @Override
  Path storeDirectory() {
    return disk.root();
  }

  @Override
  void nest(Path directory) throws IOException {
    HostProgram.runOrSkip(List.of("btrfs", "subvolume", "create", directory.toString()));
  }

  @Override
  List<String> frozen() {
    return HostProgram.runOrSkip(List.of("btrfs", "subvolume", "list", disk.root().toString()))
        .lines()
        .filter(line -> line.contains(View.DIRECTORY))
        .toList();
  }
}
