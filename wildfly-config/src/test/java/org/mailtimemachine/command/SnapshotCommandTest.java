package org.mailtimemachine.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code mtm snapshot} as an administrator gives it, without a server. */
class SnapshotCommandTest {

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void host() throws IOException {
    Files.createDirectories(directory.resolve("vmail/example.test/mail-anna/cur"));
    Files.createDirectories(directory.resolve("vmail/example.test/mail-anna/new"));
    Files.writeString(
        directory.resolve("mtm.properties"),
        """
        mtm.store = %1$s/store
        mtm.mailboxes = %1$s/vmail/%%d/mail-%%n
        mtm.zone = Pacific/Kiritimati
        """
            .formatted(directory));
  }

  private int snapshot(String verb, String... options) {
    return configured("snapshot", verb, options);
  }

  private int configured(String noun, String verb, String... options) {
    List<String> words = new ArrayList<>(List.of(noun, verb));
    words.add("--config=" + directory.resolve("mtm.properties"));
    words.addAll(List.of(options));
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = Mtm.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute(words.toArray(String[]::new));
  }

  @Test
  void theSettingsFileOfTheServerSaysItAll() {
    LocalDate today = LocalDate.now(Clock.system(ZoneId.of("Pacific/Kiritimati")));
    assertThat(snapshot("take", "--nightly")).as(err.toString()).isZero();
    assertThat(out.toString()).startsWith(today + ": 1 mailbox, 0 messages,");
    assertThat(snapshot("status")).isZero();
    assertThat(out.toString()).startsWith(today + " was taken").contains("+14:00");
    assertThat(snapshot("status", "--json")).isZero();
    assertThat(out.toString()).contains("\"state\":\"complete\"");
    assertThat(snapshot("expire")).isZero();
  }

  @Test
  void aDateThatHasNotBegunIsRefusedUnlessForced() {
    LocalDate tomorrow = LocalDate.now(Clock.system(ZoneId.of("Pacific/Kiritimati"))).plusDays(1);
    assertThat(snapshot("take", "--date=" + tomorrow)).isEqualTo(1);
    assertThat(err.toString()).contains("has not begun in Pacific/Kiritimati", "--force");
    assertThat(snapshot("take", "--force", "--date=" + tomorrow)).isZero();
    assertThat(snapshot("take", "--nightly", "--date=" + tomorrow)).isEqualTo(64);
  }

  @Test
  void aTakeThatDiedIsShown() throws IOException {
    assertThat(snapshot("take")).isZero();
    Path mark = directory.resolve("store/runs/.2026-11-22");
    Files.writeString(mark, "begun\t2026-11-22T00:00:00Z\ndone\t7\t90\n");
    Files.setLastModifiedTime(mark, FileTime.from(Instant.parse("2026-11-22T00:00:09Z")));
    assertThat(snapshot("status", "--follow")).isEqualTo(1);
    assertThat(out.toString()).contains("2026-11-22 was begun", "7 of 90 mailboxes");
    assertThat(snapshot("list")).isZero();
    assertThat(out.toString()).contains("begun, and not ended");
  }

  @Test
  void aStoreIsCopiedAndTheCopyTakesItsPlace() throws IOException {
    Files.writeString(directory.resolve("vmail/example.test/mail-anna/cur/1.a:2,S"), "Subject: a");
    assertThat(snapshot("take")).isZero();
    Path copy = directory.resolve("copy");

    assertThat(configured("store", "copy", "--to=" + copy)).isEqualTo(1);
    assertThat(err.toString()).contains("--make");
    assertThat(configured("store", "copy", "--to=" + copy, "--make")).as(err.toString()).isZero();
    assertThat(out.toString()).startsWith("1 snapshot more, 1 mailbox with something new, 1 mess");
    assertThat(configured("store", "copy", "--to=" + copy, "--json")).isZero();
    assertThat(out.toString()).contains("\"messages\":0", "\"problems\":[]");
    assertThat(snapshot("check", "--store=" + copy, "--read-data")).as(err.toString()).isZero();
    assertThat(snapshot("take", "--store=" + copy)).isEqualTo(1);
    assertThat(err.toString()).contains("mtm store adopt");

    CommandLine adopt = Mtm.commandLine().setOut(new PrintWriter(out));
    assertThat(adopt.execute("store", "adopt", copy.toString())).isZero();
    assertThat(snapshot("take", "--store=" + copy)).as(err.toString()).isZero();
    assertThat(configured("store", "copy", "--to=" + copy)).isEqualTo(1);
    assertThat(err.toString()).contains("no copy");
  }

  @Test
  void withoutAStoreOneIsToldHowToNameIt() {
    CommandLine line = Mtm.commandLine();
    line.setErr(new PrintWriter(err));
    assertThat(line.execute("snapshot", "list")).isEqualTo(64);
    assertThat(err.toString()).contains("--store=STORE", "--config=FILE");
  }

  @Test
  void aNewStoreIsMadeWithTheStrategyThatIsAskedFor() throws IOException {
    assertThat(snapshot("take", "--strategy=magic")).isEqualTo(64);
    assertThat(err.toString()).contains("magic", "hardlink, reflink, copy, btrfs and zfs");
    assertThat(snapshot("take", "--strategy=copy")).as(err.toString()).isZero();
    assertThat(directory.resolve("store/strategy")).content().startsWith("copy");
  }

  @Test
  void aRetentionThatKeepsNothingIsWrongUse() {
    assertThat(snapshot("take")).isZero();
    assertThat(snapshot("expire", "--days=0")).isEqualTo(64);
    assertThat(err.toString()).contains("at least 1 day").doesNotContain("\tat ");
    assertThat(snapshot("expire", "--weekly=-1")).isEqualTo(64);
  }

  @Test
  void whatIsNotThereIsSaidInWords() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    assertThat(snapshot("take", "--store=" + file)).isEqualTo(1);
    assertThat(err.toString()).contains(file.toString(), "is no directory");
  }

  private Path settings(String... lines) throws IOException {
    return Files.writeString(
        directory.resolve("mtm.properties"),
        String.join("\n", lines) + "\n",
        StandardOpenOption.APPEND);
  }

  @Test
  void aDayWhoseRecordIsDamagedIsListedAndNamed() throws IOException {
    assertThat(snapshot("take", "--date=2026-11-21")).isZero();
    assertThat(snapshot("take", "--date=2026-11-22")).isZero();
    Files.writeString(directory.resolve("store/runs/2026-11-21"), "rot");
    assertThat(snapshot("list")).isEqualTo(1);
    assertThat(out.toString()).containsPattern("2026-11-21 +\\? +1 +\\?  damaged");
    assertThat(out.toString()).containsPattern("2026-11-22 .* 0\n");
    assertThat(err.toString()).contains("2026-11-21", "runs/2026-11-21", "snapshot repair");
    assertThat(snapshot("list", "--json")).isEqualTo(1);
    assertThat(out.toString()).contains("\"takenAt\":null", "\"damaged\":");
    assertThat(snapshot("list", "--mailbox=anna@example.test")).isEqualTo(1);
    assertThat(out.toString()).contains("2026-11-21", "damaged", "2026-11-22");
    assertThat(snapshot("status")).isEqualTo(1);
    assertThat(err.toString()).contains("the record of 2026-11-21 cannot be read");
    assertThat(snapshot("repair")).isZero();
    assertThat(snapshot("list")).as(err.toString()).isZero();
  }

  @Test
  void aMisspeltSettingIsNamedAndStopsNoNight() throws IOException {
    settings("mtm.indexing.intervall = PT10S", "// a comment of another language", "proxy.port=1");
    assertThat(snapshot("take", "--nightly")).isZero();
    assertThat(err.toString())
        .contains("mtm.indexing.intervall is no setting: is mtm.indexing.interval meant?")
        .doesNotContain("comment", "proxy");
  }

  @Test
  void nothingExpiresWhereAMisspeltSettingWasToSayHowLong() throws IOException {
    assertThat(snapshot("take", "--nightly")).isZero();
    settings("mtm.retention.day = 30");
    assertThat(snapshot("expire")).isEqualTo(1);
    assertThat(err.toString()).contains("is mtm.retention.days meant?", "Nothing expires");
    assertThat(snapshot("take", "--nightly")).isZero();
  }

  @Test
  void nothingIsCheckedOutIntoTheLiveMailOrTheStore() {
    assertThat(snapshot("take", "--date=2026-11-21")).isZero();
    for (String place : List.of("vmail/example.test/copy", "vmail/copy", "vmail")) {
      assertThat(snapshot("checkout", "2026-11-21", "--to=" + directory.resolve(place)))
          .isEqualTo(1);
      assertThat(err.toString()).contains("lies in the live mail");
    }
    assertThat(snapshot("checkout", "2026-11-21", "--to=" + directory.resolve("store/copy")))
        .isEqualTo(1);
    assertThat(err.toString()).contains("lies in the store");
  }

  @Test
  void aPinThatKeepsNothingIsRefusedAndTheSameOneIsPutOnce() {
    assertThat(snapshot("take", "--date=2026-11-21")).isZero();
    assertThat(snapshot("pin", "2026-11-21", "--reason=a", "--until=2026-11-20")).isEqualTo(64);
    assertThat(err.toString()).contains("2026-11-20 is past", "Pacific/Kiritimati");
    assertThat(snapshot("pin", "2026-11-21", "--reason= ")).isEqualTo(64);
    assertThat(err.toString()).contains("say why");
    assertThat(snapshot("pin", "2026-11-21", "--reason=a lawsuit")).isZero();
    String id = out.toString().strip().replaceFirst(".*: ", "");
    assertThat(snapshot("pin", "2026-11-21", "--reason=a lawsuit")).isZero();
    assertThat(out.toString())
        .isEqualTo("2026-11-21 was pinned already for 1 mailbox: " + id + "\n");
    assertThat(snapshot("pin", "2026-11-21", "--reason=another")).isZero();
    assertThat(out.toString()).doesNotContain(id);
    assertThat(snapshot("list")).isZero();
    assertThat(out.toString()).containsOnlyOnce("a lawsuit").contains("of 1 mailbox");
    assertThat(snapshot("unpin", "2026-11-21", id)).isZero();
    assertThat(out.toString()).isEqualTo("2026-11-21 unpinned for 1 mailbox\n");
  }

  @Test
  void aDateThatIsPastIsTakenAndCalledWhatItIs() {
    assertThat(snapshot("take", "--date=2026-01-01")).isZero();
    assertThat(err.toString()).contains("2026-01-01 is past", "as they are now");
    assertThat(snapshot("take", "--nightly")).isZero();
    assertThat(err.toString()).doesNotContain("past");
  }

  @Test
  void aTakeThatFindsNothingLeavesNoStoreBehind() {
    assertThat(snapshot("take", "--maildirs=" + directory.resolve("vmail/example.test")))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("no mailbox found", "<domain>/<user>")
        .doesNotContain("by their names");
    assertThat(directory.resolve("store")).doesNotExist();
  }

  private int mtm(String... words) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = Mtm.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute(words);
  }

  @Test
  void aCommandOfVerbsAloneNamesThem() {
    assertThat(mtm("snapshot")).isEqualTo(64);
    assertThat(err.toString())
        .contains("one of take, status, list, show, check, repair, checkout, expire, pin, unpin");
    assertThat(mtm()).isEqualTo(64);
    assertThat(err.toString()).contains("snapshot", "restore", "doctor");
  }

  @Test
  void everyHelpTextTellsTheExitStatus() {
    List<CommandLine> all = new ArrayList<>(List.of(Mtm.commandLine()));
    for (int i = 0; i < all.size(); i++) {
      all.addAll(all.get(i).getSubcommands().values());
      assertThat(all.get(i).getUsageMessage())
          .as(all.get(i).getCommandSpec().qualifiedName())
          .contains("Exit status:", "64 ");
    }
    assertThat(all).hasSizeGreaterThan(25);
  }

  @Test
  void whatIsNoValueIsSaidWithoutNamesOfClasses() {
    for (String wrong :
        List.of(
            "take --date=yesterday",
            "take --zone=Europe/Rom",
            "expire --days=many",
            "pin 2026-11-21 --reason=a --until=soon",
            "show 2026-11-21 --mailbox=anna",
            "checkout 2026-11-21 --to=a\0b")) {
      List<String> words = new ArrayList<>(List.of("snapshot"));
      words.addAll(List.of(wrong.split(" ")));
      words.add("--store=" + directory.resolve("store"));
      words.add("--maildirs=" + directory.resolve("vmail"));
      assertThat(mtm(words.toArray(String[]::new))).as(wrong).isEqualTo(64);
      assertThat(err.toString())
          .contains("is no")
          .doesNotContain("java.", "Exception", "LocalDate", "ZoneId", "an int");
    }
    assertThat(
            mtm(
                "restore",
                "plan",
                "anna@example.test",
                "2026-11-21",
                "--folder=",
                "--config=" + directory.resolve("mtm.properties")))
        .isEqualTo(64);
    assertThat(err.toString()).contains("is no name of a folder");
  }

  @Test
  void theEnvironmentCountsWithAndWithoutASettingsFile() throws Exception {
    assertThat(snapshot("take", "--date=2026-11-21")).isZero();
    Path empty = Files.createFile(directory.resolve("empty.properties"));
    for (List<String> options : List.of(List.<String>of(), List.of("--config=" + empty))) {
      List<String> words =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Mtm.class.getName(),
                  "snapshot",
                  "list"));
      words.addAll(options);
      ProcessBuilder list = new ProcessBuilder(words).redirectErrorStream(true);
      list.environment().put("MTM_STORE", directory.resolve("store").toString());
      Process process = list.start();
      assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
          .contains("2026-11-21 ");
      assertThat(process.waitFor()).isZero();
    }
  }
}
