package org.mailtimemachine.web.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

class ImapPasswordsTest implements MailboxPasswordsContract {

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private ScriptedImapServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        new ScriptedImapServer(
            (user, password) -> {
              asked.add(user);
              return !user.equals(LOCKED.toString())
                  && password.equals(PASSWORDS.get(MailboxAddress.of(user)));
            });
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

  /** Somebody on the way may have taken it out of what the server offers. */
  @Test
  void aServerThatOffersNoStartTlsWhereItIsWantedHearsNoPassword() {
    MailboxPasswords wanting = on(server.port(), ImapServer.Security.STARTTLS);

    assertThatThrownBy(() -> wanting.opens(ANNA, "right or wrong"))
        .isInstanceOf(PasswordsUnavailable.class);
    assertThat(asked).isEmpty();
  }

  @Test
  void aServerThatDoesNotProveWhoItIsHearsNoPasswordAndTheCauseIsSaid() {
    MailboxPasswords wanting = on(server.port(), ImapServer.Security.TLS);

    assertThatThrownBy(() -> wanting.opens(ANNA, "right or wrong"))
        .isInstanceOf(PasswordsUnavailable.class)
        .hasMessageContaining("imaps://")
        .hasMessageContaining("SSL");
    assertThat(asked).isEmpty();
  }

  private static MailboxPasswords on(int port) {
    return on(port, ImapServer.Security.NONE);
  }

  private static MailboxPasswords on(int port, ImapServer.Security security) {
    String host = InetAddress.getLoopbackAddress().getHostAddress();
    return new ImapPasswords(new ImapServer(host, port, security, Duration.ofSeconds(5)));
  }
}
