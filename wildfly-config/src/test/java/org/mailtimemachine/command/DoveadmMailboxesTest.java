package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.TakeProgress;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/** The users that a real Dovecot names, and one that has stopped. */
class DoveadmMailboxesTest {

  private static final MailboxAddress ALICE = MailboxAddress.of("alice@example.test");
  private static final MailboxAddress NEW = MailboxAddress.of("new@example.test");

  @Test
  void aTakeFindsTheUsersOfDovecot() throws Exception {
    assumeTrue(
        RealDovecot.isPossible(), "a real Dovecot needs root, /usr/sbin/dovecot and its LMTP");
    // Sockets have short names, and Dovecot's users must be able to enter.
    Path directory = Files.createTempDirectory(Path.of("/tmp"), "mtm");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path own = Files.createDirectory(directory.resolve("d"));
    try {
      MailboxSettings settings;
      try (RealDovecot dovecot = RealDovecot.start(own, Map.of(ALICE, "1", NEW, "2"))) {
        dovecot.deliver(ALICE, "Subject: kept\n\nkept\n");
        Map<String, String> lines =
            Map.of(
                "mtm.maildirs",
                dovecot.mail().toString(),
                "mtm.mailboxes.doveadm",
                "/usr/bin/doveadm -c " + own.resolve("dovecot.conf"));
        settings = MailboxSettings.of(name -> Optional.ofNullable(lines.get(name))).orElseThrow();
        Run run = take(settings, directory);
        assertThat(run.failed()).isEmpty();
        assertThat(run.mailboxes()).isEqualTo(1);
        assertThat(run.messages()).isEqualTo(1);
        assertThat(run.warnings()).containsExactly("no Maildir yet of 1 user: " + NEW);
      }
      assertThatThrownBy(() -> take(settings, directory)).hasMessageContaining("doveadm");
    } finally {
      FileTree.delete(directory);
    }
  }

  private static Run take(MailboxSettings settings, Path directory) throws Exception {
    try (SnapshotEngine engine =
        SnapshotEngine.open(
            settings, directory.resolve("store"), Optional.empty(), Clock.systemUTC())) {
      return engine.take(engine.nameByHand(), TakeProgress.NONE);
    }
  }
}
