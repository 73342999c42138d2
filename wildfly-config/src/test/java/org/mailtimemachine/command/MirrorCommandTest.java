package org.mailtimemachine.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code mtm mirror} as an administrator gives it. */
class MirrorCommandTest {

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void host() throws IOException {
    Files.createDirectories(directory.resolve("vmail/example.test/old/cur"));
    Files.createDirectories(directory.resolve("vmail/example.test/old/new"));
    Files.writeString(
        directory.resolve("mtm.properties"),
        """
        mtm.mirror.directory = %1$s/mirror
        mtm.mirror.mailboxes = %1$s/vmail/%%d/%%n
        mtm.mirror.users = %1$s/users
        mtm.mirror.listen = 127.0.0.1:0
        mtm.zone = Europe/Rome
        """
            .formatted(directory));
  }

  private int mirror(String verb, String... options) {
    List<String> words = words(verb, options);
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    CommandLine line = Mtm.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return line.execute(words.toArray(String[]::new));
  }

  private List<String> words(String verb, String... options) {
    List<String> words = new ArrayList<>(List.of("mirror", verb));
    words.add("--config=" + directory.resolve("mtm.properties"));
    words.addAll(List.of(options));
    return words;
  }

  @Test
  void aMirrorIsMadeListedChangedAndEnded() {
    assertThat(mirror("add", "--first", "--single=bob@example.test", "--days=30"))
        .as(err.toString())
        .isZero();
    assertThat(out.toString())
        .contains("mail to bob@example.test is copied to _mirror_bob@example.test for 30 days")
        .containsPattern("password of _mirror_bob@example.test, shown this once: [a-z2-9]{20}\n");
    String id = out.toString().substring(0, 8);
    assertThat(mirror("list")).isZero();
    assertThat(out.toString())
        .startsWith(id + "  in force     30 days  bob@example.test -> _mirror_bob@example.test")
        .contains("+01:00");
    assertThat(mirror("password", id)).isZero();
    assertThat(out.toString()).matches("[a-z2-9]{20}\n");
    assertThat(mirror("change", id, "--days=60")).isZero();
    assertThat(mirror("list", "--json")).isZero();
    assertThat(out.toString()).contains("\"days\":60", "\"state\":\"in force\"");
    assertThat(mirror("end", id, "--keep-mail")).isZero();
    assertThat(out.toString()).contains("what it holds stays");
    assertThat(mirror("list")).isZero();
    assertThat(out.toString()).isEmpty();
    assertThat(mirror("list", "--all")).isZero();
    assertThat(out.toString()).contains("ended");
    assertThat(mirror("end", id)).isEqualTo(1);
    assertThat(err.toString()).contains("has ended");
  }

  @Test
  void olderMailIsDeletedOnlyWhereItWasSaidThatItMay() {
    assertThat(
            mirror("add", "--first", "--all=example.test", "--days=7", "--into=old@example.test"))
        .isEqualTo(1);
    assertThat(err.toString())
        .contains("All mail in old@example.test that is older than 7 days", "--delete-older-mail");
    assertThat(
            mirror(
                "add",
                "--first",
                "--all=example.test",
                "--days=7",
                "--into=old@example.test",
                "--delete-older-mail"))
        .isZero();
    assertThat(out.toString()).contains("*@example.test").doesNotContain("password");
    assertThat(mirror("expire", "--dry-run")).isZero();
    assertThat(out.toString()).isEqualTo("0 messages would expire\n");
  }

  @Test
  void whatAReadOnlyMirrorHoldsIsVerifiedAndExported() {
    assertThat(mirror("add", "--first", "--all=example.test", "--days=7", "--read-only")).isZero();
    assertThat(mirror("verify")).as(err.toString()).isZero();
    assertThat(out.toString())
        .startsWith("_audit@example.test: 0 messages came, 0 messages expired, 0 messages there");
    assertThat(mirror("verify", "_audit@example.test", "--seal=" + "0".repeat(64))).isZero();
    assertThat(mirror("verify", "_audit@example.test", "--seal=" + "1".repeat(64))).isEqualTo(1);
    assertThat(err.toString()).contains("does not go on from the seal 111");
    assertThat(mirror("verify", "--seal=" + "1".repeat(64))).isEqualTo(64);
    assertThat(mirror("verify", "_audit@example.test", "--seal=abc")).isEqualTo(64);
    assertThat(mirror("export", "_audit@example.test", "--to=" + directory.resolve("export")))
        .isZero();
    assertThat(directory.resolve("export/VERIFY.txt")).exists();
    assertThat(mirror("export", "old@example.test", "--to=" + directory.resolve("more")))
        .isEqualTo(1);
    assertThat(err.toString()).contains("not the mailbox of a read-only mirror");
  }

  @Test
  void wrongUseIsSaidInWords() throws IOException {
    assertThat(mirror("list")).isEqualTo(1);
    assertThat(err.toString()).contains("is it mounted?");
    assertThat(mirror("add", "--all=example.test", "--days=30")).isEqualTo(1);
    assertThat(err.toString()).contains("--first");
    assertThat(mirror("add", "--first", "--days=30")).isEqualTo(64);
    assertThat(mirror("add", "--first", "--all=a/b", "--days=30")).isEqualTo(64);
    assertThat(err.toString()).contains("'a/b' is no domain");
    assertThat(mirror("add", "--first", "--all=example.test", "--days=3651")).isEqualTo(1);
    assertThat(err.toString()).contains("1 to 3650, not 3651");
    assertThat(mirror("change", "00000000")).isEqualTo(64);
    Files.writeString(directory.resolve("mtm.properties"), "mtm.zone = UTC\n");
    assertThat(mirror("list")).isEqualTo(64);
    assertThat(err.toString()).contains("mtm.mirror.directory is not set");
  }

  @Test
  void theProcessSaysWhereItListensAndEndsAsItIsTold() throws Exception {
    assertThat(mirror("add", "--first", "--all=example.test", "--days=7")).isZero();
    Process first = serve();
    try (BufferedReader said = first.inputReader(UTF_8)) {
      Matcher ready =
          Pattern.compile("Mirrors on .*:([0-9]+), in front of .*:10028")
              .matcher(String.valueOf(said.readLine()));
      assertThat(ready.matches()).isTrue();
      assertThat(mirror("serve")).isEqualTo(1);
      assertThat(err.toString()).contains("another process mirrors");
      awaitRunning();
      assertThat(out.toString()).contains("Mail is mirrored; 1 mirrors in force, 0 gaps");
      assertThat(mirror("status", "--json")).isZero();
      assertThat(out.toString()).contains("\"running\":true", "\"messages_total\":0");
      assertThat(mirror("gaps")).isZero();
      first.destroy();
      assertThat(first.waitFor()).isZero();
      assertThat(mirror("status")).isEqualTo(1);
      assertThat(out.toString()).contains("NOT mirrored");
    } finally {
      first.destroyForcibly();
    }
  }

  /** It writes its figures a moment after it listens. */
  private void awaitRunning() throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (mirror("status") != 0 && System.nanoTime() - end < 0) {
      Thread.sleep(Duration.ofMillis(100));
    }
  }

  private Process serve() throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Mtm.class.getName()));
    words.addAll(words("serve"));
    return new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
