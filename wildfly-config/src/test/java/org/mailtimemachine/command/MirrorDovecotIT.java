package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.register.MadeMirror;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.NewMirror;
import org.mailtimemachine.mirror.server.MirrorServer;
import org.mailtimemachine.mirror.server.MirrorServerSettings;

/** A real Dovecot delivers behind the mirror, and offers the mailboxes that were made for it. */
class MirrorDovecotIT {

  private static final MailboxAddress BOB = MailboxAddress.of("bob@example.test");
  private static final MirrorSource OF_BOB = new MirrorSource.SingleRecipient(BOB);

  private Path directory;
  private RealDovecot dovecot;
  private MirrorServerSettings settings;
  private MirrorRegister register;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(
        RealDovecot.isPossible(), "a real Dovecot needs root, /usr/sbin/dovecot and its LMTP");
    // Sockets have short names, and Dovecot's users must be able to enter.
    directory = Files.createTempDirectory(Path.of("/tmp"), "mtm");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path users = directory.resolve("mirror-users");
    Files.writeString(users, "");
    Files.setPosixFilePermissions(users, PosixFilePermissions.fromString("rw-r-----"));
    Files.setOwner(
        users,
        users.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("dovecot"));
    dovecot =
        RealDovecot.start(
            Files.createDirectory(directory.resolve("d")),
            Map.of(BOB, "bob's own"),
            passwdFile(users));
    Properties lines = new Properties();
    lines.setProperty("mtm.mirror.directory", directory.resolve("mirror").toString());
    lines.setProperty("mtm.mirror.mailboxes", dovecot.mail() + "/%d/%n");
    lines.setProperty("mtm.mirror.users", users.toString());
    lines.setProperty("mtm.mirror.listen", "127.0.0.1:0");
    lines.setProperty("mtm.mirror.next-hop", "127.0.0.1:" + dovecot.lmtpPort());
    lines.setProperty("mtm.mirror.protocol", "lmtp");
    lines.setProperty("mtm.mirror.host-name", "mx.example.test");
    settings =
        MirrorServerSettings.of(name -> Optional.ofNullable(lines.getProperty(name))).orElseThrow();
    register = MirrorRegister.openOrMake(settings.mirrors(), Clock.systemUTC());
  }

  /** As docs/operations.md has it. */
  private static String passwdFile(Path users) {
    return """
        passdb {
          driver = passwd-file
          args = %1$s
        }
        userdb {
          driver = passwd-file
          args = %1$s
        }
        """
        .formatted(users);
  }

  @AfterEach
  void stop() throws Exception {
    if (dovecot != null) {
      dovecot.close();
    }
    if (directory != null) {
      FileTree.delete(directory);
    }
  }

  @Test
  void aMailboxThatWasMadeForAMirrorIsAnOrdinaryOne() throws Exception {
    MadeMirror made =
        register.add(new NewMirror(OF_BOB, true, List.of(), 30, false, false), "post");
    MadeMirror audit =
        register.add(new NewMirror(OF_BOB, true, List.of(), 30, true, false), "post");
    MailboxAddress mirror = made.mirror().own().getFirst();
    String password = made.password().orElseThrow();
    awaitSignIn(mirror, password);
    try (Store empty = imap(mirror, password)) {
      assertThat(empty.getFolder("INBOX").exists()).isTrue();
    }
    try (MirrorServer server = MirrorServer.start(settings, Clock.systemUTC())) {
      dovecot.deliver(
          server.address().getPort(), BOB, "From: a@example.test\nSubject: Hello\n\n.Dots.\n");
      server.awaitDelivered();
    }
    try (Store inbox = imap(BOB, "bob's own");
        Store copy = imap(mirror, password)) {
      assertThat(inbox(inbox).getMessage(1).getSubject()).isEqualTo("Hello");
      Folder folder = inbox(copy);
      assertThat(folder.getMessageCount()).isEqualTo(1);
      assertThat(folder.getMessage(1).getSubject()).isEqualTo("Hello");
      assertThat(folder.getMessage(1).getContent().toString().strip()).isEqualTo(".Dots.");
      folder.getMessage(1).setFlag(Flags.Flag.DELETED, true); // by hand, as the owner may
      folder.close(true);
      assertThat(inbox(copy).getMessageCount()).isZero();
    }
    signsIn("pop3", mirror, password);
    assertThat(register.isReadOnly(audit.mirror().own().getFirst())).isTrue();
    assertThatThrownBy(() -> imap(audit.mirror().own().getFirst(), password).close())
        .isInstanceOf(AuthenticationFailedException.class);
    String second = register.newPassword(made.mirror().id());
    awaitSignIn(mirror, second);
    assertThatThrownBy(() -> imap(mirror, password).close())
        .isInstanceOf(AuthenticationFailedException.class);
    assertThat(dovecot.log()).content().doesNotContain("Error:", "Panic:");
  }

  /** Dovecot looks at most once a second whether the file is another one. */
  private void awaitSignIn(MailboxAddress mailbox, String password) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      try {
        signsIn("imap", mailbox, password);
        return;
      } catch (IOException e) {
        if (System.nanoTime() - end > 0) {
          throw e;
        }
      }
    }
  }

  /** As Dovecot's own tool sees it; the programs of POP3 itself are not everywhere. */
  private void signsIn(String service, MailboxAddress mailbox, String password) throws Exception {
    HostProgram.run(
        List.of(
            "/usr/bin/doveadm",
            "-c",
            directory.resolve("d/dovecot.conf").toString(),
            "auth",
            "test",
            "-x",
            "service=" + service,
            mailbox.toString(),
            password),
        directory);
  }

  private static Folder inbox(Store store) throws Exception {
    Folder inbox = store.getFolder("INBOX");
    inbox.open(Folder.READ_WRITE);
    return inbox;
  }

  private Store imap(MailboxAddress mailbox, String password) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("mail.imap.port", Integer.toString(dovecot.imapPort()));
    Store store = Session.getInstance(properties).getStore("imap");
    store.connect("127.0.0.1", mailbox.toString(), password);
    return store;
  }
}
