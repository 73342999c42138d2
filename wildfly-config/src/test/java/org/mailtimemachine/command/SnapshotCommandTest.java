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
    List<String> words = new ArrayList<>(List.of("snapshot", verb));
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
    assertThat(out.toString()).startsWith(today + ": 1 mailboxes");
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
}
