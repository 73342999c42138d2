package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client changes flags and moves mail between Folders as fast as the machine can while Snapshots
 * are taken. {@code -Dmtm.test.storm=10000} takes that many, and a quarter of it on each other file
 * system.
 */
class RenamingStormTest {

  private static final int SNAPSHOTS = Integer.getInteger("mtm.test.storm", 20);
  private static final int MESSAGES = 1_500;
  private static final String[] FOLDERS = {"", ".A", ".B", ".C"};

  @TempDir Path root;

  @Test
  void noMessageThatExistedThroughoutIsEverMissed() throws Exception {
    storm(root, SNAPSHOTS, "the default file system", StorageStrategy.HARDLINK);
  }

  @Test
  void noneIsMissedOnExt4() throws Exception {
    try (LoopFileSystem disk = LoopFileSystem.ext4(256)) {
      storm(disk.root(), (SNAPSHOTS + 3) / 4, "ext4", StorageStrategy.HARDLINK);
    }
  }

  @Test
  void noneIsMissedOnXfs() throws Exception {
    try (LoopFileSystem disk = LoopFileSystem.xfs()) {
      storm(disk.root(), (SNAPSHOTS + 3) / 4, "XFS", StorageStrategy.HARDLINK);
    }
  }

  @Test
  void noneIsMissedOnXfsWithReflinks() throws Exception {
    try (LoopFileSystem disk = LoopFileSystem.xfs()) {
      storm(disk.root(), (SNAPSHOTS + 3) / 4, "XFS with reflinks", StorageStrategy.REFLINK);
    }
  }

  @Test
  void noneIsMissedOnBtrfs() throws Exception {
    try (LoopFileSystem disk = LoopFileSystem.btrfs()) {
      storm(disk.root(), (SNAPSHOTS + 3) / 4, "Btrfs", StorageStrategy.HARDLINK);
    }
  }

  private static void storm(Path root, int snapshots, String where, StorageStrategy strategy)
      throws Exception {
    long seed = Long.getLong("mtm.test.seed", System.nanoTime());
    System.getLogger("test").log(System.Logger.Level.INFO, "seed {0}", Long.toString(seed));
    MailboxFixture anna = new MailboxFixture(root.resolve("mail"), "anna");
    for (String folder : FOLDERS) {
      anna.folder(folder);
    }
    List<Path> messages = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      messages.add(
          anna.message((FOLDERS[i % FOLDERS.length] + "/cur").replaceFirst("^/", ""), i + ".m:2,"));
    }
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong renames = new AtomicLong();
    Thread client =
        Thread.ofPlatform()
            .start(() -> renameUntil(stop, anna.path(), messages, new Random(seed), renames));
    int missed = 0;
    int busy = 0;
    try (SnapshotEngine engine =
        SnapshotEngine.open(
            root.resolve("mail"),
            root.resolve("store"),
            Optional.of(strategy),
            Clock.fixed(Instant.parse("2026-11-22T00:00:00Z"), ZoneOffset.UTC))) {
      for (int day = 0; day < snapshots; day++) {
        SnapshotName name = SnapshotName.nightly(LocalDate.of(2020, 1, 1).plusDays(day));
        engine.take(name, TakeProgress.NONE);
        Set<String> seen =
            anna.look(engine.store(), name).stream()
                .map(path -> path.substring(path.indexOf('/') + 1))
                .collect(Collectors.toSet());
        for (int i = 0; i < MESSAGES; i++) {
          missed += seen.contains(i + ".m") ? 0 : 1;
        }
        busy +=
            engine.store().manifest(anna.address(), name).folders().stream().anyMatch(f -> f.busy())
                ? 1
                : 0;
      }
    } finally {
      stop.set(true);
      client.join();
    }
    System.getLogger("test")
        .log(
            System.Logger.Level.INFO,
            "RESULT | renaming storm on {0} | {1} snapshots of 4 folders, {2} renames meanwhile,"
                + " {3} missed, {4} called busy",
            where,
            snapshots,
            renames.get(),
            missed,
            busy);
    assertThat(renames.get()).as("renames meanwhile").isGreaterThan(snapshots);
    assertThat(missed).as("seed %d", seed).isZero();
  }

  private static void renameUntil(
      AtomicBoolean stop, Path maildir, List<Path> messages, Random random, AtomicLong renames) {
    try {
      while (!stop.get()) {
        int i = random.nextInt(messages.size());
        Path from = messages.get(i);
        String base = i + ".m:2,";
        String flags = random.nextBoolean() ? "S" : "FS";
        Path to =
            random.nextInt(3) == 0
                ? maildir
                    .resolve(FOLDERS[random.nextInt(FOLDERS.length)])
                    .resolve("cur")
                    .resolve(base + flags)
                : from.resolveSibling(base + flags);
        Files.move(from, to);
        messages.set(i, to);
        renames.incrementAndGet();
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
