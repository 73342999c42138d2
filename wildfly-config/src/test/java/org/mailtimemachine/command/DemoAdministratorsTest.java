package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.command.demo.DemoMailHost;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

class DemoAdministratorsTest {

  @Test
  void administratorsHaveMailboxesThatNoUserHasAndKeepWhatTheyWereTold(@TempDir Path mail)
      throws IOException {
    List<MailboxAddress> mailboxes = DemoAdministrators.mailboxes(mail);
    assertThat(mailboxes).hasSize(3).allMatch(DemoAdministrators::isOwn);
    assertThat(DemoMailHost.mailboxes()).noneMatch(DemoAdministrators::isOwn);
    Path letter = Files.createFile(mail.resolve("console.test/admin/new/1.M1P1.host"));

    assertThat(DemoAdministrators.mailboxes(mail)).isEqualTo(mailboxes);
    assertThat(letter).exists();
  }
}
