package org.mailtimemachine.snapshot;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A disk on which there is no room any more: for data, or for inodes. */
class FullDiskTest {

  @Test
  void onAFullExt4ATakeFailsAndHarmsNeitherOlderDaysNorTheDelivery() throws IOException {
    try (LoopFileSystem disk = LoopFileSystem.ext4(64, "-m", "0")) {
      fill(disk, 2L << 20);
    }
  }

  @Test
  void theSameWhereOnlyTheInodesAreUsedUp() throws IOException {
    try (LoopFileSystem disk = LoopFileSystem.ext4(64, "-N", "600", "-m", "0")) {
      FaultHost host = new FaultHost(Files.createDirectory(disk.root().resolve("host")));
      host.firstNight();
      host.aDayPasses();
      Path fill = Files.createDirectory(disk.root().resolve("fill"));
      int free = 0;
      try {
        for (int i = 0; ; i++) {
          Files.createFile(fill.resolve(Integer.toString(i)));
          free = i;
        }
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left");
      }
      for (int i = 0; i < 20; i++) { // of 600: the reserve is 30
        Files.delete(fill.resolve(Integer.toString(free - i)));
      }
      assertRefused(host, "20 inodes left");
      assertThat(delivered(host)).isEqualTo(20);
    }
  }

  @Test
  void onAFullXfsATakeFailsAndHarmsNeitherOlderDaysNorTheDelivery() throws IOException {
    try (LoopFileSystem disk = LoopFileSystem.xfs()) {
      fill(disk, 4L << 20);
    }
  }

  @Test
  void onAFullBtrfsATakeFailsAndHarmsNeitherOlderDaysNorTheDelivery() throws IOException {
    try (LoopFileSystem disk = LoopFileSystem.btrfs()) {
      fill(disk, 16L << 20);
    }
  }

  /** Mail for many mailboxes came, and while they are taken the disk reaches the reserve. */
  @Test
  void aTakeThatMeetsTheReserveOnItsWayLeavesIt() throws IOException {
    try (LoopFileSystem disk = LoopFileSystem.ext4(64, "-m", "0")) {
      FaultHost host = new FaultHost(Files.createDirectory(disk.root().resolve("host")));
      host.firstNight();
      for (int user = 0; user < 100; user++) {
        MailboxFixture mailbox = new MailboxFixture(host.mail(), "user" + user).folder(".A");
        mailbox.message("cur", "1.a:2,S");
        mailbox.message(".A/cur", "2.b:2,S");
      }
      long total = store(host).getTotalSpace();
      fillUpTo(disk.root(), total / 20 + (256 << 10));
      assertThatThrownBy(() -> FaultHost.take(host.mail(), host.storePath(), FaultHost.SECOND))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("belong to the delivery");
      assertThat(store(host).getUsableSpace()).isGreaterThan(total / 20 - (128 << 10));
      host.assertNothingLost("the reserve was reached");
      Files.delete(disk.root().resolve("fill"));
      host.take(FaultHost.SECOND);
      host.assertNothingLost("the next take");
    }
  }

  /** One mailbox is larger than what is left, and each of its messages is copied. */
  @Test
  void copiesStopAtTheReserveAndTheNextTakeRemovesThemFirst() throws IOException {
    try (LoopFileSystem disk = LoopFileSystem.ext4(64, "-m", "0")) {
      FaultHost host = new FaultHost(Files.createDirectory(disk.root().resolve("host")));
      Optional<StorageStrategy> copy = Optional.of(StorageStrategy.COPY);
      SnapshotEngine.open(host.mail(), host.storePath(), copy, Clock.systemUTC()).close();
      host.firstNight();
      MailboxFixture dora = new MailboxFixture(host.mail(), "dora");
      for (int i = 0; i < 30; i++) {
        Files.write(dora.path().resolve("cur/" + i + ".large:2,S"), new byte[300 << 10]);
      }
      long total = store(host).getTotalSpace();
      fillUpTo(disk.root(), total / 20 + (2 << 20));
      assertThatThrownBy(() -> FaultHost.take(host.mail(), host.storePath(), FaultHost.SECOND))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("belong to the delivery");
      assertThat(store(host).getUsableSpace()).isGreaterThan(total / 20 - (128 << 10));
      assertThat(host.leftovers()).anyMatch(file -> file.contains("dora/pool/"));
      // Somebody takes what was left, and more than the copies had taken.
      fillUpTo(disk.root(), total / 20 - (2 << 20) - (512 << 10));
      assertThatThrownBy(() -> FaultHost.take(host.mail(), host.storePath(), FaultHost.SECOND))
          .hasMessageContaining("belong to the delivery");
      assertThat(host.leftovers()).isEmpty();
      host.assertNothingLost("copies reached the reserve");
      Files.delete(disk.root().resolve("fill"));
      host.take(FaultHost.SECOND);
      host.assertNothingLost("the next take");
    }
  }

  private static void fill(LoopFileSystem disk, long left) throws IOException {
    FaultHost host = new FaultHost(Files.createDirectory(disk.root().resolve("host")));
    host.firstNight();
    host.aDayPasses();
    fillUpTo(disk.root(), left);
    assertRefused(host, "MiB left");
    assertThat(delivered(host)).isEqualTo(100);
  }

  private static void assertRefused(FaultHost host, String why) throws IOException {
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> FaultHost.take(host.mail(), host.storePath(), FaultHost.SECOND))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining(why)
          .hasMessageContaining(host.storePath().toString());
    }
    host.assertNothingLost("a take on a full disk");
    assertThat(host.leftovers()).isEmpty();
  }

  /** What an administrator is told to do about a full disk must work on one. */
  @Test
  void anExpiryMakesRoomOnADiskOnWhichNothingCanBeWritten() throws IOException {
    try (LoopFileSystem disk = LoopFileSystem.ext4(64, "-m", "0")) {
      FaultHost host = new FaultHost(Files.createDirectory(disk.root().resolve("host")));
      host.firstNight();
      try (Store store = host.open()) {
        Map<String, String> digests = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
          digests.put(i + ".gone", "%064x".formatted(i));
        }
        store.recordDigests(host.anna().address(), digests);
      }
      host.aDayPasses();
      host.take(FaultHost.SECOND);
      host.take(FaultHost.THIRD);
      fillUpTo(disk.root(), 0);
      fillTheLastBlocks(disk.root());

      Expiry.Outcome outcome = host.expire();
      assertThat(outcome.problems()).isEmpty();
      assertThat(outcome.expired()).isNotEmpty();
      assertThat(outcome.messages()).isPositive();
      Files.delete(disk.root().resolve("fill"));
      host.assertNothingLost("an expiry on a full disk", Set.of(FaultHost.THIRD));
      assertThat(host.leftovers()).isEmpty();
    }
  }

  private static void fillTheLastBlocks(Path root) throws IOException {
    for (int i = 0; i < 1_000; i++) {
      try {
        Files.write(root.resolve("last." + i), new byte[4096]);
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left");
        return;
      }
    }
  }

  /** How many messages of 4 KB still find room. */
  private static int delivered(FaultHost host) throws IOException {
    List<Path> messages = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        Path message = host.anna().path().resolve("new/delivered." + i);
        Files.write(message, new byte[4096]);
        messages.add(message);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
    return messages.size();
  }

  private static FileStore store(FaultHost host) throws IOException {
    return Files.getFileStore(host.mail());
  }

  /** Writes a file until only that many bytes can be used. */
  private static void fillUpTo(Path root, long left) throws IOException {
    FileStore store = Files.getFileStore(root);
    byte[] block = new byte[64 << 10];
    new Random(1).nextBytes(block);
    try (FileChannel out = FileChannel.open(root.resolve("fill"), CREATE, APPEND)) {
      for (int i = 1; store.getUsableSpace() > left; i++) {
        out.write(ByteBuffer.wrap(block));
        if (i % 64 == 0) {
          out.force(false); // Btrfs counts what is used when it is written
        }
      }
      out.force(false);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space left");
    }
  }
}
