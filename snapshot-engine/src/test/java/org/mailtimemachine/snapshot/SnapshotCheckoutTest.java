package org.mailtimemachine.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.FileOwner;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

class SnapshotCheckoutTest {

  private static final SnapshotName NIGHT = new SnapshotName("2026-11-22");

  @TempDir Path root;
  private Path to;
  private MailboxFixture anna;

  @BeforeEach
  void makeAMailbox() throws IOException {
    to = root.resolve("out/anna");
    anna = new MailboxFixture(root.resolve("mail"), "anna");
    anna.folder(".Sent").folder(".Citt&AOA-.2026");
    anna.message("cur", "1.a,S=20:2,Sab");
    anna.message("new", "2.b");
    anna.message("new", "3.c:2,F");
    anna.message(".Sent/cur", "4.d:2,RS");
    Files.writeString(anna.path().resolve("subscriptions"), "V\t2\n\nCitt&AOA-\t2026\n");
    Files.writeString(anna.path().resolve("dovecot-keywords"), "0 $Important\n1 Später\n");
    Files.writeString(
        anna.path().resolve("dovecot-uidlist"),
        "3 V1795310491 N9 G0123456789abcdef0123456789abcdef\n3 :1.a,S=20\n7 W30 :2.b\n");
  }

  private void take() throws IOException {
    try (SnapshotEngine engine =
        SnapshotEngine.open(
            root.resolve("mail"),
            root.resolve("store"),
            Clock.fixed(Instant.parse("2026-11-22T00:00:00Z"), ZoneOffset.UTC))) {
      engine.take(NIGHT, TakeProgress.NONE);
    }
  }

  private SnapshotCheckout.Outcome checkOut(boolean linked) throws IOException {
    try (Store store = Store.open(root.resolve("store"))) {
      SnapshotCheckout checkout =
          linked
              ? SnapshotCheckout.linking(store)
              : SnapshotCheckout.copying(store, Optional.empty());
      return checkout.run(NIGHT, Optional.of(anna.address()), to, CheckoutProgress.NONE);
    }
  }

  /** Everything below a directory: path -> inode, mode, owner, mtime and content. */
  private static Map<String, String> everything(Path directory) throws IOException {
    Map<String, String> entries = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : walk.toList()) {
        Map<String, Object> attributes =
            Files.readAttributes(
                path, "unix:ino,mode,uid,gid,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        entries.put(
            directory.relativize(path).toString(),
            new TreeMap<>(attributes)
                + (Files.isRegularFile(path) ? Files.readString(path, UTF_8) : ""));
      }
    }
    return entries;
  }

  private static Object inode(Path path) throws IOException {
    return Files.getAttribute(path, "unix:ino");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private Path pool(String name) {
    return root.resolve("store/example.test/anna/pool").resolve(name);
  }

  @Test
  void theTreeHoldsTheMailAsItWasWithFlagsKeywordsUidsAndSubscriptions() throws IOException {
    take();
    anna.delete("cur/1.a,S=20:2,Sab");
    anna.rename(".Sent/cur/4.d:2,RS", "cur/4.d:2,T");

    SnapshotCheckout.Outcome outcome = checkOut(false);

    assertThat(outcome.warnings()).isEmpty();
    assertThat(outcome)
        .extracting(o -> o.mailboxes(), o -> o.folders(), o -> o.messages(), o -> o.copied())
        .containsExactly(1L, 3L, 4L, 4L);
    assertThat(to.resolve("cur/1.a,S=20:2,Sab"))
        .hasContent("Subject: 1.a,S=20:2,Sab\n\nbody of 1.a,S=20:2,Sab\n");
    assertThat(to.resolve("cur/2.b:2,")).isRegularFile();
    assertThat(to.resolve("cur/3.c:2,F")).isRegularFile();
    assertThat(to.resolve(".Sent/cur/4.d:2,RS")).isRegularFile();
    assertThat(Files.getLastModifiedTime(to.resolve("cur/2.b:2,")).toInstant())
        .isEqualTo("2026-11-01T10:00:00.123456789Z");
    assertThat(to.resolve("dovecot-keywords")).hasContent("0 $Important\n1 Später\n");
    assertThat(Files.readAllLines(to.resolve("dovecot-uidlist")))
        .satisfiesExactly(
            header -> assertThat(header).matches("3 V1795310491 N8 G[0-9a-f]{32}"),
            first -> assertThat(first).isEqualTo("3 :1.a,S=20"),
            second -> assertThat(second).isEqualTo("7 :2.b"));
    assertThat(Files.readString(to.resolve("subscriptions")))
        .isEqualTo("V\t2\n\nINBOX\nCitt&AOA-\t2026\n");
    assertThat(to.resolve(".Sent/maildirfolder")).isEmptyFile();
    assertThat(to.resolve(".Citt&AOA-.2026/tmp")).isEmptyDirectory();
    assertThat(to.resolve("dovecot-uidvalidity")).hasContent("6b02439b");
    assertThat(to.resolve("dovecot-uidvalidity.6b02439b")).isEmptyFile();
    assertThat(to.resolve(CheckoutDirectory.MARK)).doesNotExist();
  }

  @Test
  void aCopyIsAMaildirOfItsOwnThatSharesNoFileWithTheLiveMail() throws IOException {
    take();
    Map<String, String> live = everything(root.resolve("mail"));
    checkOut(false);
    Path copy = to.resolve("cur/2.b:2,");
    assertThat(inode(copy)).isNotEqualTo(inode(pool("2.b")));
    assertThat(Files.getAttribute(copy, "unix:nlink")).isEqualTo(1);
    assertThat(mode(to)).isEqualTo("rwx------");
    Files.writeString(copy, "edited");
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(everything(root.resolve("mail"))).isEqualTo(live);
  }

  @Test
  void aLinkedTreeIsReadOnlyAndSharesTheMessagesAlone() throws IOException {
    take();
    Map<String, String> live = everything(root.resolve("mail"));
    SnapshotCheckout.Outcome outcome = checkOut(true);
    assertThat(outcome.copied()).isZero();
    assertThat(inode(to.resolve("cur/2.b:2,"))).isEqualTo(inode(pool("2.b")));
    assertThat(everything(root.resolve("mail"))).isEqualTo(live);
    try (Stream<Path> walk = Files.walk(to)) {
      for (Path path : walk.toList()) {
        if (Files.isDirectory(path)) {
          assertThat(mode(path)).as(path.toString()).isEqualTo("r-x------");
        } else if (!path.getParent().endsWith("cur")) {
          assertThat(mode(path)).as(path.toString()).isEqualTo("r--------");
          assertThat(Files.getAttribute(path, "unix:nlink")).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void ofTwoMessagesWithOneBaseNameInAFolderTheSecondGetsAnother() throws IOException {
    anna.message("cur", "5.e,S=9:2,F");
    anna.message("new", "5.e,S=9");
    anna.message("cur", "5.e~2,S=9:2,");
    anna.message("cur", "6,f".repeat(80) + ":2,S");
    anna.message("new", "6,f".repeat(80));
    take();
    assertThat(checkOut(false).warnings()).isEmpty();
    try (Stream<Path> files = Files.list(to.resolve("cur"))) {
      assertThat(files.map(file -> file.getFileName().toString()).filter(n -> n.startsWith("5")))
          .contains("5.e~2,S=9:2,")
          .hasSize(3)
          .anyMatch(n -> n.startsWith("5.e~3,S=9:2,"));
    }
    assertThat(to.resolve("cur")).isDirectoryNotContaining(f -> Files.notExists(f));
    try (Stream<Path> files = Files.list(to.resolve("cur"))) {
      assertThat(files).hasSize(8);
    }
  }

  @Test
  void aNameTooLongForFlagsStaysInNew() throws IOException {
    String longName = "7.g" + "x".repeat(252);
    anna.message("new", longName);
    take();
    assertThat(checkOut(false).warnings()).isEmpty();
    assertThat(to.resolve("new").resolve(longName)).isRegularFile();
  }

  @Test
  void linksToAnotherFileSystemAreRefusedAndCopiesAreMade() throws IOException {
    Path memory = Path.of("/dev/shm");
    assumeTrue(
        Files.isDirectory(memory)
            && !Files.getAttribute(memory, "unix:dev").equals(Files.getAttribute(root, "unix:dev")),
        "needs /dev/shm on another file system than the temporary directory");
    take();
    to = Files.createTempDirectory(memory, "checkout");
    try {
      assertThatThrownBy(() -> checkOut(true))
          .isInstanceOf(CheckoutException.class)
          .hasMessageContaining("hard links cannot cross");
      assertThat(to.resolve(CheckoutDirectory.MARK)).isRegularFile();
      assertThat(checkOut(false).copied()).isEqualTo(4);
      assertThat(to.resolve("cur/2.b:2,")).isRegularFile();
    } finally {
      try (Stream<Path> walk = Files.walk(to)) {
        for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  @Test
  void aFolderCalledLikeTheMarkIsLeftOutAndNamed() throws IOException {
    anna.folder(CheckoutDirectory.MARK).message(CheckoutDirectory.MARK + "/cur", "9.z:2,S");
    take();
    assertThat(checkOut(false).warnings()).singleElement().asString().contains("left out");
    assertThat(to.resolve(CheckoutDirectory.MARK)).doesNotExist();
    assertThat(to.resolve("cur/2.b:2,")).isRegularFile();
  }

  @Test
  void twoNamesOfOneInodeStayTwoMessages() throws IOException {
    Files.createLink(anna.path().resolve("cur/8.h:2,S"), anna.path().resolve("cur/1.a,S=20:2,Sab"));
    take();
    checkOut(true);
    assertThat(inode(to.resolve("cur/8.h:2,S"))).isEqualTo(inode(to.resolve("cur/1.a,S=20:2,Sab")));
  }

  @Test
  void aUidListThatLiesCannotWriteLinesOfItsOwn() throws IOException {
    Files.writeString(
        anna.path().resolve("dovecot-uidlist"), "3 V5 N9\n3 :1.a,S=20\n3 :2.b\n4294967295 :3.c\n");
    anna.message("cur", "9\n9 :1:2,S");
    anna.message("cur", "9\n9 :2:2,F");
    take();
    assertThat(checkOut(false).messages()).isEqualTo(6);
    assertThat(to.resolve("cur/9\n9 _1~2:2,S")).isRegularFile();
    assertThat(to.resolve("cur/9\n9 _2~2:2,F")).isRegularFile();
    assertThat(Files.readAllLines(to.resolve("dovecot-uidlist")))
        .hasSize(2)
        .contains("3 :1.a,S=20");
  }

  @Test
  void withoutUidvalidityThereIsNoUidList() throws IOException {
    take();
    checkOut(false);
    assertThat(to.resolve(".Sent/dovecot-uidlist")).doesNotExist();
  }

  @Test
  void allMailboxesGoToDomainAndUser() throws IOException {
    new MailboxFixture(root.resolve("mail"), "bruno").message("cur", "1.x:2,S");
    take();
    try (Store store = Store.open(root.resolve("store"))) {
      SnapshotCheckout.Outcome outcome =
          SnapshotCheckout.copying(store, Optional.empty())
              .run(NIGHT, Optional.empty(), to, CheckoutProgress.NONE);
      assertThat(outcome.mailboxes()).isEqualTo(2);
    }
    assertThat(to.resolve("example.test/anna/cur/2.b:2,")).isRegularFile();
    assertThat(to.resolve("example.test/bruno/cur/1.x:2,S")).isRegularFile();
    assertThat(mode(to)).isEqualTo("rwx--x--x");
    assertThat(mode(to.resolve("example.test"))).isEqualTo("rwx--x--x");
    assertThat(mode(to.resolve("example.test/bruno"))).isEqualTo("rwx------");
    to = root.resolve("linked");
    try (Store store = Store.open(root.resolve("store"))) {
      SnapshotCheckout.linking(store).run(NIGHT, Optional.empty(), to, CheckoutProgress.NONE);
    }
    assertThat(mode(to.resolve("example.test"))).isEqualTo("rwx--x--x");
    assertThat(mode(to.resolve("example.test/bruno"))).isEqualTo("r-x------");
  }

  @Test
  void aMailboxThatCannotBeReadIsNamedAndTheOthersAreMade() throws IOException {
    new MailboxFixture(root.resolve("mail"), "bruno").message("cur", "1.x:2,S");
    take();
    Files.write(root.resolve("store/example.test/anna/snapshots/2026-11-22"), new byte[9]);
    try (Store store = Store.open(root.resolve("store"))) {
      SnapshotCheckout.Outcome outcome =
          SnapshotCheckout.copying(store, Optional.empty())
              .run(NIGHT, Optional.empty(), to, CheckoutProgress.NONE);
      assertThat(outcome.mailboxes()).isEqualTo(1);
      assertThat(outcome.warnings())
          .singleElement()
          .asString()
          .contains("anna@example.test", "damaged");
    }
    assertThat(to.resolve("example.test/bruno/cur/1.x:2,S")).isRegularFile();
    assertThat(to.resolve("example.test/anna").resolve(CheckoutDirectory.MARK)).isRegularFile();
    assertThat(to.resolve(CheckoutDirectory.MARK)).doesNotExist();
  }

  @Test
  void aMessageThatTheDiskRefusesToReadIsNamedAndTheOthersAreThere() throws Exception {
    take();
    // Nothing is mapped at the start of a process: to read there is an error of the device.
    String unreadable = "/proc/" + ProcessHandle.current().pid() + "/mem";
    assumeTrue(
        run("mount", "--bind", unreadable, pool("4.d").toString()) == 0,
        "needs the right to mount");
    try {
      assertThat(checkOut(false).warnings())
          .anySatisfy(warning -> assertThat(warning).contains("4.d in Sent of anna@", "EIO"));
      assertThat(to.resolve("cur/2.b:2,")).isRegularFile();
      assertThat(to.resolve(".Sent/cur")).isEmptyDirectory();
      assertThat(to.resolve(CheckoutDirectory.MARK)).doesNotExist();
    } finally {
      run("umount", pool("4.d").toString());
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  @Test
  void anInterruptedCheckoutIsRecognisedAndMadeAnew() throws IOException {
    take();
    Files.createDirectories(to.resolve(".Sent/cur"));
    Files.writeString(to.resolve(CheckoutDirectory.MARK), "");
    Files.writeString(to.resolve(".Sent/cur/left.over:2,"), "half");
    Path outside = Files.writeString(root.resolve("outside"), "stays");
    Files.createSymbolicLink(to.resolve(".Sent/cur/link"), outside);
    Files.setPosixFilePermissions(
        to.resolve(".Sent"), PosixFilePermissions.fromString("r-x------"));
    assertThat(checkOut(true).messages()).isEqualTo(4);
    assertThat(to.resolve(".Sent/cur/left.over:2,")).doesNotExist();
    assertThat(outside).hasContent("stays");
    assertThat(to.resolve(CheckoutDirectory.MARK)).doesNotExist();
  }

  @Test
  void aFailureLeavesTheMark() throws IOException {
    take();
    rewriteManifest("../../evil");
    assertThatThrownBy(() -> checkOut(false)).hasMessageContaining("no directory of a folder");
    assertThat(to.resolve(CheckoutDirectory.MARK)).isRegularFile();
    assertThat(root.resolve("evil")).doesNotExist();
    assertThat(root.resolve("out/evil")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cur/x",
        "x/tmp",
        "subscriptions",
        "dovecot-uidlist",
        "dovecot-uidvalidity.6b02439b",
        "dovecot-keywords",
        ".Sent/maildirfolder"
      })
  void aFolderNamedLikeAPartOfAMaildirIsLeftOutAndNamed(String directory) throws IOException {
    take();
    rewriteManifest(directory);
    SnapshotCheckout.Outcome outcome = checkOut(false);
    assertThat(outcome.warnings()).singleElement().asString().contains("Sent", "left out");
    assertThat(outcome.folders()).isZero();
    assertThat(to.resolve("subscriptions")).isRegularFile();
    assertThat(to.resolve(CheckoutDirectory.MARK)).doesNotExist();
  }

  @Test
  void whoCallsAFolderLikeAFileOfDovecotGetsTheOthers() throws IOException {
    for (String name : List.of("subscriptions", "dovecot-keywords", "dovecot-uidvalidity")) {
      Files.deleteIfExists(anna.path().resolve(name));
      anna.folder(name).message(name + "/cur", "9.z:2,S");
    }
    take();
    assertThat(checkOut(false).warnings())
        .hasSize(3)
        .allSatisfy(w -> assertThat(w).contains("left out"));
    assertThat(to.resolve("cur/2.b:2,")).isRegularFile();
  }

  private void rewriteManifest(String directory) throws IOException {
    try (Store store = Store.open(root.resolve("store"));
        MailboxStore kept = MailboxStore.find(store.root(), anna.address()).orElseThrow()) {
      Manifest was = kept.manifest(NIGHT);
      ManifestFolder sent = was.folder(new FolderName("Sent")).orElseThrow();
      ManifestFolder evil =
          new ManifestFolder(
              sent.name(),
              directory,
              sent.subscribed(),
              sent.specialUse(),
              sent.uidValidity(),
              sent.busy(),
              sent.messages(),
              sent.unread(),
              sent.listing(),
              sent.cur(),
              sent.fresh());
      kept.remove(NIGHT);
      kept.stage(NIGHT, new Manifest(was.mailbox(), was.takenAt(), List.of(evil)));
      kept.publish(NIGHT);
    }
  }

  @Test
  void aDirectoryThatHoldsSomethingElseIsLeftAlone() throws IOException {
    take();
    Files.createDirectories(to);
    Path file = Files.writeString(to.resolve("file"), "mine");
    assertThatThrownBy(() -> checkOut(false))
        .isInstanceOf(CheckoutException.class)
        .hasMessageContaining("not empty");
    assertThat(file).hasContent("mine");
  }

  @Test
  void nothingIsCheckedOutIntoTheStoreOrIntoAMaildir() throws IOException {
    take();
    to = root.resolve("store/example.test/x");
    assertThatThrownBy(() -> checkOut(false)).hasMessageContaining("lies in the store");
    to = anna.path().resolve("backup");
    assertThatThrownBy(() -> checkOut(false)).hasMessageContaining("lies in the Maildir");
    assertThat(to).doesNotExist();
  }

  @Test
  void nothingIsCheckedOutAmongTheLiveMail() throws IOException {
    take();
    Path mail = anna.path().getParent().getParent();
    Path link = Files.createSymbolicLink(root.resolve("link"), mail.resolve("example.test"));
    for (Path among :
        List.of(mail.resolve("new"), mail.resolve("example.test/new"), link.resolve("new"))) {
      to = among;
      assertThatThrownBy(() -> checkOut(false))
          .isInstanceOf(CheckoutException.class)
          .hasMessageContaining("lies in the live mail, " + mail.toRealPath());
      assertThat(to).doesNotExist();
    }
    to = mail.resolve(".days/2026-11-22"); // no night looks there
    checkOut(false);
    assertThat(to).isDirectory();
  }

  @Test
  void aRootOfTheMailThatLooksLikeNothingIsKeptOutOfByName() throws IOException {
    take();
    Path mail = Files.createDirectories(root.resolve("other/mail"));
    try (Store store = Store.open(root.resolve("store"))) {
      SnapshotCheckout checkout = SnapshotCheckout.linking(store).outsideOf(mail);
      assertThatThrownBy(
              () ->
                  checkout.run(
                      NIGHT,
                      Optional.of(anna.address()),
                      mail.resolve("home/anna"),
                      CheckoutProgress.NONE))
          .hasMessageContaining("lies in the live mail, " + mail.toRealPath());
      assertThat(mail).isEmptyDirectory();
    }
  }

  @Test
  void whatThePoolHasLostOrWhatWasEditedIsNamed() throws IOException {
    take();
    Files.delete(pool("1.a,S=20"));
    Files.writeString(pool("4.d"), "edited in place");
    assertThat(checkOut(false).warnings())
        .satisfiesExactlyInAnyOrder(
            lost -> assertThat(lost).contains("1.a,S=20 in INBOX of anna@", "missing"),
            edited -> assertThat(edited).contains("4.d in Sent", "changed in place"));
    assertThat(to.resolve("cur/2.b:2,")).isRegularFile();
  }

  @Test
  void anUnknownSnapshotOrMailboxMakesNothing() throws IOException {
    take();
    try (Store store = Store.open(root.resolve("store"))) {
      SnapshotCheckout checkout = SnapshotCheckout.linking(store);
      assertThatThrownBy(
              () ->
                  checkout.run(
                      new SnapshotName("2026-11-21"), Optional.empty(), to, CheckoutProgress.NONE))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("no snapshot 2026-11-21");
      assertThatThrownBy(
              () ->
                  checkout.run(
                      NIGHT,
                      Optional.of(MailboxAddress.of("carla@example.test")),
                      to,
                      CheckoutProgress.NONE))
          .hasMessageContaining("carla@example.test");
    }
    assertThat(to).doesNotExist();
  }

  @Test
  void theTreeBelongsToWhomItIsGivenAndTheLiveMailToWhomItWas() throws IOException {
    assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
    take();
    Map<String, String> live = everything(root.resolve("mail"));
    try (Store store = Store.open(root.resolve("store"))) {
      SnapshotCheckout.copying(store, Optional.of(new FileOwner(4711, 4712)))
          .run(NIGHT, Optional.of(anna.address()), to, CheckoutProgress.NONE);
    }
    try (Stream<Path> walk = Files.walk(to)) {
      for (Path path : walk.toList()) {
        assertThat(Files.getAttribute(path, "unix:uid")).as(path.toString()).isEqualTo(4711);
        assertThat(Files.getAttribute(path, "unix:gid")).as(path.toString()).isEqualTo(4712);
      }
    }
    assertThat(everything(root.resolve("mail"))).isEqualTo(live);
  }

  @Test
  void withoutAnOwnerTheTreeBelongsToTheOwnerOfTheMail() throws IOException {
    assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
    try (Stream<Path> walk = Files.walk(anna.path())) {
      for (Path path : walk.toList()) {
        Files.setAttribute(path, "unix:uid", 4711);
      }
    }
    take();
    for (boolean linked : new boolean[] {true, false}) {
      to = root.resolve("out" + linked);
      checkOut(linked);
      try (Stream<Path> walk = Files.walk(to)) {
        for (Path path : walk.toList()) {
          assertThat(Files.getAttribute(path, "unix:uid")).as(path.toString()).isEqualTo(4711);
        }
      }
    }
  }

  @Test
  void aDamagedListingCostsItsFolderAlone() throws IOException {
    take();
    String digest;
    try (Store store = Store.open(root.resolve("store"))) {
      ManifestFolder sent =
          store.manifest(anna.address(), NIGHT).folder(new FolderName("Sent")).orElseThrow();
      Listing listing = store.listing(anna.address(), sent.listing());
      assertThat(listing.messages()).hasSize(1);
      digest = sent.listing();
    }
    Files.delete(root.resolve("store/example.test/anna/listings/" + digest + ".gz"));
    assertThat(checkOut(false).warnings())
        .singleElement()
        .asString()
        .contains("no message of Sent");
    assertThat(to.resolve("cur/2.b:2,")).isRegularFile();
  }
}
