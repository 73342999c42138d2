package org.mailtimemachine.mailstore.maildir;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;

/** Files of Dovecot that are changed while it runs. */
class LiveMetadataTest {

  @TempDir Path box;

  private InstantSource now() throws IOException {
    Path probe = Files.createTempFile(box, "now", "");
    InstantSource now = InstantSource.fixed(Files.getLastModifiedTime(probe).toInstant());
    Files.delete(probe);
    return now;
  }

  private boolean subscribe(String directory) throws IOException {
    try (DirectoryHandle root = DirectoryHandle.open(box)) {
      return Subscriptions.add(root, List.of(new FileName(directory)), () -> {}, now());
    }
  }

  private String file(String name) throws IOException {
    return Files.readString(box.resolve(name));
  }

  @Test
  void aSubscriptionIsAddedOnceInTheFormatOfTheFile() throws IOException {
    assertThat(subscribe(".Lists.dev")).isTrue();
    assertThat(subscribe(".Lists.dev")).isTrue();
    assertThat(file("subscriptions")).isEqualTo("V\t2\n\nLists\tdev\n");
    Files.writeString(box.resolve("subscriptions"), "Sent\nLists.dev\n");
    Files.setPosixFilePermissions(
        box.resolve("subscriptions"), PosixFilePermissions.fromString("rw-rw----"));
    assertThat(subscribe(".Work.&APw-")).isTrue();
    assertThat(file("subscriptions")).isEqualTo("Sent\nLists.dev\nWork.&APw-\n");
    assertThat(Files.getPosixFilePermissions(box.resolve("subscriptions")))
        .isEqualTo(PosixFilePermissions.fromString("rw-rw----"));
    try (Stream<Path> files = Files.list(box)) {
      assertThat(files).containsExactly(box.resolve("subscriptions"));
    }
  }

  @Test
  void aLockOfALivingProcessIsWaitedForAndLeft() throws IOException {
    String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    Path lock = box.resolve("subscriptions.lock");
    Files.writeString(lock, ProcessHandle.current().pid() + ":" + host);
    assertThat(subscribe(".Work")).isFalse();
    assertThat(lock).exists();
    assertThat(box.resolve("subscriptions")).doesNotExist();

    Files.setLastModifiedTime(lock, FileTime.from(now().instant().minus(Duration.ofMinutes(3))));
    assertThat(subscribe(".Work")).isTrue();
    assertThat(lock).doesNotExist();
  }

  @Test
  void theLockOfADeadProcessIsTakenOver() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    Files.writeString(box.resolve("subscriptions.lock"), dead.pid() + ":" + host);
    assertThat(subscribe(".Work")).isTrue();
  }

  @Test
  void aKeywordGetsTheFirstFreeLetterAndTheFileAnotherSecond() throws IOException {
    Path keywords = box.resolve("dovecot-keywords");
    Files.writeString(keywords, "0 $Work\n2 Later\n");
    FileTime before = Files.getLastModifiedTime(keywords);
    try (DirectoryHandle folder = DirectoryHandle.open(box)) {
      assertThat(KeywordNames.add(folder, List.of("$work", "New", "Other"), now()))
          .containsEntry('a', "$Work")
          .containsEntry('b', "New")
          .containsEntry('c', "Later")
          .containsEntry('d', "Other");
    }
    assertThat(file("dovecot-keywords")).isEqualTo("0 $Work\n1 New\n2 Later\n3 Other\n");
    assertThat(Files.getLastModifiedTime(keywords).toInstant().getEpochSecond())
        .isGreaterThan(before.toInstant().getEpochSecond());
    assertThat(box.resolve("dovecot-uidlist.lock")).doesNotExist();
  }

  @Test
  void whereNoDovecotKeepsItsFilesNoLettersAreGiven() throws IOException {
    try (DirectoryHandle folder = DirectoryHandle.open(box)) {
      assertThat(KeywordNames.add(folder, List.of("New"), now())).isEmpty();
    }
    assertThat(box.resolve("dovecot-keywords")).doesNotExist();
  }
}
