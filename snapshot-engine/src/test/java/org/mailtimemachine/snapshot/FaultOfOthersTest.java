package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/** What others do to a night: a bad sector, an administrator, a second take. */
class FaultOfOthersTest {

  private static final int DELETIONS = Integer.getInteger("mtm.test.deletions", 5);

  @TempDir Path root;

  /** Makes every call that names this path, or a handle of it, fail with EIO. */
  private static Strace eio(EngineProcess engine, FaultHost host, String call, Path path)
      throws IOException {
    return Strace.injectAt(
        engine.pid(), host.root().resolve("strace"), call, "error=EIO", path);
  }

  @Test
  void ofAMessageThatCannotBeReadOnlyThatOneIsMissingAndNamed() throws Exception {
    Strace.assumeHere();
    FaultHost host = new FaultHost(root);
    host.firstNight();
    host.aDayPasses();
    try (EngineProcess engine = EngineProcess.start()) {
      // The only link of this night in anna's new: that of 6.f.
      Strace strace = eio(engine, host, "linkat", host.anna().path().resolve("new"));
      try (strace) {
        engine.beginTake(host, FaultHost.SECOND);
        assertThat(engine.answer().orElseThrow())
            .startsWith("done but{}")
            .contains("anna/new/6.f")
            .contains("EIO");
      }
      assertThat(strace.injected()).isTrue();
    }
    Map<String, String> expected = host.live();
    assertThat(expected.remove("anna//6.f")).isNotNull();
    host.expect(FaultHost.SECOND, expected);
    host.assertNothingLost("EIO on one message");
    assertThat(folder(host, FolderName.INBOX).busy()).isTrue();
    host.take(FaultHost.THIRD); // and it is there as soon as it can be read
  }

  @Test
  void aFolderThatCannotBeReadIsKeptAsItWasTheDayBefore() throws Exception {
    Strace.assumeHere();
    FaultHost host = new FaultHost(root);
    host.firstNight();
    host.aDayPasses();
    try (EngineProcess engine = EngineProcess.start()) {
      Strace strace =
          eio(engine, host, "getdents64", host.anna().path().resolve(".Sent").resolve("cur"));
      try (strace) {
        engine.beginTake(host, FaultHost.SECOND);
        assertThat(engine.answer().orElseThrow())
            .startsWith("done but{}")
            .contains("anna/.Sent/cur")
            .contains("EIO");
      }
      assertThat(strace.injected()).isTrue();
    }
    Map<String, String> expected = host.live();
    expected.keySet().removeIf(message -> message.startsWith("anna/.Sent/"));
    try (Store store = host.open()) {
      FaultHost.kept(store, FaultHost.FIRST)
          .forEach(
              (message, digest) -> {
                if (message.startsWith("anna/.Sent/")) {
                  expected.put(message, digest);
                }
              });
    }
    host.expect(FaultHost.SECOND, expected);
    host.assertNothingLost("EIO on one folder");
    assertThat(folder(host, new FolderName("Sent")).busy()).isTrue();
    host.take(FaultHost.THIRD);
  }

  private static ManifestFolder folder(FaultHost host, FolderName name) throws IOException {
    try (Store store = host.open()) {
      return store
          .manifest(host.anna().address(), FaultHost.SECOND)
          .folder(name)
          .orElseThrow();
    }
  }

  @Test
  void whereTheDiskBecomesReadOnlyTheNightFailsAndTheDaysBeforeAreRead() throws Exception {
    try (LoopFileSystem disk = LoopFileSystem.ext4(64);
        EngineProcess engine = EngineProcess.start()) {
      FaultHost host = new FaultHost(Files.createDirectory(disk.root().resolve("host")));
      host.firstNight();
      host.aDayPasses();
      for (int i = 0; i < 400; i++) {
        host.anna().message("cur", i + ".many:2,");
      }
      engine.beginTake(host, FaultHost.SECOND);
      // Sooner or later in the take, as the kernel does it after an error: files may be open.
      remount(disk, "ro");
      String answer = engine.answer().orElseThrow();
      assertThat(answer).doesNotStartWith("broken");
      if (host.seen(FaultHost.SECOND)) {
        assertThat(answer).startsWith("done");
      } else {
        assertThat(answer).startsWith("failed").contains(disk.root().toString());
      }
      host.assertNothingLost("the disk is read-only");
      assertThat(answerOf(engine, host)).startsWith("failed").contains("EROFS");
      remount(disk, "rw");
      host.take(FaultHost.THIRD);
      host.assertNothingLost("the disk can be written again");
    }
  }

  private static String answerOf(EngineProcess engine, FaultHost host) throws IOException {
    engine.beginTake(host, FaultHost.THIRD);
    return engine.answer().orElseThrow();
  }

  private static void remount(LoopFileSystem disk, String mode) {
    HostProgram.runOrSkip(List.of("mount", "-o", "remount," + mode, disk.root().toString()));
  }

  @Test
  void twoTakesAtOnceLeaveOneWholeNight() throws Exception {
    FaultHost host = new FaultHost(root);
    host.firstNight();
    host.aDayPasses();
    for (int i = 0; i < 300; i++) {
      host.anna().message("cur", i + ".many:2,");
    }
    try (EngineProcess one = EngineProcess.start();
        EngineProcess two = EngineProcess.start()) {
      one.beginTake(host, FaultHost.SECOND);
      two.beginTake(host, FaultHost.SECOND);
      List<String> answers = List.of(one.answer().orElseThrow(), two.answer().orElseThrow());
      assertThat(answers).as("both").anyMatch(answer -> answer.equals("done{}[]"));
      assertThat(answers)
          .allMatch(
              answer ->
                  answer.equals("done{}[]")
                      || answer.contains("another take or expiry is at work on"));
    }
    host.expect(FaultHost.SECOND, host.live());
    host.assertNothingLost("two takes at once");
    assertThat(host.leftovers()).isEmpty();
  }

  /**
   * A mailbox is deleted, or renamed and put back, while it is taken: the others do not notice, and
   * the day has of it what was found, never an error that hides the rest.
   */
  @Test
  void aMailboxThatIsDeletedDuringItsSnapshotTakesNothingAlong() throws Exception {
    long seed = Long.getLong("mtm.test.seed", System.nanoTime());
    Random random = new Random(seed);
    FaultHost host = new FaultHost(root);
    List<MailboxFixture> others = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      MailboxFixture other = new MailboxFixture(host.mail(), "other" + i).folder(".A");
      for (int m = 0; m < 50; m++) {
        other.message(m % 2 == 0 ? "cur" : ".A/cur", m + ".m:2,S");
      }
      others.add(other);
    }
    host.firstNight();
    long took = 50_000_000;
    for (int deletion = 0; deletion < DELETIONS; deletion++) {
      SnapshotName name = new SnapshotName("2026-12-%02d".formatted(1 + deletion));
      Path victim = host.mail().resolve("example.test/victim");
      MailboxFixture fixture = new MailboxFixture(host.mail(), "victim").folder(".A");
      for (int m = 0; m < 200; m++) {
        fixture.message(m % 2 == 0 ? "cur" : ".A/cur", m + ".v:2,S");
      }
      Map<String, String> with = host.live();
      AtomicBoolean done = new AtomicBoolean();
      long wait = (long) (random.nextDouble() * took);
      boolean rename = deletion % 2 == 0;
      Thread administrator =
          Thread.ofPlatform()
              .start(
                  () -> {
                    java.util.concurrent.locks.LockSupport.parkNanos(wait);
                    try {
                      if (rename) {
                        Files.move(victim, root.resolve("away"));
                      } else {
                        FaultHost.remove(victim);
                      }
                    } catch (IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                    done.set(true);
                  });
      long start = System.nanoTime();
      Run run = FaultHost.take(host.mail(), host.storePath(), name);
      took = System.nanoTime() - start;
      administrator.join();
      assertThat(done).isTrue();
      try (Store store = host.open()) {
        Map<String, String> kept = FaultHost.kept(store, name);
        for (Map.Entry<String, String> message : with.entrySet()) {
          if (!message.getKey().startsWith("victim/")) {
            assertThat(kept).as("seed %d", seed).contains(message);
          }
        }
        assertThat(with).as("seed %d", seed).containsAllEntriesOf(kept);
        if (rename && run.complete() && kept.keySet().stream().noneMatch(this::ofVictim)) {
          // It was away before anybody looked for it.
          assertThat(store.snapshots(fixture.address())).doesNotContain(name);
        }
        host.expect(name, kept);
      }
      host.assertNothingLost("a mailbox deleted during its take, seed " + seed);
      if (rename) {
        FaultHost.remove(root.resolve("away"));
      }
    }
    System.getLogger("test")
        .log(
            System.Logger.Level.INFO,
            "RESULT | mailbox deleted or renamed during its snapshot | {0} runs",
            DELETIONS);
  }

  private boolean ofVictim(String message) {
    return message.startsWith("victim/");
  }
}
