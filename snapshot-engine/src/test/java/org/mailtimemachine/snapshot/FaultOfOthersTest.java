package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/** What others do to a night: a bad sector, an administrator, a second take. */
class FaultOfOthersTest {

  @TempDir Path root;

  /** Makes every call that names this path, or a handle of it, fail with EIO. */
  private static Strace eio(EngineProcess engine, FaultHost host, String call, Path path)
      throws IOException {
    return Strace.injectAt(engine.pid(), host.root().resolve("strace"), call, "error=EIO", path);
  }

  @Test
  void ofAMessageThatCannotBeReadOnlyThatOneIsMissingAndNamed() throws Exception {
    Strace.assumeHere();
    FaultHost host = new FaultHost(root);
    host.firstNight();
    host.aDayPasses();
    try (EngineProcess engine = EngineProcess.start()) {
      // The only link of this night in anna's new is that of 6.f, and then it is to be copied.
      Strace strace = eio(engine, host, "linkat,openat", host.anna().path().resolve("new"));
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

  /** As where fs.protected_hardlinks is set, and whoever takes does not own the mail. */
  @Test
  void messagesThatMayNotBeLinkedAreCopiedAndThatIsToldOnce() throws Exception {
    Strace.assumeHere();
    FaultHost host = new FaultHost(root);
    host.firstNight();
    host.aDayPasses();
    host.anna().message("cur", "9.h:2,S");
    Path pool = host.storePath().resolve("example.test/anna/pool");
    try (EngineProcess engine = EngineProcess.start()) {
      Strace strace =
          Strace.injectAt(engine.pid(), root.resolve("strace"), "linkat", "error=EPERM", pool);
      String answer;
      try (strace) {
        engine.beginTake(host, FaultHost.SECOND);
        answer = engine.answer().orElseThrow();
      }
      assertThat(strace.injected()).isTrue();
      assertThat(answer).startsWith("done but{}").contains("protected_hardlinks", pool.toString());
      assertThat(answer.split("kept by copies", -1)).hasSize(2);
    }
    host.expect(FaultHost.SECOND, host.live());
    host.assertNothingLost("EPERM on links");
    host.take(FaultHost.THIRD);
    host.assertNothingLost("the night after EPERM on links");
  }

  @Test
  void aPoolThatCannotBeWrittenFailsItsMailbox() throws Exception {
    Strace.assumeHere();
    FaultHost host = new FaultHost(root);
    host.firstNight();
    host.aDayPasses();
    Path pool = host.storePath().resolve("example.test/anna/pool");
    int night = 0;
    for (String error : List.of("EPERM", "EACCES", "EIO")) {
      SnapshotName name = SnapshotName.nightly(FaultHost.SECOND.date().plusDays(++night));
      try (EngineProcess engine = EngineProcess.start()) {
        Strace strace =
            Strace.injectAt(
                engine.pid(), root.resolve("strace"), "linkat,openat", "error=" + error, pool);
        try (strace) {
          engine.beginTake(host, name);
          assertThat(engine.answer().orElseThrow())
              .contains("anna@example.test=")
              .contains(error, pool.toString());
        }
      }
      try (Store store = host.open()) {
        assertThat(store.snapshots(host.anna().address())).doesNotContain(name);
      }
    }
  }

  @Test
  void messagesThatMayNotBeReadAreNoCompleteNight() throws Exception {
    Strace.assumeHere();
    FaultHost host = new FaultHost(root);
    for (int i = 0; i < 11; i++) {
      host.anna().message("new", i + ".unreadable");
    }
    try (EngineProcess engine = EngineProcess.start()) {
      Strace strace =
          Strace.injectAt(
              engine.pid(),
              root.resolve("strace"),
              "linkat,openat",
              "error=EACCES",
              host.anna().path().resolve("new"));
      try (strace) {
        engine.beginTake(host, FaultHost.FIRST);
        assertThat(engine.answer().orElseThrow())
            .contains("anna@example.test=")
            .contains("12 messages could not be kept for want of rights", "EACCES");
      }
    }
    host.take(FaultHost.SECOND);
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

  @Test
  void aBadSectorUnderAListingIsNoReasonNotToWriteItAnew() throws Exception {
    Strace.assumeHere();
    FaultHost host = new FaultHost(root);
    host.firstNight();
    String digest;
    try (Store store = host.open()) {
      digest =
          store
              .manifest(host.anna().address(), FaultHost.FIRST)
              .folder(FolderName.INBOX)
              .orElseThrow()
              .listing();
    }
    Path listing = host.storePath().resolve("example.test/anna/listings/" + digest + ".gz");
    Object before = Files.getAttribute(listing, "unix:ino");
    host.anna().message("cur", "9.came:2,");
    host.anna().delete("cur/9.came:2,"); // listed again, and nothing is new
    try (EngineProcess engine = EngineProcess.start()) {
      Strace strace = eio(engine, host, "pread64", listing);
      try (strace) {
        engine.beginTake(host, FaultHost.SECOND);
        assertThat(engine.answer().orElseThrow()).startsWith("done but{}").contains(digest);
      }
      assertThat(strace.injected()).isTrue();
    }
    assertThat(Files.getAttribute(listing, "unix:ino")).isNotEqualTo(before);
    host.expect(FaultHost.SECOND, host.live());
    host.assertNothingLost("EIO on a listing");
  }

  @Test
  void aBadSectorUnderARunRecordStopsNeitherTheNextNightNorTheExpiry() throws Exception {
    Strace.assumeHere();
    FaultHost host = new FaultHost(root);
    host.firstNight();
    host.aDayPasses();
    Path record = host.storePath().resolve("runs/" + FaultHost.FIRST.text());
    try (EngineProcess engine = EngineProcess.start()) {
      Strace strace = eio(engine, host, "pread64", record);
      try (strace) {
        engine.beginTake(host, FaultHost.SECOND);
        assertThat(engine.answer().orElseThrow()).startsWith("done");
        engine.beginExpiry(host, FaultHost.SECOND.date().plusDays(1));
        assertThat(engine.answer().orElseThrow()).doesNotStartWith("failed");
      }
      assertThat(strace.injected()).isTrue();
    }
    host.expect(FaultHost.SECOND, host.live());
  }

  @Test
  void aBadSectorBelowOneFolderCostsNoOtherOne() throws Exception {
    Strace.assumeHere();
    FaultHost host = new FaultHost(root);
    host.anna().folder("projects/A").message("projects/A/cur", "9.a:2,S");
    host.firstNight();
    host.aDayPasses();
    Path projects = host.anna().path().resolve("projects");
    SnapshotName name = FaultHost.SECOND;
    for (String call : List.of("statx", "getdents64")) {
      try (EngineProcess engine = EngineProcess.start()) {
        Strace strace = eio(engine, host, call, projects);
        try (strace) {
          engine.beginTake(host, name);
          assertThat(engine.answer().orElseThrow()).as(call).startsWith("done").contains("{}");
        }
        assertThat(strace.injected()).as(call).isTrue();
      }
      host.expect(name, host.live());
      host.assertNothingLost("EIO by " + call + " on the parent of a folder");
      name = FaultHost.THIRD;
    }
  }

  private static ManifestFolder folder(FaultHost host, FolderName name) throws IOException {
    try (Store store = host.open()) {
      return store.manifest(host.anna().address(), FaultHost.SECOND).folder(name).orElseThrow();
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
      HostProgram.runOrSkip(List.of("sync", "-f", disk.root().toString()));
      engine.beginTake(host, FaultHost.SECOND);
      // Sooner or later in the take, and as the kernel does it after an error: files may be open.
      HostProgram.runOrSkip(List.of("mount", "-o", "remount,abort", disk.root().toString()));
      String answer = engine.answer().orElseThrow();
      if (host.seen(FaultHost.SECOND)) {
        assertThat(answer).startsWith("done");
      } else {
        assertThat(answer).startsWith("failed").contains(disk.root().toString());
      }
      host.assertNothingLost("the disk is read-only");
      engine.beginTake(host, FaultHost.THIRD);
      assertThat(engine.answer().orElseThrow()).startsWith("failed").contains("EROFS");
      disk.unmount();
      disk.mount();
      host.assertNothingLost("the disk is mounted again");
      host.take(FaultHost.THIRD);
      host.assertNothingLost("the disk can be written again");
    }
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

  @Test
  void aMailboxThatIsDeletedDuringItsSnapshotHasNoEmptyDay() throws Exception {
    FaultHost host = new FaultHost(root);
    host.firstNight();
    Path bruno = host.mail().resolve("example.test/bruno");
    Map<String, String> others = host.live();
    others.keySet().removeIf(message -> message.startsWith("bruno/"));
    String answer = whileItIsTaken(host, bruno, () -> FaultHost.remove(bruno));
    assertThat(answer).startsWith("done but").contains("bruno@example.test=");
    host.expect(FaultHost.SECOND, others);
    host.assertNothingLost("a mailbox was deleted during its snapshot");
  }

  @Test
  void aMailboxThatIsRenamedDuringItsSnapshotIsTakenAsAWhole() throws Exception {
    FaultHost host = new FaultHost(root);
    host.firstNight();
    Path bruno = host.mail().resolve("example.test/bruno");
    Map<String, String> expected = new HashMap<>();
    String answer =
        whileItIsTaken(
            host,
            bruno,
            () -> {
              expected.putAll(host.live());
              Files.move(bruno, host.mail().resolve("example.test/zoe"));
            });
    assertThat(answer).isEqualTo("done{}[]");
    host.expect(FaultHost.SECOND, expected);
    host.assertNothingLost("a mailbox was renamed during its snapshot");
  }

  private static long entries(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.count();
    }
  }

  private interface Deed {
    void carryOut() throws IOException;
  }

  /** Something happens to a mailbox in the midst of its take, when some of it is linked. */
  private static String whileItIsTaken(FaultHost host, Path mailbox, Deed deed) throws Exception {
    Strace.assumeHere();
    for (int i = 0; i < 20; i++) {
      Files.writeString(mailbox.resolve("cur/" + i + ".more:2,S"), "more " + i);
    }
    Path pool = host.storePath().resolve("example.test").resolve(mailbox.getFileName() + "/pool");
    try (EngineProcess engine = EngineProcess.start()) {
      Strace slow =
          Strace.inject(
              engine.pid(), host.root().resolve("strace"), "linkat", "delay_exit=1000000:when=10");
      try (slow) {
        engine.beginTake(host, FaultHost.SECOND);
        for (int wait = 0; entries(pool) < 10; wait++) {
          assertThat(wait).as("its messages are linked").isLessThan(1_000);
          Thread.sleep(10);
        }
        deed.carryOut();
        return engine.answer().orElseThrow();
      }
    }
  }
}
