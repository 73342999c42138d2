package org.mailtimemachine.snapshot;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;
import org.mailtimemachine.snapshot.manifest.Lines;

/** What is recorded of a take, and what can be seen of one that goes on. */
class RunsTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T00:00:01Z"), ZoneOffset.UTC);
  private static final SnapshotName D21 = new SnapshotName("2026-11-21");
  private static final SnapshotName D22 = new SnapshotName("2026-11-22");

  @TempDir Path root;
  private Path mail;
  private Path store;

  @BeforeEach
  void anna() throws IOException {
    mail = root.resolve("mail");
    store = root.resolve("store");
    new MailboxFixture(mail, "anna").message("cur", "1.a:2,S");
  }

  private Run take(SnapshotName name, TakeProgress progress) throws IOException {
    return take(MailboxSettings.inDirectories(mail), name, progress);
  }

  private Run take(MailboxSettings settings, SnapshotName name, TakeProgress progress)
      throws IOException {
    try (SnapshotEngine engine = SnapshotEngine.open(settings, store, Optional.empty(), CLOCK)) {
      return engine.take(name, progress);
    }
  }

  private List<UnfinishedRun> unfinished() throws IOException {
    try (Store opened = Store.open(store)) {
      return opened.unfinished();
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void newAndRemovedMailboxesAreNoticedOnceAndKeepTheirDays() throws IOException {
    MailboxFixture bob = new MailboxFixture(mail, "bob");
    bob.message("cur", "1.b:2,S");
    assertThat(take(D21, TakeProgress.NONE).newMailboxes()).isEqualTo(2);
    new MailboxFixture(mail, "carla");
    delete(bob.path());

    Run run = take(D22, TakeProgress.NONE);

    assertThat(run.newMailboxes()).isEqualTo(1);
    assertThat(run.complete()).isTrue();
    assertThat(run.warnings())
        .containsExactly("not found any more, but on 2026-11-21: bob@example.test");
    assertThat(take(new SnapshotName("2026-11-23"), TakeProgress.NONE).warnings()).isEmpty();
    try (Store opened = Store.open(store)) {
      assertThat(opened.snapshots(bob.address())).containsExactly(D21);
    }
  }

  @Test
  void theRecordCountsTheBytesOfNewMessages() throws IOException {
    MailboxFixture bob = new MailboxFixture(mail, "bob");
    long anna = Files.size(mail.resolve("example.test/anna/cur/1.a:2,S"));
    assertThat(take(D21, TakeProgress.NONE).newBytes()).isEqualTo(anna);
    long added = Files.size(bob.message("new", "2.b"));
    Run run = take(D22, TakeProgress.NONE);
    assertThat(run.newLinks()).isEqualTo(1);
    assertThat(run.newBytes()).isEqualTo(added);
    try (Store opened = Store.open(store)) {
      assertThat(opened.run(D22)).contains(run);
    }
  }

  @Test
  void aRecordOfBeforeThereWereBytesIsRead() throws IOException {
    Run run =
        Run.parse(
            Lines.begin("mail-time-machine-run 1")
                .add("name", D21)
                .add("started", CLOCK.instant())
                .add("finished", CLOCK.instant())
                .add("scope", "all")
                .add("mailboxes", 3)
                .add("messages", 4)
                .add("links", 5)
                .add("warning", "odd")
                .end(),
            "a record");
    assertThat(run.newBytes()).isZero();
    assertThat(run.warnings()).containsExactly("odd");
  }

  @Test
  void aSourceThatCannotBeAskedBeginsNothing() throws IOException {
    take(D21, TakeProgress.NONE);
    MailboxSettings settings =
        MailboxSettings.of(
                name ->
                    Optional.ofNullable(
                        Map.of(
                                "mtm.maildirs",
                                mail.toString(),
                                "mtm.mailboxes.passwd-file",
                                root + "/missing")
                            .get(name)))
            .orElseThrow();
    assertThatThrownBy(() -> take(settings, D22, TakeProgress.NONE))
        .hasMessageContaining("missing");
    assertThat(unfinished()).isEmpty();
    try (Store opened = Store.open(store)) {
      assertThat(opened.visible()).containsExactly(D21);
    }
  }

  @Test
  void twoAddressesOfOneMaildirAndOneAddressOfTwoFailByName() throws IOException {
    new MailboxFixture(mail, "bob");
    Path users = root.resolve("users");
    Files.write(
        users,
        List.of(
            "anna@example.test:x::::%s/example.test/anna::".formatted(mail),
            "zoe@example.test:x::::%s/example.test/anna::".formatted(mail),
            "bob@example.test:x::::%s/example.test/bob::".formatted(mail),
            "bob@example.test:x::::%s/example.test/anna::".formatted(mail)));
    MailboxSettings settings =
        MailboxSettings.of(
                name ->
                    Optional.ofNullable(
                        Map.of(
                                "mtm.maildirs", mail.toString(),
                                "mtm.mailboxes.mail", "%h",
                                "mtm.mailboxes.passwd-file", users.toString())
                            .get(name)))
            .orElseThrow();
    Run run = take(settings, D22, TakeProgress.NONE);
    assertThat(run.mailboxes()).isEqualTo(1);
    assertThat(run.failed()).containsOnlyKeys("zoe@example.test", "bob@example.test");
    assertThat(run.failed().get("zoe@example.test")).contains("anna@example.test");
  }

  @Test
  void aUserWithSnapshotsWhoseMaildirIsNotThereFailsAndIsNotTakenForRemoved() throws IOException {
    MailboxFixture bob = new MailboxFixture(mail, "bob");
    MailboxSettings settings = users("anna", "bob", "new");
    Run run = take(settings, D21, TakeProgress.NONE);
    assertThat(run.complete()).isTrue();
    assertThat(run.warnings()).containsExactly("no Maildir yet of 1 user: new@example.test");
    delete(bob.path());

    run = take(settings, D22, TakeProgress.NONE);

    assertThat(run.failed()).containsOnlyKeys("bob@example.test");
    assertThat(run.failed().get("bob@example.test")).contains("Maildir", "is not there");
    assertThat(run.warnings()).containsExactly("no Maildir yet of 1 user: new@example.test");
    run = take(users("anna"), new SnapshotName("2026-11-23"), TakeProgress.NONE);
    assertThat(run.complete()).isTrue(); // the administrator removed him
  }

  private MailboxSettings users(String... names) throws IOException {
    Path users = root.resolve("users");
    List<String> lines = new ArrayList<>();
    for (String name : names) {
      lines.add("%s@example.test:x::::%s/example.test/%s::".formatted(name, mail, name));
    }
    Files.write(users, lines);
    Map<String, String> all =
        Map.of(
            "mtm.maildirs", mail.toString(),
            "mtm.mailboxes.mail", "%h",
            "mtm.mailboxes.passwd-file", users.toString());
    return MailboxSettings.of(name -> Optional.ofNullable(all.get(name))).orElseThrow();
  }

  @Test
  void aDamagedRecordIsSetAsideAndTheTakeOfThatDateGoesOn() throws IOException {
    Run first = take(D22, TakeProgress.NONE);
    new MailboxFixture(mail, "bob").message("cur", "1.b:2,S");
    Path record = store.resolve("runs/2026-11-22");
    byte[] damaged = "mail-time-machine-run 1\nname".getBytes(US_ASCII);
    Files.write(record, damaged);

    Run run = take(D22, TakeProgress.NONE);

    assertThat(run.all()).isTrue();
    assertThat(run.complete()).isTrue();
    assertThat(run.mailboxes()).isEqualTo(2);
    assertThat(run.started()).isEqualTo(first.started());
    assertThat(run.warnings()).singleElement().asString().contains("damaged", record.toString());
    assertThat(store.resolve("damaged/2026-11-22~2026-11-22")).hasBinaryContent(damaged);
    try (Store opened = Store.open(store)) {
      assertThat(opened.run(D22)).contains(run);
      assertThat(new SnapshotCheck(opened).run().findings()).isEmpty();
    }
  }

  @Test
  void whatAKilledRetakeHadPublishedIsCountedByTheNextOne() throws IOException {
    Run first = take(D22, TakeProgress.NONE);
    new MailboxFixture(mail, "bob").message("cur", "1.b:2,S");
    take(D22, TakeProgress.NONE);
    try (Store opened = Store.open(store)) {
      opened.rewrite(first); // as if the second take had died before it wrote its own
    }
    Files.createFile(store.resolve("runs/.2026-11-22"));
    new MailboxFixture(mail, "carla").message("cur", "1.c:2,S");

    Run run = take(D22, TakeProgress.NONE);

    assertThat(run.mailboxes()).isEqualTo(3);
    assertThat(run.messages()).isEqualTo(3);
    assertThat(take(D22, TakeProgress.NONE).mailboxes()).isEqualTo(3);
    try (Store opened = Store.open(store)) {
      assertThat(new SnapshotCheck(opened).run().findings()).isEmpty();
    }
  }

  @Test
  void aTakeThatFindsNothingSaysWhatItLookedForAndLeavesNoStore() throws IOException {
    Path empty = Files.createDirectory(root.resolve("empty"));
    MailboxSettings usual = MailboxSettings.inDirectories(empty);
    assertThatThrownBy(() -> take(usual, D22, TakeProgress.NONE))
        .hasMessageContaining("no mailbox found in " + empty)
        .hasMessageContaining("<domain>/<user>/Maildir");
    assertThat(store).doesNotExist();

    MailboxSettings pattern =
        MailboxSettings.of(
                name ->
                    Optional.of(empty + "/%Ld/mail-%n").filter(_ -> name.equals("mtm.mailboxes")))
            .orElseThrow();
    Files.createDirectory(store); // whose rights an administrator may have given
    assertThatThrownBy(() -> take(pattern, D22, TakeProgress.NONE))
        .hasMessageContaining("the pattern %Ld/mail-%n");
    assertThat(store).isEmptyDirectory();
  }

  @Test
  void aStoreThatKeepsSomethingStaysWhateverATakeComesTo() throws IOException {
    take(D21, TakeProgress.NONE);
    Path empty = Files.createDirectory(root.resolve("empty"));
    MailboxSettings settings = MailboxSettings.inDirectories(empty);
    assertThatThrownBy(() -> take(settings, D22, TakeProgress.NONE))
        .hasMessageContaining("no mailbox found");
    try (Store opened = Store.open(store)) {
      assertThat(opened.visible()).containsExactly(D21);
    }
  }

  @Test
  void ofAWarningThatComesManyTimesTheFirstHundredAreRecorded() throws IOException {
    for (int i = 0; i < 150; i++) {
      Files.createSymbolicLink(mail.resolve("example.test/link" + i), mail);
    }
    Run run = take(D22, TakeProgress.NONE);
    assertThat(run.warnings()).hasSize(101).last().asString().startsWith("and 50 more like this");
    assertThat(run.summary()).hasSize(4).last().asString().startsWith("and 147 more like this");
    assertThat(take(D22, TakeProgress.NONE).warnings()).isEqualTo(run.warnings());
  }

  @Test
  void aTakeThatGoesOnCanBeWatched() throws IOException {
    new MailboxFixture(mail, "bob");
    List<UnfinishedRun> seen = new ArrayList<>();
    take(
        D22,
        (mailbox, done, total) -> {
          try {
            seen.addAll(unfinished());
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(seen)
        .hasSize(2)
        .allMatch(run -> run.alive() && run.total() == 2 && run.name().equals(D22));
    assertThat(unfinished()).isEmpty();
  }

  @Test
  void aTakeThatDiedIsToldFromOneThatGoesOn() throws IOException {
    take(D21, TakeProgress.NONE);
    Path mark = store.resolve("runs/.2026-11-22");
    Files.writeString(mark, "\nbegun\t2026-11-22T00:00:00Z\ndone\t7\t90\ndone\t1");
    Files.setLastModifiedTime(mark, FileTime.from(CLOCK.instant())); // not of this very moment
    UnfinishedRun dead = new UnfinishedRun(D22, CLOCK.instant().minusSeconds(1), 7, 90, false);
    assertThat(unfinished()).containsExactly(dead);
    List<UnfinishedRun> seen = new ArrayList<>();
    take(
        new SnapshotName("2026-11-23"),
        (mailbox, done, total) -> {
          try {
            seen.addAll(unfinished());
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(seen).extracting(UnfinishedRun::alive).containsExactly(true);
    assertThat(unfinished()).isEmpty();
  }

  @Test
  void aTornMarkHarmsNobody() throws IOException {
    take(D21, TakeProgress.NONE);
    Path mark = store.resolve("runs/.2026-11-22");
    for (String torn : List.of("", "\n", "begun", "begun\tyesterday\n", "done\t1\t2\n", "\0\0\n")) {
      Files.write(
          mark,
          torn.getBytes(US_ASCII),
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING);
      assertThat(unfinished()).isEmpty();
    }
    assertThat(take(D22, TakeProgress.NONE).mailboxes()).isEqualTo(1);
  }
}
