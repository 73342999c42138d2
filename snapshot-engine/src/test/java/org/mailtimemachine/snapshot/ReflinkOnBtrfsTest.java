package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReflinkOnBtrfsTest extends ReflinkContract {
  @Override
  LoopFileSystem disk() throws IOException {
    return LoopFileSystem.btrfs();
  }

  @Test
  void anOddMessageIsNoReasonToRefuseTheStore() throws IOException {
    Path mail = mailDirectory().resolve("odd");
    MailboxFixture anna = new MailboxFixture(mail, "anna");
    Path odd = Files.createFile(anna.path().resolve("cur/1.odd:2,S"));
    HostProgram.runOrSkip(List.of("chattr", "+C", odd.toString())); // FICLONE: EINVAL
    Files.writeString(odd, "not to be cloned");
    Path store = storeDirectory().resolve("odd-store");
    try (SnapshotEngine engine =
        SnapshotEngine.open(mail, store, Optional.of(StorageStrategy.REFLINK), Clock.systemUTC())) {
      Run run = engine.take(new SnapshotName("2026-11-22"), TakeProgress.NONE);
      assertThat(run.complete()).isTrue();
      assertThat(run.messages()).isEqualTo(1);
    }
  }
}
