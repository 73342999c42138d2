package org.mailtimemachine.mailstore.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileOwnerTest {

  @Test
  void namesAndNumbersAreLookedUp() {
    assertThat(FileOwner.named("root")).hasValue(new FileOwner(0, 0));
    assertThat(FileOwner.named("root:root")).hasValue(new FileOwner(0, 0));
    assertThat(FileOwner.named("0")).hasValue(new FileOwner(0, 0));
    assertThat(FileOwner.named("4711:4712")).hasValue(new FileOwner(4711, 4712));
  }

  @Test
  void aNewFileBelongsToThisProcess(@TempDir Path directory) throws IOException {
    try (DirectoryHandle handle = DirectoryHandle.open(directory);
        NewFile file = handle.create(new FileName("new"), 0600)) {
      assertThat(FileOwner.of(file.status())).isEqualTo(FileOwner.ofThisProcess());
    }
  }

  @Test
  void whatTheMachineDoesNotKnowIsNobody() {
    assertThat(FileOwner.named("no-such-user")).isEmpty();
    assertThat(FileOwner.named("root:no-such-group")).isEmpty();
    assertThat(FileOwner.named("root:")).isEmpty();
    assertThat(FileOwner.named("")).isEmpty();
    assertThat(FileOwner.named("4294967295:0")).isEmpty();
  }

  @Test
  void minusOneIsNoOwnerForItWouldLeaveEverythingAsItIs() {
    assertThatThrownBy(() -> new FileOwner(0xffffffffL, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
