package org.mailtimemachine.mailstore.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCopiesTest {

  private static final FileName FROM = new FileName("from");
  private static final FileName TO = new FileName("to");

  @TempDir Path directory;
  private Path original;

  @BeforeEach
  void file() {
    original = directory.resolve("from");
  }

  private boolean hasHoles() throws IOException {
    try (DirectoryHandle handle = DirectoryHandle.open(directory);
        ReadableFile file = handle.file(FROM)) {
      return FileCopies.hasHoles(file);
    }
  }

  @Test
  void aLargeFileThatCostsItsOwnerNothingIsTold() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(original.toString(), "rw")) {
      file.setLength(2 << 20);
    }
    assertThat(hasHoles()).isTrue();
  }

  @Test
  void aLargeMessageHasNoHoles() throws IOException {
    byte[] text = new byte[2 << 20];
    new Random(7).nextBytes(text);
    Files.write(original, text);
    assertThat(hasHoles()).isFalse();
  }

  @Test
  void everyByteIsCopied() throws IOException {
    byte[] text = new byte[200_001];
    new Random(8).nextBytes(text);
    Files.write(original, text);
    try (DirectoryHandle handle = DirectoryHandle.open(directory);
        ReadableFile from = handle.file(FROM);
        NewFile to = handle.create(TO, 0600)) {
      assertThat(new FileCopies().copy(from, to, "to")).isEqualTo(text.length);
    }
    assertThat(directory.resolve("to")).hasBinaryContent(text);
  }
}
