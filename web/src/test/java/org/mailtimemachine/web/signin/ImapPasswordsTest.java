package org.mailtimemachine.web.signin;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

class ImapPasswordsTest implements MailboxPasswordsContract {

  private ScriptedImapServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        new ScriptedImapServer(
            (user, password) ->
                !user.equals(LOCKED.toString())
                    && password.equals(PASSWORDS.get(MailboxAddress.of(user))));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Override
  public MailboxPasswords testee() {
    return on(server.port());
  }

  @Override
  public MailboxPasswords unreachable() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return on(free.getLocalPort());
    }
  }

  @Test
  void aServerThatCannotAskItsOwnDirectoryHasNotRefused() {
    server.refuseWith("[UNAVAILABLE] Temporary authentication failure.");

    assertThatThrownBy(() -> testee().opens(ANNA, "wrong"))
        .isInstanceOf(PasswordsUnavailable.class);
  }

  private static MailboxPasswords on(int port) {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    return new ImapPasswords(
        new ImapServer(host, port, ImapServer.Security.NONE, Duration.ofSeconds(5)));
  }
}
