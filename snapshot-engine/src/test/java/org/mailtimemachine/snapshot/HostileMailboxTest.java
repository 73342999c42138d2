package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * An owner who can do what he likes in his own Maildir, while Snapshots of it are taken with the
 * rights of another user: he gets nobody else's bytes, he does not keep others from being taken,
 * and what he does to his own mail is told.
 */
class HostileMailboxTest {

  private static final int SWAPPED = Integer.getInteger("mtm.test.swaps", 12);

  @TempDir Path root;
  private MailboxFixture mallory;
  private MailboxFixture bruno;
  private Path foreign;
  private int nights;

  @BeforeEach
  void mailboxes() throws IOException {
    mallory = new MailboxFixture(root.resolve("mail"), "mallory").folder(".Work");
    mallory.message("cur", "1.own:2,S");
    mallory.message(".Work/cur", "2.own:2,S");
    bruno = new MailboxFixture(root.resolve("mail"), "bruno");
    bruno.message("cur", "3.bruno:2,S");
    // Of another user, as a tree that fits wherever he may put a link to it.
    foreign = new MailboxFixture(root.resolve("elsewhere"), "victim").folder(".Work").path();
    Files.writeString(foreign.resolve("cur/4.stolen:2,S"), "secret");
    Files.writeString(foreign.resolve(".Work/cur/5.stolen:2,S"), "secret");
  }

  private Run take() throws IOException {
    try (SnapshotEngine engine = engine()) {
      return engine.take(next(), TakeProgress.NONE);
    }
  }

  private SnapshotEngine engine() throws IOException {
    return SnapshotEngine.open(
        root.resolve("mail"), root.resolve("store"), Clock.system(ZoneOffset.UTC));
  }

  private SnapshotName next() {
    return SnapshotName.nightly(LocalDate.of(2026, 1, 1).plusDays(nights++));
  }

  private SnapshotName last() {
    return SnapshotName.nightly(LocalDate.of(2026, 1, 1).plusDays(nights - 1));
  }

  private Set<String> kept(MailboxFixture mailbox) throws IOException {
    try (Store store = Store.open(root.resolve("store"))) {
      return mailbox.look(store, last());
    }
  }

  private interface Swap {
    void once() throws IOException;
  }

  /** Does it as fast as the machine can while some nights pass, and returns how often it did. */
  private long duringSomeNights(Swap swap) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong swaps = new AtomicLong();
    Thread owner =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (!stop.get()) {
                      swap.once();
                      swaps.incrementAndGet();
                    }
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
    try (SnapshotEngine engine = engine()) {
      for (int i = 0; i < SWAPPED; i++) {
        engine.take(next(), TakeProgress.NONE);
        assertThat(bruno.look(engine.store(), last())).isEqualTo(bruno.look());
      }
    } finally {
      stop.set(true);
      owner.join();
    }
    assertThat(swaps.get()).isGreaterThan(SWAPPED);
    return swaps.get();
  }

  /** No Pool and no Listing of anybody has what lies elsewhere. */
  private void assertNothingForeign() throws IOException {
    try (Stream<Path> files = Files.walk(root.resolve("store"))) {
      for (Path file : files.filter(f -> f.getParent().endsWith("pool")).toList()) {
        assertThat(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).as("%s", file).isTrue();
        assertThat(file.getFileName().toString()).doesNotContain("stolen");
        assertThat(Files.readString(file)).as("%s", file).doesNotContain("secret");
      }
    }
    try (Store store = Store.open(root.resolve("store"))) {
      assertThat(new SnapshotCheck(store).run().findings()).isEmpty();
      for (SnapshotName name : store.visible()) {
        for (MailboxAddress mailbox : store.mailboxes()) {
          if (store.snapshots(mailbox).contains(name)) {
            for (ManifestFolder folder : store.manifest(mailbox, name).folders()) {
              assertThat(store.listing(mailbox, folder.listing()).messages())
                  .as("%s of %s", mailbox, name)
                  .noneMatch(message -> message.baseName().contains("stolen"));
            }
          }
        }
      }
    }
  }

  /** A directory of his is now what it was, now a symbolic link to the same of somebody else. */
  private void swapDirectory(Path his, Path foreign) throws Exception {
    // Outside of the mail: beside a mailbox they would be mailboxes too, here tonight and gone
    // then.
    Path aside = root.resolve("aside");
    Path link = root.resolve("link");
    duringSomeNights(
        () -> {
          Files.createSymbolicLink(link, foreign);
          Files.move(his, aside);
          Files.move(link, his);
          Files.delete(his);
          Files.move(aside, his);
        });
    assertNothingForeign();
    Run run = take();
    assertThat(run.warnings()).isEmpty();
    assertThat(kept(mallory)).isEqualTo(mallory.look());
  }

  @Test
  void curThatIsSwappedForALinkGivesAwayNothing() throws Exception {
    swapDirectory(mallory.path().resolve("cur"), foreign.resolve("cur"));
  }

  @Test
  void aFolderThatIsSwappedForALinkGivesAwayNothing() throws Exception {
    swapDirectory(mallory.path().resolve(".Work"), foreign.resolve(".Work"));
  }

  @Test
  void aMailboxThatIsSwappedForALinkGivesAwayNothing() throws Exception {
    swapDirectory(mallory.path(), foreign);
  }

  @Test
  void aDomainThatIsSwappedForALinkGivesAwayNothing() throws Exception {
    // Bruno is of the same domain elsewhere, so here he is of another one.
    FaultHost.remove(bruno.path());
    Path other = Files.createDirectories(root.resolve("mail/other.test"));
    bruno = new MailboxFixture(root.resolve("mail"), "other.test", "bruno");
    bruno.message("cur", "3.bruno:2,S");
    assertThat(other).exists();
    swapDirectory(mallory.path().getParent(), foreign.getParent());
  }

  @Test
  void aMessageThatIsSwappedForALinkAFifoOrADirectoryGivesAwayNothing() throws Exception {
    Path message = mallory.path().resolve("cur/6.swapped:2,S");
    Path tmp = mallory.path().resolve("tmp");
    Path secret = foreign.resolve("cur/4.stolen:2,S");
    Path fifo = tmp.resolve("fifo");
    HostProgram.runOrSkip(List.of("mkfifo", fifo.toString()));
    AtomicLong times = new AtomicLong();
    duringSomeNights(
        () -> {
          switch ((int) (times.incrementAndGet() % 3)) {
            case 0 -> Files.createSymbolicLink(message, secret);
            case 1 -> Files.createLink(message, fifo);
            default -> Files.createDirectory(message);
          }
          Files.delete(message);
          Files.move(Files.writeString(tmp.resolve("own"), "own"), message);
          Files.delete(message);
        });
    assertNothingForeign();
  }

  @Test
  void socketsAndDevicesAreNamedAndNotOpened() throws Exception {
    Path socket = mallory.path().resolve("cur/7.socket");
    Path device = mallory.path().resolve("cur/8.device");
    HostProgram.rootOrSkip();
    HostProgram.runOrSkip(List.of("mknod", device.toString(), "c", "1", "5")); // /dev/zero
    try (ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      // By a short name: the address of a socket has 108 bytes at most.
      Path bound = Path.of("/tmp/mtm-hostile-" + ProcessHandle.current().pid());
      listening.bind(UnixDomainSocketAddress.of(bound));
      Files.move(bound, socket);
    }
    Run run = take();
    assertThat(run.complete()).isTrue();
    assertThat(run.warnings())
        .hasSize(2)
        .anyMatch(warning -> warning.contains("7.socket"))
        .anyMatch(warning -> warning.contains("8.device"));
    assertThat(kept(mallory)).containsExactlyInAnyOrder("/1.own", ".Work/2.own");
    assertNothingForeign();
  }

  @Test
  void aMessageWithAsManyLinksAsThereCanBeIsCopied() throws Exception {
    try (LoopFileSystem disk = LoopFileSystem.ext4(64)) {
      MailboxFixture eve = new MailboxFixture(disk.root().resolve("mail"), "eve");
      Path message = eve.message("cur", "1.many:2,S");
      Path links = Files.createDirectory(disk.root().resolve("links"));
      for (int i = 1; i < 65_000; i++) {
        Files.createLink(links.resolve(Integer.toString(i)), message);
      }
      try (SnapshotEngine engine =
          SnapshotEngine.open(
              disk.root().resolve("mail"),
              disk.root().resolve("store"),
              Clock.system(ZoneOffset.UTC))) {
        for (int night = 0; night < 2; night++) {
          Run run = engine.take(next(), TakeProgress.NONE);
          assertThat(run.complete()).isTrue();
          assertThat(eve.look(engine.store(), last())).containsExactly("/1.many");
        }
        assertThat(new SnapshotCheck(engine.store()).run().findings()).isEmpty();
      }
      Path copy = disk.root().resolve("store/example.test/eve/pool/1.many");
      assertThat(copy).hasSameBinaryContentAs(message);
      assertThat(Files.getAttribute(copy, "unix:nlink")).isEqualTo(1);
      assertThat(Files.getLastModifiedTime(copy)).isEqualTo(Files.getLastModifiedTime(message));
    }
  }

  @Test
  void namesOf255BytesAndFoldersAsDeepAsANameAllowsAreTaken() throws Exception {
    String name = "9." + "n".repeat(253 - ":2,S".length()) + ":2,S";
    String folder = "." + String.join(".", java.util.Collections.nCopies(127, "d"));
    mallory.message("cur", name);
    mallory.folder(folder).message(folder + "/cur", "10.deep:2,");
    Run run = take();
    assertThat(run.complete()).isTrue();
    assertThat(run.warnings()).isEmpty();
    assertThat(kept(mallory)).isEqualTo(mallory.look());
    assertNothingForeign();
  }

  @Test
  void moreFoldersThanAnybodyHasAreLeftOutWithAWarning() throws Exception {
    for (int i = 0; i < 10_005; i++) {
      Files.createDirectories(mallory.path().resolve(".Many" + i).resolve("cur"));
    }
    Run run = take();
    assertThat(run.complete()).isTrue();
    assertThat(run.warnings())
        .singleElement()
        .asString()
        .contains("more than 10000 folders, the rest is left out: " + mallory.path());
    assertThat(kept(bruno)).isEqualTo(bruno.look());
    assertThat(kept(mallory)).contains("/1.own");
  }

  @Test
  void anImmutableMessageIsKeptByACopy() throws Exception {
    Path immutable = mallory.message("cur", "11.immutable:2,S");
    HostProgram.runOrSkip(List.of("chattr", "+i", immutable.toString()));
    try {
      Run run = take();
      assertThat(run.complete()).isTrue();
      assertThat(run.warnings()).singleElement().asString().contains("mallory/pool", "EPERM");
      assertThat(kept(mallory)).isEqualTo(mallory.look());
    } finally {
      HostProgram.runOrSkip(List.of("chattr", "-i", immutable.toString()));
    }
    assertThat(take().warnings()).isEmpty();
    assertThat(kept(mallory)).isEqualTo(mallory.look());
  }

  @Test
  void aSparseFileOfATerabyteCostsOneLink() throws Exception {
    Path sparse = mallory.path().resolve("cur/12.sparse:2,S");
    try (RandomAccessFile file = new RandomAccessFile(sparse.toString(), "rw")) {
      file.setLength(1L << 40);
    }
    long before = Files.getFileStore(root).getUsableSpace();
    assertThat(take().complete()).isTrue();
    assertThat(kept(mallory)).isEqualTo(mallory.look());
    assertThat(before - Files.getFileStore(root).getUsableSpace()).isLessThan(1L << 30);
    Files.delete(sparse);
  }

  /** Whoever makes and removes mail without a pause cannot be listed exactly, but is listed. */
  @Test
  void whoNeverStandsStillIsTakenAsFarAsHeWasSeen() throws Exception {
    for (int i = 0; i < 500; i++) {
      mallory.message("cur", i + ".still:2,S");
    }
    take();
    AtomicBoolean stop = new AtomicBoolean();
    Thread owner =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    for (int i = 0; !stop.get(); i++) {
                      Path message = mallory.message("cur", i + ".flash:2,S");
                      Files.move(message, message.resolveSibling(i + ".flash:2,FS"));
                      if (i >= 20) {
                        mallory.delete("cur/" + (i - 20) + ".flash:2,FS");
                      }
                    }
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
    Run run;
    try {
      run = take();
    } finally {
      stop.set(true);
      owner.join();
    }
    assertThat(run.complete()).isTrue();
    assertThat(kept(mallory)).hasSizeGreaterThanOrEqualTo(502);
    for (int i = 0; i < 500; i++) {
      assertThat(kept(mallory)).contains("/" + i + ".still");
    }
    // Not asked for here: whether it is called busy depends on who gets the processor.
    take();
    assertThat(kept(mallory)).isEqualTo(mallory.look());
  }

  @Test
  void nothingInAMaildirLeadsIntoTheStore() throws Exception {
    take();
    Map<Object, Path> store = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root.resolve("store"))) {
      for (Path path : files.filter(Files::isDirectory).toList()) {
        store.put(Files.getAttribute(path, "unix:ino"), path);
        assertThat(Files.getAttribute(path, "unix:mode")).isEqualTo(040700);
      }
    }
    try (Stream<Path> files = Files.walk(root.resolve("mail"))) {
      for (Path path : files.toList()) {
        assertThat(Files.isSymbolicLink(path)).isFalse();
        assertThat(store).doesNotContainKey(Files.getAttribute(path, "unix:ino"));
      }
    }
  }
}
