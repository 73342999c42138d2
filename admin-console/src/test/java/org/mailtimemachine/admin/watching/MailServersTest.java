package org.mailtimemachine.admin.watching;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MailServersTest {

  private Instant now = Instant.parse("2026-11-22T10:00:00Z");

  private MailServers of(Map<String, String> settings) {
    return MailServers.of(name -> Optional.ofNullable(settings.get(name)), () -> now);
  }

  @Test
  void aServerThatIsGoneIsNoticedAfterAWhile() throws IOException {
    MailServers servers;
    try (ServerSocket imap = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      servers =
          of(
              Map.of(
                  "mtm.signin.imap.host",
                  "127.0.0.1",
                  "mtm.signin.imap.port",
                  Integer.toString(imap.getLocalPort()),
                  "mtm.live",
                  "imap://127.0.0.1:" + imap.getLocalPort()));
      assertThat(servers.reached())
          .containsOnly(Map.entry("sign-in", true), Map.entry("restores", true));
    }
    now = now.plus(Duration.ofSeconds(29));
    assertThat(servers.reached()).containsEntry("sign-in", true);
    now = now.plus(Duration.ofSeconds(2));
    assertThat(servers.reached())
        .containsOnly(Map.entry("sign-in", false), Map.entry("restores", false));
  }

  @Test
  void whoSignsInByAFileNeedsNoServer() {
    assertThat(of(Map.of("mtm.signin", "passwd-file")).reached()).isEmpty();
  }
}
