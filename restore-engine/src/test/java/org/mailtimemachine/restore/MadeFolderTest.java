package org.mailtimemachine.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.snapshot.MailHost;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/** A Folder that a take-back has moved aside, and what came into it before that. */
class MadeFolderTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.test");

  @TempDir private Path root;
  private Path box;

  @BeforeEach
  void makeMailbox() throws IOException {
    box = root.resolve("example.test/anna");
    folder("");
    folder("..mtm-taken-back-3");
  }

  @Test
  void whatWasDeliveredMeanwhileBringsItBack() throws IOException {
    Files.writeString(box.resolve("..mtm-taken-back-3/new/1.a"), "came");
    finish();
    assertThat(box.resolve(".Gone/new/1.a")).exists();
    assertThat(box.resolve("..mtm-taken-back-3")).doesNotExist();
  }

  @Test
  void whatWasDeliveredGoesIntoTheFolderThatWasMadeAgain() throws IOException {
    Files.writeString(box.resolve("..mtm-taken-back-3/new/1.a"), "came");
    Files.writeString(box.resolve("..mtm-taken-back-3/cur/2.b:2,S"), "was read");
    folder(".Gone");
    Files.writeString(box.resolve(".Gone/new/3.c"), "came later");
    finish();
    assertThat(box.resolve(".Gone/new/1.a")).exists();
    assertThat(box.resolve(".Gone/cur/2.b:2,S")).exists();
    assertThat(box.resolve(".Gone/new/3.c")).exists();
    assertThat(box.resolve("..mtm-taken-back-3")).doesNotExist();
  }

  @Test
  void anEmptyOneGoes() throws IOException {
    finish();
    assertThat(box.resolve("..mtm-taken-back-3")).doesNotExist();
    assertThat(box.resolve(".Gone")).doesNotExist();
  }

  private void finish() throws IOException {
    try (Maildir maildir =
        MailHost.maildir(MailboxSettings.inDirectories(root), ANNA, _ -> {}).orElseThrow()) {
      new MadeFolder(maildir, List.of(new FileName(".Gone")), Set.of(), 3, Clock.systemUTC())
          .finish();
    }
  }

  private void folder(String name) throws IOException {
    for (String part : List.of("cur", "new", "tmp")) {
      Files.createDirectories(box.resolve(name).resolve(part));
    }
  }
}
