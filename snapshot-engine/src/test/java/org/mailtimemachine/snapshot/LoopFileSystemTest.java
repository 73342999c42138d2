package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopFileSystemTest {

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs"})
  void aFileSystemComesKeepsWhatIsWrittenAndGoes(String type) throws IOException {
    Path image;
    try (LoopFileSystem disk = make(type)) {
      image = disk.image();
      Files.writeString(disk.root().resolve("file"), "text");
      assertThat(Files.getFileStore(disk.root()).type()).isEqualTo(type);
      disk.unmount();
      assertThat(disk.root()).isEmptyDirectory();
      disk.mount("noatime");
      assertThat(disk.root().resolve("file")).hasContent("text");
      assertThat(disk.device()).isPresent();
    }
    assertThat(image.getParent()).doesNotExist();
  }

  private static LoopFileSystem make(String type) throws IOException {
    return switch (type) {
      case "ext4" -> LoopFileSystem.ext4(32, "-N", "200");
      case "xfs" -> LoopFileSystem.xfs();
      default -> LoopFileSystem.btrfs();
    };
  }
}
