package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A take in a process of its own is killed (SIGKILL) at random moments. {@code
 * -Dmtm.test.kills=1000} kills that often.
 */
class KilledTakeTest {

  private static final int KILLS = Integer.getInteger("mtm.test.kills", 15);
  private static final int MAILBOXES = 12;
  private static final int MESSAGES = 150;

  @TempDir Path root;

  @Test
  void aTakeThatIsKilledLeavesNothingVisibleAndTheNextOneIsComplete() throws Exception {
    long seed = Long.getLong("mtm.test.seed", System.nanoTime());
    System.getLogger("test").log(System.Logger.Level.INFO, "seed {0}", Long.toString(seed));
    Random random = new Random(seed);
    List<MailboxFixture> mailboxes = new ArrayList<>();
    for (int i = 0; i < MAILBOXES; i++) {
      MailboxFixture mailbox = new MailboxFixture(root.resolve("mail"), "user" + i);
      mailboxes.add(mailbox.folder(".Sent"));
      for (int m = 0; m < MESSAGES; m++) {
        mailbox.message(m % 3 == 0 ? ".Sent/cur" : "cur", m + ".first:2,S");
      }
    }
    // How long a take lasts here, the first one and a later one.
    long first = killAfter(SnapshotName.nightly(LocalDate.of(2019, 12, 30)), Long.MAX_VALUE);
    for (MailboxFixture mailbox : mailboxes) {
      mailbox.message("cur", "between.new:2,");
    }
    long later = killAfter(SnapshotName.nightly(LocalDate.of(2019, 12, 31)), Long.MAX_VALUE);
    int diedInTime = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      for (MailboxFixture mailbox : mailboxes) {
        mailbox.message("cur", kill + ".new:2,");
        if (kill > 0) {
          mailbox.rename("cur/" + (kill - 1) + ".new:2,", ".Sent/cur/" + (kill - 1) + ".new:2,S");
        }
      }
      SnapshotName name = SnapshotName.nightly(LocalDate.of(2020, 1, 1).plusDays(kill));
      List<SnapshotName> before = visible();
      killAfter(name, (long) (random.nextDouble() * Math.max(first, later) * 1.1));

      if (visible().contains(name)) {
        assertWhole(mailboxes, name, seed);
      } else {
        diedInTime++;
        assertThat(visible()).as("seed %d", seed).isEqualTo(before);
        try (SnapshotEngine engine = open()) {
          Run run = engine.take(name, TakeProgress.NONE);
          assertThat(run.complete()).isTrue();
        }
        assertWhole(mailboxes, name, seed);
      }
    }
    try (Store store = Store.open(root.resolve("store"))) {
      assertThat(new SnapshotCheck(store).run().findings()).as("seed %d", seed).isEmpty();
    }
    System.getLogger("test")
        .log(
            System.Logger.Level.INFO,
            "RESULT | killed at random moments of a take | {0} kills, {1} before its end",
            KILLS,
            diedInTime);
    assertThat(diedInTime).isPositive();
  }

  private void assertWhole(List<MailboxFixture> mailboxes, SnapshotName name, long seed)
      throws IOException {
    try (Store store = Store.open(root.resolve("store"))) {
      for (MailboxFixture mailbox : mailboxes) {
        assertThat(mailbox.look(store, name)).as("seed %d", seed).isEqualTo(mailbox.look());
      }
    }
  }

  private List<SnapshotName> visible() throws IOException {
    try (Store store = Store.open(root.resolve("store"))) {
      return store.visible();
    }
  }

  private SnapshotEngine open() throws IOException {
    return SnapshotEngine.open(
        root.resolve("mail"), root.resolve("store"), Clock.system(ZoneOffset.UTC));
  }

  /** Nanoseconds from the moment that the take began until its process was gone. */
  private long killAfter(SnapshotName name, long nanos) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                TakeProcess.class.getName(),
                root.resolve("mail").toString(),
                root.resolve("store").toString(),
                name.text())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo("ready");
      long start = System.nanoTime();
      while (process.isAlive() && System.nanoTime() - start < nanos) {
        LockSupport.parkNanos(20_000);
      }
      process.destroyForcibly();
      process.waitFor();
      return System.nanoTime() - start;
    }
  }

  /** The process that is killed. */
  static final class TakeProcess {
    private TakeProcess() {}

    public static void main(String[] arguments) throws IOException {
      try (SnapshotEngine engine =
          SnapshotEngine.open(
              Path.of(arguments[0]), Path.of(arguments[1]), Clock.system(ZoneOffset.UTC))) {
        System.out.println("ready");
        engine.take(new SnapshotName(arguments[2]), TakeProgress.NONE);
      }
    }
  }
}
