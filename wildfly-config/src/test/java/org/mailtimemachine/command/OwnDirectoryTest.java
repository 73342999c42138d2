package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnDirectoryTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T09:30:00Z"), ZoneOffset.UTC);

  @TempDir private Path host;
  private Path message;

  @BeforeEach
  void deliver() throws IOException {
    Path maildir = host.resolve("srv/mail/example.org/anna");
    for (String part : new String[] {"cur", "new", "tmp"}) {
      Files.createDirectories(maildir.resolve(part));
    }
    message = maildir.resolve("cur/1790000000.M1P1.test:2,S");
    Files.writeString(message, "Subject: One\n\nText\n");
  }

  private static Progress silent() {
    return new Progress(new PrintWriter(Writer.nullWriter()));
  }

  private OwnMail ownMail(Path directory) throws IOException {
    return OwnMail.of(host.resolve("srv/mail"), directory, CLOCK);
  }

  @Test
  void aDirectoryWithForeignFilesIsRefusedAndStaysAsItIs() throws IOException {
    assertThatThrownBy(() -> DemoDirectory.open(host.resolve("srv")))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("holds other files");
    assertThat(message).exists();
    try (Stream<Path> entries = Files.list(host.resolve("srv"))) {
      assertThat(entries).containsExactly(host.resolve("srv/mail"));
    }
  }

  @Test
  void aServerTakesNoDirectoryWithForeignFiles() throws IOException {
    Path configuration = Files.createDirectories(host.resolve("etc/configuration"));
    assertThatThrownBy(() -> OwnDirectory.take(host.resolve("etc"), WildFlyServer.MARKER))
        .isInstanceOf(CommandFailed.class);
    assertThat(configuration).exists();
  }

  @Test
  void aNewDirectoryIsPrivateAnEmptyOneIsTakenAndBothAreTakenAgain() throws Exception {
    Path fresh = host.resolve("a/b");
    Path empty = Files.createDirectory(host.resolve("empty"));
    for (Path directory : new Path[] {fresh, empty}) {
      DemoDirectory demo = DemoDirectory.open(directory);
      Files.createDirectory(demo.mail());
      assertThat(DemoDirectory.open(directory)).isEqualTo(demo);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(fresh)))
        .startsWith("rwx---");
  }

  @Test
  void mailAndDemoMustNotLieInEachOther() throws IOException {
    Path link = Files.createSymbolicLink(host.resolve("link"), host.resolve("srv/mail"));
    for (Path directory :
        new Path[] {
          host.resolve("srv"),
          host.resolve("srv/mail"),
          host.resolve("srv/mail/x/y"),
          host.resolve("link/demo"),
          link
        }) {
      assertThatThrownBy(() -> ownMail(directory))
          .isInstanceOf(CommandFailed.class)
          .hasMessageContaining("each other");
    }
    assertThat(ownMail(host.resolve("srv/demo"))).isNotNull();
    try (Stream<Path> entries = Files.list(host.resolve("srv"))) {
      assertThat(entries).containsExactly(host.resolve("srv/mail"));
    }
  }

  @Test
  void oneKindOfMailDoesNotReplaceTheOther() throws Exception {
    DemoDirectory demo = DemoDirectory.open(host.resolve("demo"));
    ownMail(demo.path()).prepare(demo, silent());
    assertThatThrownBy(() -> new MadeUpMail(CLOCK).prepare(demo, silent()))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("own mail");
    assertThat(demo.store()).isNotEmptyDirectory();
  }

  @Test
  void ownMailThatIsThereAlreadyIsKeptAndWhatIsGoneOrOtherIsNot() throws Exception {
    DemoDirectory demo = DemoDirectory.open(host.resolve("demo"));
    Path gone = Files.writeString(message.resolveSibling("2.M2P2.test:2,"), "Subject: Two\n\n");
    Path state = Files.writeString(message.resolve("../../dovecot-uidlist").normalize(), "3 V1 N2");
    ownMail(demo.path()).prepare(demo, silent());

    // As where links cannot be made: a copy, of the same size and time.
    Path maildir = demo.mail().resolve("example.org/anna");
    Path copy = maildir.resolve("cur").resolve(message.getFileName());
    FileTime written = Files.getLastModifiedTime(message);
    Files.delete(copy);
    Files.copy(message, copy);
    Files.setLastModifiedTime(copy, written);
    Object inode = Files.getAttribute(copy, "unix:ino");
    Files.delete(gone);
    Files.writeString(state, "3 V1 N3 longer");

    DemoDirectory later = DemoDirectory.open(host.resolve("demo"));
    OwnMail.of(host.resolve("srv/mail"), later.path(), Clock.offset(CLOCK, Duration.ofHours(1)))
        .prepare(later, silent());
    assertThat(Files.getAttribute(copy, "unix:ino")).isEqualTo(inode);
    assertThat(copy.resolveSibling(gone.getFileName())).doesNotExist();
    assertThat(maildir.resolve("dovecot-uidlist")).hasContent("3 V1 N3 longer");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(maildir)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(maildir.resolve("dovecot-uidlist"))))
        .isEqualTo("rw-------");
    assertThat(gone.resolveSibling(message.getFileName())).exists();
  }
}
