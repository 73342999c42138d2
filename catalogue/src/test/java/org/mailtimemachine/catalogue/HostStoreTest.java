package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.StoreException;

class HostStoreTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.org");

  @TempDir private Path directory;

  @Test
  void aStoreThatIsNotYetThereHasNoSnapshotsAndIsFoundOnceItIsMade() throws IOException {
    Path path = directory.resolve("store");
    HostStore store = new HostStore(path.toString());
    assertThat(store.snapshots(ANNA)).isEmpty();
    assertThatThrownBy(store::mailboxes).isInstanceOf(StoreException.class);
    Store.openOrMake(path).close();
    assertThat(store.snapshots(ANNA)).isEmpty();
    assertThat(store.mailboxes()).isEmpty();
    assertThat(store.version()).isNotEmpty();
    store.close();
  }

  @Test
  void aStoreThatIsTakenAwayIsMissedAndFoundAgainWhenItIsBack() throws IOException {
    Path path = directory.resolve("store");
    Path away = directory.resolve("away");
    Store.openOrMake(path).close();
    HostStore store = new HostStore(path.toString());
    assertThat(store.snapshots(ANNA)).isEmpty();
    Files.move(path, away);

    assertThatThrownBy(() -> store.snapshots(ANNA))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(path.toString());
    assertThatThrownBy(store::mailboxes).isInstanceOf(StoreException.class);

    Files.move(away, path);
    assertThat(store.mailboxes()).isEmpty();
    store.close();
  }
}
