package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * The power fails at a random moment of a take, or right after it reported that it is done: the
 * file system is shut down without writing its log (FS_IOC_SHUTDOWN), mounted again and compared.
 * {@code -Dmtm.test.cuts=250} does that often on each file system.
 */
class PowerLossTest {

  private static final int CUTS = Integer.getInteger("mtm.test.cuts", 4);
  private static final int MESSAGES = 60;

  @Test
  void onExt4NoDayIsLostAndNoneIsHalf() throws Exception {
    try (LoopFileSystem disk = LoopFileSystem.ext4(128)) {
      cut(disk, "ext4");
    }
  }

  @Test
  void onXfsNoDayIsLostAndNoneIsHalf() throws Exception {
    try (LoopFileSystem disk = LoopFileSystem.xfs()) {
      cut(disk, "XFS");
    }
  }

  private static void cut(LoopFileSystem disk, String type) throws Exception {
    HostProgram.runOrSkip(List.of("xfs_io", "-V"));
    long seed = Long.getLong("mtm.test.seed", System.nanoTime());
    System.getLogger("test").log(System.Logger.Level.INFO, "seed {0}", Long.toString(seed));
    Random random = new Random(seed);
    FaultHost host = new FaultHost(Files.createDirectory(disk.root().resolve("host")));
    host.firstNight();
    int reported = 0;
    int inTime = 0;
    long longest = 0;
    try (EngineProcess engine = EngineProcess.start()) {
      for (int cut = 0; cut < CUTS; cut++) {
        LocalDate date = LocalDate.of(2027, 1, 1).plusDays(cut);
        SnapshotName name = SnapshotName.nightly(date);
        String what = type + " cut " + cut + ", seed " + seed;
        aDayPasses(host, cut);
        HostProgram.runOrSkip(List.of("sync", "-f", disk.root().toString()));

        long start = System.nanoTime();
        engine.beginTake(host, name);
        boolean afterwards = cut % 4 == 0;
        Optional<String> answer = Optional.empty();
        if (afterwards) {
          answer = engine.answer();
          longest = Math.max(longest, System.nanoTime() - start);
        } else {
          LockSupport.parkNanos((long) (random.nextDouble() * longest));
        }
        HostProgram.runOrSkip(List.of("xfs_io", "-x", "-c", "shutdown", disk.root().toString()));
        answer = answer.isPresent() ? answer : engine.answer();
        boolean done = answer.orElseThrow().startsWith("done");
        disk.unmount();
        disk.mount();

        boolean visible = host.seen(name);
        assertThat(visible || !done).as("%s is there as it was reported, %s", name, what).isTrue();
        host.assertNothingLost(what);
        reported += done ? 1 : 0;
        inTime += visible ? 0 : 1;
        if (!visible && random.nextBoolean()) {
          host.take(name);
        }
        host.take(SnapshotName.byHand(date.atTime(12, 0)));
        try (Store store = host.open()) {
          assertThat(new SnapshotCheck(store).run().findings()).as(what).isEmpty();
        }
        expire(host, date);
        host.assertNothingLost("an expiry after " + what);
      }
    }
    System.getLogger("test")
        .log(
            System.Logger.Level.INFO,
            "RESULT | power loss on {0} | {1} cuts, {2} in the middle, {3} reported as done before",
            type,
            CUTS,
            inTime,
            reported);
    assertThat(reported).isPositive();
  }

  private static void expire(FaultHost host, LocalDate date) throws IOException {
    Expiry.Outcome expiry = FaultHost.expire(host.storePath(), date.plusDays(1));
    assertThat(expiry.problems()).isEmpty();
    expiry.expired().forEach(host::forget);
  }

  /** Mail comes, moves and goes, in a number that keeps the take busy for a while. */
  private static void aDayPasses(FaultHost host, int day) throws IOException {
    for (int i = 0; i < MESSAGES; i++) {
      host.anna().message(i % 2 == 0 ? "cur" : ".Sent/cur", day + "." + i + ".m:2,");
      if (day > 0) {
        String yesterday = (day - 1) + "." + i + ".m:2,";
        if (i % 3 == 0) {
          host.anna().delete((i % 2 == 0 ? "cur/" : ".Sent/cur/") + yesterday);
        } else {
          host.anna()
              .rename(
                  (i % 2 == 0 ? "cur/" : ".Sent/cur/") + yesterday,
                  (i % 2 == 0 ? ".Sent/cur/" : "cur/") + yesterday + "S");
        }
      }
    }
  }
}
