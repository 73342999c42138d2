package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.restore.RestorePlanner;
import org.mailtimemachine.restore.RestoreRequest;
import org.mailtimemachine.restore.RestoreScope;
import org.mailtimemachine.restore.Restorer;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;
import picocli.CommandLine;

/** {@code mtm restore} as an administrator gives it, without a server. */
class RestoreCommandTest {

  private static final String ANNA = "anna@example.test";
  private static final String BERT = "bert@example.test";
  private static final String DAY = "2026-11-20";
  private static final Pattern ID = Pattern.compile("restore ([0-9a-f-]{36})");

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void twoMessagesAreDeletedAndOneIsMoved() throws IOException {
    deliver("anna", "", "1.a:2,S", "stays");
    deliver("anna", "", "2.a:2,FS", "deleted");
    deliver("anna", "", "3.a:2,S", "moved");
    deliver("anna", ".Work", "4.a:2,S", "of a folder that goes");
    deliver("anna", ".Sent", "5.a:2,S", "sent");
    deliver("bert", "", "9.b:2,S", "of another mailbox");
    Files.writeString(
        directory.resolve("mtm.properties"),
        """
        mtm.store = %1$s/store
        mtm.maildirs = %1$s/vmail
        mtm.zone = UTC
        """
            .formatted(directory));
    assertThat(mtm("snapshot", "take", "--date=" + DAY)).as(err.toString()).isZero();
    Path inbox = box("anna").resolve("cur");
    Files.delete(inbox.resolve("2.a:2,FS"));
    Files.move(inbox.resolve("3.a:2,S"), box("anna").resolve(".Sent/cur/3.a:2,S"));
    FileTree.delete(box("anna").resolve(".Work"));
  }

  private Path box(String user) {
    return directory.resolve("vmail/example.test").resolve(user);
  }

  private void deliver(String user, String folder, String name, String text) throws IOException {
    for (String part : List.of("cur", "new", "tmp")) {
      Files.createDirectories(box(user).resolve(folder).resolve(part));
    }
    Path file = box(user).resolve(folder).resolve("cur").resolve(name);
    Files.writeString(file, "Subject: " + text + "\n\n" + text + "\n");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-11-01T08:00:00Z")));
  }

  private int restore(String verb, String... options) {
    return mtm("restore", verb, options);
  }

  private int mtm(String command, String verb, String... options) {
    List<String> words = new ArrayList<>(List.of(command, verb));
    words.add("--config=" + directory.resolve("mtm.properties"));
    words.addAll(List.of(options));
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = Mtm.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute(words.toArray(String[]::new));
  }

  private List<String> texts(String user, String folder) throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.list(box(user).resolve(folder).resolve("cur"))) {
      for (Path file : files.toList()) {
        texts.add(Files.readString(file).lines().toList().getLast());
      }
    }
    texts.sort(null);
    return texts;
  }

  private String printedId() {
    Matcher id = ID.matcher(out.toString());
    assertThat(id.find()).as(out.toString()).isTrue();
    return id.group(1);
  }

  @Test
  void aPlanSaysWhatIsMissingWhatIsThereAndWhatWasMoved() throws IOException {
    assertThat(restore("plan", ANNA, DAY)).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("INBOX: 1 to add", "1 there already", "moved: 1 in Sent")
        .contains("Work: 1 to add", "the folder will be made")
        .contains("2 to add", "2 there already, 1 moved");
    assertThat(restore("plan", "--json", "--folder=Work", ANNA, DAY)).isZero();
    assertThat(out.toString()).contains("\"toAdd\":1", "\"name\":\"Work\"").doesNotContain("INBOX");
    assertThat(texts("anna", "")).containsExactly("stays");
    assertThat(box("anna").resolve(".Work")).doesNotExist();
  }

  @Test
  void aRunAddsWhatIsMissingAndTheSameAgainNothing() throws IOException {
    assertThat(restore("run", ANNA, DAY)).as(err.toString()).isZero();
    assertThat(out.toString()).contains("2 to add", "2 added");
    assertThat(texts("anna", "")).containsExactly("deleted", "stays");
    assertThat(texts("anna", ".Work")).containsExactly("of a folder that goes");
    String id = printedId();

    assertThat(restore("run", ANNA, DAY)).isZero();
    assertThat(out.toString()).contains("nothing is missing");
    assertThat(restore("run", "--resume=" + id)).isZero();
    assertThat(out.toString()).contains("2 added");
    assertThat(texts("anna", "")).containsExactly("deleted", "stays");

    assertThat(restore("list")).isZero();
    assertThat(out.toString()).contains(id, "done", ANNA + " " + DAY);
    assertThat(out.toString().lines()).hasSize(2);
    assertThat(restore("show", id)).isZero();
    assertThat(out.toString()).contains("added: INBOX/2.a as ", ".restored,S=26:2,FS");
  }

  @Test
  void whatWasAddedIsTakenBackUnlessSomebodyTouchedIt() throws IOException {
    assertThat(restore("run", "--also-moved", "--json", ANNA, DAY)).isZero();
    assertThat(out.toString()).contains("\"added\":3");
    assertThat(restore("list", "--json")).isZero();
    Matcher id = Pattern.compile("\"id\":\"([^\"]+)\"").matcher(out.toString());
    assertThat(id.find()).isTrue();
    try (Stream<Path> files = Files.list(box("anna").resolve(".Work/cur"))) {
      Path read = files.findFirst().orElseThrow();
      Files.move(read, read.resolveSibling(read.getFileName() + "T"));
    }
    assertThat(restore("take-back", id.group(1))).isEqualTo(2);
    assertThat(out.toString())
        .contains("2 removed, 1 left alone")
        .contains("left alone: Work/4.a: it was read, flagged or moved since");
    assertThat(restore("show", id.group(1))).isZero();
    assertThat(out.toString()).contains("left alone: Work/4.a: it was read");
    assertThat(restore("show", "--json", id.group(1))).isZero();
    assertThat(out.toString()).contains("\"leftAlone\":[{\"folder\":\"Work\",\"name\":\"4.a\"");
    assertThat(restore("take-back", id.group(1))).isEqualTo(1);
    assertThat(err.toString()).contains("mtm restore show " + id.group(1));
    assertThat(texts("anna", "")).containsExactly("stays");
    assertThat(restore("list", "--mailbox=" + ANNA)).isZero();
    assertThat(out.toString()).contains("taken back");
  }

  @Test
  void whatWasRequestedIsLeftToTheConsole() throws IOException {
    UUID id = UUID.randomUUID();
    MailboxSettings mail = MailboxSettings.inDirectories(directory.resolve("vmail"));
    try (Store store = Store.open(directory.resolve("store"))) {
      RestoreRequest request =
          new RestoreRequest(
              id,
              MailboxAddress.of(ANNA),
              new SnapshotName(DAY),
              new RestoreScope.WholeMailbox(),
              RestoreRequest.Target.ORIGINAL_FOLDERS,
              false,
              Instant.EPOCH,
              "");
      new Restorer(store, mail, Clock.systemUTC())
          .acceptRequested(new RestorePlanner(store, mail, Clock.systemUTC()).plan(request), "");
    }

    assertThat(restore("run", "--resume=" + id)).isEqualTo(1);
    assertThat(err.toString()).contains("the console", "Nothing was done");
    assertThat(texts("anna", "")).containsExactly("stays");
    assertThat(restore("take-back", id.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("the console");
    assertThat(restore("show", id.toString())).isZero();
    assertThat(out.toString()).contains("requested in the webmail");
  }

  @Test
  void whatIsDoneIsKeptForTheAuditLog() throws IOException {
    assertThat(restore("run", ANNA, DAY)).isZero();
    String id = printedId();
    assertThat(restore("take-back", id)).isZero();
    assertThat(restore("take-back", id)).isEqualTo(1);
    assertThat(err.toString()).contains("was taken back already", "Nothing was done");
    assertThat(restore("run", "--resume=" + id)).isEqualTo(1);
    List<AuditEntry> kept = new ArrayList<>();
    try (Store store = Store.open(directory.resolve("store"))) {
      new Restorer(
              store, MailboxSettings.inDirectories(directory.resolve("vmail")), Clock.systemUTC())
          .passOn(kept::add);
    }
    assertThat(kept)
        .extracting(AuditEntry::action)
        .containsExactly("restore.run", "restore.done", "restore.take-back", "restore.taken_back");
    assertThat(kept)
        .allSatisfy(
            entry -> {
              assertThat(entry.subject()).isEqualTo(ANNA);
              assertThat(entry.who()).startsWith("mtm (");
            });
    assertThat(kept.getLast().detail()).contains("removed 2, left 0");
  }

  @Test
  void anotherMailboxGetsWhatItDoesNotHave() throws IOException {
    assertThat(restore("run", "--to=" + BERT, "--folder=INBOX", ANNA, DAY)).isZero();
    assertThat(out.toString()).contains("into " + BERT, "3 added");
    assertThat(texts("bert", ""))
        .containsExactly("deleted", "moved", "of another mailbox", "stays");
    assertThat(texts("anna", "")).containsExactly("stays");
    assertThat(restore("plan", "--to=" + BERT, "--folder=INBOX", ANNA, DAY)).isZero();
    assertThat(out.toString()).contains("0 to add", "3 there already");
    assertThat(restore("run", "--to=nobody@example.test", ANNA, DAY)).isEqualTo(1);
    assertThat(err.toString()).contains("nobody@example.test is not on this host");
  }

  @Test
  void aFolderComesWithThoseBelowItAsInTheWebmailUnlessTheyAreLeftOut() throws IOException {
    deliver("anna", ".Work", "4.a:2,S", "above");
    deliver("anna", ".Work.2026", "6.a:2,S", "below");
    deliver("anna", ".Projects.Alpha", "8.a:2,S", "below what is none");
    deliver("anna", ".Workshop", "7.a:2,S", "not below");
    assertThat(mtm("snapshot", "take", "--date=2026-11-21")).as(err.toString()).isZero();
    for (String folder : List.of(".Work.2026", ".Workshop")) {
      FileTree.delete(box("anna").resolve(folder));
    }

    assertThat(
            restore("plan", "--folder=Work", "--without-subfolders", "--json", ANNA, "2026-11-21"))
        .isZero();
    assertThat(out.toString()).contains("\"toAdd\":0", "\"leftOut\":[\"Work/2026\"]");
    assertThat(restore("run", "--folder=Work", "--without-subfolders", ANNA, "2026-11-21"))
        .isZero();
    assertThat(out.toString())
        .contains("left out by --without-subfolders: Work/2026", "nothing is missing");

    assertThat(restore("run", "--folder=Work", ANNA, "2026-11-21")).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("Work/2026: 1 to add", "1 added")
        .doesNotContain("left out");
    assertThat(texts("anna", ".Work.2026")).containsExactly("below");
    assertThat(box("anna").resolve(".Workshop")).doesNotExist();
    assertThat(restore("plan", "--folder=Projects", ANNA, "2026-11-21")).isZero();
    assertThat(out.toString()).contains("Projects/Alpha: 0 to add");
  }

  @Test
  void belowAFolderOfItsOwnNothingIsMixed() throws IOException {
    assertThat(restore("plan", "--into-restored", ANNA, DAY)).isZero();
    assertThat(out.toString())
        .contains("INBOX: 1 to add", "the folder Restored 2026-11-20/INBOX will be made");
    assertThat(restore("run", "--into-restored", ANNA, DAY)).isZero();
    assertThat(out.toString())
        .contains("note: the folder Restored 2026-11-20/INBOX was made")
        .doesNotContain("the folder INBOX was made");
    assertThat(texts("anna", ".Restored 2026-11-20.INBOX")).containsExactly("deleted");
    assertThat(texts("anna", "")).containsExactly("stays");
  }

  @Test
  void wrongUseIsExplained() {
    assertThat(restore("plan", ANNA)).isEqualTo(64);
    assertThat(err.toString()).contains("mtm restore plan anna@example.org 2026-11-20");
    assertThat(restore("plan", ANNA, "yesterday")).isEqualTo(64);
    assertThat(restore("run", "--resume=" + UUID.randomUUID(), "--also-moved")).isEqualTo(64);
    assertThat(restore("run", "--resume=7")).isEqualTo(64);
    assertThat(restore("plan", "--without-subfolders", ANNA, DAY)).isEqualTo(64);
    assertThat(restore("show", UUID.randomUUID().toString())).isEqualTo(1);
    assertThat(err.toString()).contains("There is no restore");
    assertThat(restore("plan", ANNA, "2020-01-01")).isEqualTo(1);
    assertThat(err.toString()).contains("has no snapshot 2020-01-01");
    assertThat(restore("plan", "--folder=Nowhere", ANNA, DAY)).isEqualTo(1);
    assertThat(err.toString()).contains("had no folder Nowhere then");
    assertThat(restore("run", "--help")).isZero();
    assertThat(out.toString()).contains("--resume", "Exit status:");
  }
}
