package org.mailtimemachine.mailstore.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryHandleTest {

  private static final FileName ONE = new FileName("one");
  private static final FileName TWO = new FileName("two");

  @TempDir Path root;
  private DirectoryHandle directory;

  @BeforeEach
  void open() throws IOException {
    directory = DirectoryHandle.open(root);
  }

  @AfterEach
  void close() {
    directory.close();
  }

  @Test
  void aDirectoryWithMoreEntriesThanItsReaderCanTakeIsRefused() throws IOException {
    for (String name : new String[] {"one", "two", "three"}) {
      Files.createFile(root.resolve(name));
    }

    assertThat(directory.list(3)).hasSize(3);
    assertThatThrownBy(() -> directory.list(2))
        .isInstanceOf(TooManyEntriesException.class)
        .hasMessage("more than 2 entries in " + root);
  }

  @Test
  void aListingHasEveryEntryWithItsInodeAndType() throws IOException {
    Files.writeString(root.resolve("file"), "x");
    Files.createDirectory(root.resolve("directory"));
    Files.createSymbolicLink(root.resolve("link"), root.resolve("file"));

    assertThat(directory.list())
        .extracting(e -> e.name().bytes() + " " + e.type())
        .containsExactlyInAnyOrder("file FILE", "directory DIRECTORY", "link SYMLINK");
    assertThat(directory.list())
        .allSatisfy(e -> assertThat(e.inode()).isEqualTo(directory.status(e.name()).inode()));
  }

  @Test
  void aListingIsCompleteHoweverManyBuffersItNeeds() throws IOException {
    for (int i = 0; i < 20_000; i++) {
      directory.create(new FileName("a-message-with-a-rather-long-name-" + i), 0600).close();
    }
    assertThat(directory.list().stream().map(DirectoryEntry::name).distinct()).hasSize(20_000);
  }

  @Test
  void aNameThatIsNotUtf8IsListedOpenedAndLinked() throws IOException {
    FileName name = new FileName("caf\u00e9\u00ff%"); // bytes E9 and FF: no valid UTF-8
    try (NewFile file = directory.create(name, 0600)) {
      file.write("hello".getBytes(UTF_8));
    }
    assertThat(directory.list()).extracting(DirectoryEntry::name).containsExactly(name);
    directory.link(name, directory, TWO);
    try (ReadableFile file = directory.file(TWO)) {
      assertThat(file.stream().readAllBytes()).asString(UTF_8).isEqualTo("hello");
    }
    assertThat(directory.status(TWO).links()).isEqualTo(2);
    assertThat(name.encoded()).isEqualTo("caf%E9%FF%25");
    assertThat(FileName.ofEncoded(name.encoded())).isEqualTo(name);
  }

  @Test
  void theStatusIsWhatTheFileSystemSays() throws IOException {
    Path file = Files.writeString(root.resolve("one"), "12345");
    FileStatus status = directory.status(ONE);
    assertThat(status.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
    assertThat(status.device()).isPositive();
    assertThat(status.owner())
        .isEqualTo(((Integer) Files.getAttribute(file, "unix:uid")).longValue());
    assertThat(status.size()).isEqualTo(5);
    assertThat(status.links()).isEqualTo(1);
    assertThat(status.modified()).isEqualTo(Files.getLastModifiedTime(file).toInstant());
    assertThat(status.device()).isEqualTo(directory.status().device());
  }

  @Test
  void anErrorNamesTheCallTheEntryAndTheCause() {
    var error =
        catchThrowableOfType(
            PosixException.class, () -> directory.link(new FileName("no such"), directory, TWO));
    assertThat(error.errno()).isEqualTo(Errno.ENOENT);
    assertThat(error)
        .hasMessageContaining("link " + root + "/no%20such")
        .hasMessageContaining("ENOENT");
  }

  @Test
  void anExistingNameIsNeverOverwrittenByALink() throws IOException {
    directory.create(ONE, 0600).close();
    directory.create(TWO, 0600).close();
    var error =
        catchThrowableOfType(PosixException.class, () -> directory.link(ONE, directory, TWO));
    assertThat(error.is(Errno.EEXIST)).isTrue();
  }

  @Test
  void aSymbolicLinkIsNeitherEnteredNorOpened() throws IOException {
    Files.createDirectory(root.resolve("neighbour"));
    Files.writeString(root.resolve("neighbour/secret"), "x");
    Files.createSymbolicLink(root.resolve("one"), root.resolve("neighbour"));
    Files.createSymbolicLink(root.resolve("two"), root.resolve("neighbour/secret"));
    assertThatThrownBy(() -> directory.directory(ONE)).isInstanceOf(PosixException.class);
    assertThatThrownBy(() -> directory.file(TWO)).isInstanceOf(PosixException.class);
    assertThat(directory.status(TWO).type()).isEqualTo(FileType.SYMLINK);
  }

  @Test
  void aFifoIsRefusedWithoutWaitingForAWriter() throws Exception {
    new ProcessBuilder("mkfifo", root.resolve("one").toString()).start().waitFor();
    assertThatThrownBy(() -> directory.file(ONE)).hasMessageContaining("not a regular file");
  }

  @Test
  void anyPartOfAFileCanBeRead() throws IOException {
    byte[] content = new byte[200_000];
    IntStream.range(0, content.length).forEach(i -> content[i] = (byte) (i * 31));
    try (NewFile file = directory.create(ONE, 0600)) {
      file.write(content);
      file.setModified(Instant.ofEpochSecond(1_700_000_000, 123_456_789));
      file.sync();
    }
    try (ReadableFile file = directory.file(ONE)) {
      assertThat(file.stream().readAllBytes()).isEqualTo(content);
      byte[] some = new byte[10];
      assertThat(file.read(150_000, some, 2, 5)).isEqualTo(5);
      assertThat(some[3]).isEqualTo(content[150_001]);
      assertThat(file.read(200_000, some, 0, 5)).isEqualTo(-1);
      assertThat(file.status().modified())
          .isEqualTo(Instant.ofEpochSecond(1_700_000_000, 123_456_789));
    }
  }

  @Test
  void aLockIsHeldByOneOpenFileUntilItIsClosed() throws IOException {
    try (NewFile first = directory.append(ONE, 0600)) {
      assertThat(first.tryLock()).isTrue();
      try (NewFile second = directory.append(ONE, 0600)) {
        assertThat(second.tryLock()).isFalse();
      }
    }
    try (NewFile third = directory.append(ONE, 0600)) {
      assertThat(third.tryLock()).isTrue();
    }
  }

  @Test
  void aFullDiskIsReportedAndStaysReported() throws IOException {
    try (DirectoryHandle devices = DirectoryHandle.open(Path.of("/dev"))) {
      NewFile full = devices.append(new FileName("full"), 0600);
      full.write(1);
      var error = catchThrowableOfType(PosixException.class, full::flush);
      assertThat(error.is(Errno.ENOSPC)).isTrue();
      assertThatThrownBy(full::sync).isSameAs(error);
      full.close(); // was said already; throwing it again would make it suppress itself
    }
  }

  @Test
  void theCauseOfAFullDiskIsNotLostInTryWithResources() throws IOException {
    try (DirectoryHandle devices = DirectoryHandle.open(Path.of("/dev"))) {
      assertThatThrownBy(
              () -> {
                try (NewFile full = devices.append(new FileName("full"), 0600)) {
                  full.write(new byte[100_000]);
                }
              })
          .isInstanceOfSatisfying(
              PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
    }
  }

  @Test
  void aTimeThatNoCalendarHasIsNoError() throws IOException {
    directory.create(ONE, 0600).close();
    try (NewFile file = directory.append(ONE, 0600)) {
      file.setModified(Instant.MAX);
    }
    assertThat(directory.status(ONE).modified()).isNotNull();
  }

  @Test
  void directoriesAndFileSystemsAreSynced() throws IOException {
    try (DirectoryHandle made = directory.makeDirectory(ONE, 0700)) {
      made.sync();
      made.syncFileSystem();
    }
    assertThat(directory.status(ONE).mode()).isEqualTo(0700);
    directory.makeDirectory(ONE, 0700).close();
  }
}
