package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PosixException;

class HardlinkStrategyTest extends StorageStrategyContract {

  private LoopFileSystem disk;

  HardlinkStrategyTest() {
    super(StorageStrategy.HARDLINK);
  }

  @Override
  void makeFileSystems() throws IOException {
    disk = LoopFileSystem.ext4(128, "-m", "0");
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

  @Test
  void aMessageThatHasAllTheLinksItCanHaveIsCopiedOnce() throws IOException {
    Path mail = disk.root().resolve("many");
    MailboxFixture anna = new MailboxFixture(mail, "anna");
    anna.message("cur", "1.a:2,S");
    FileName message = new FileName("1.a:2,S");
    Path elsewhere = Files.createDirectory(disk.root().resolve("elsewhere"));
    try (DirectoryHandle cur = DirectoryHandle.open(anna.path().resolve("cur"));
        DirectoryHandle links = DirectoryHandle.open(elsewhere)) {
      for (int i = 0; ; i++) {
        cur.link(message, links, new FileName("link" + i));
      }
    } catch (PosixException e) {
      assertThat(e.errno()).isEqualTo(Errno.EMLINK);
    }
    Files.delete(elsewhere.resolve("link0"));
    Files.createLink(anna.path().resolve("cur/2.b:2,S"), anna.path().resolve("cur/1.a:2,S"));
    Path store = disk.root().resolve("many-store");
    for (String night : List.of("2026-11-21", "2026-11-22")) {
      try (SnapshotEngine engine = SnapshotEngine.open(mail, store, Clock.systemUTC())) {
        Run run = engine.take(new SnapshotName(night), TakeProgress.NONE);
        assertThat(run.messages()).isEqualTo(2);
        assertThat(new SnapshotCheck(engine.store()).run().findings()).isEmpty();
      }
      try (var pool = Files.list(store.resolve("example.test/anna/pool"))) {
        assertThat(pool).hasSize(1);
      }
    }
  }

  @Test
  void aStoreOnAnotherFileSystemIsRefusedWithTheRemedy() throws IOException {
    Path mail = disk.root().resolve("here");
    new MailboxFixture(mail, "anna");
    Path store = disk.root().resolve("there");
    disk.nestMemory(store);
    for (StorageStrategy strategy : List.of(StorageStrategy.HARDLINK, StorageStrategy.REFLINK)) {
      assertThatThrownBy(
              () ->
                  SnapshotEngine.open(
                      mail, store.resolve("store"), Optional.of(strategy), Clock.systemUTC()))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("'copy'");
    }
    for (StorageStrategy strategy : List.of(StorageStrategy.BTRFS, StorageStrategy.ZFS)) {
      assertThatThrownBy(
              () ->
                  SnapshotEngine.open(
                      mail, store.resolve("store"), Optional.of(strategy), Clock.systemUTC()))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("lies on ext4")
          .hasMessageContaining("'hardlink'");
    }
    // A store that keeps nothing yet is nobody's loss.
    SnapshotEngine.open(
            mail, store.resolve("store"), Optional.of(StorageStrategy.COPY), Clock.systemUTC())
        .close();
  }
}
