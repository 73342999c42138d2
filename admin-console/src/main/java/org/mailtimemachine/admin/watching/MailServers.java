package org.mailtimemachine.admin.watching;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The IMAP servers that the settings name, and whether they take connections. The one that takes
 * letters is not asked: letters that wait tell of it. Safe for use by several threads.
 */
final class MailServers {

  private static final System.Logger LOG = System.getLogger(MailServers.class.getName());
  private static final Duration LONGEST = Duration.ofSeconds(2);
  private static final Duration KEPT = Duration.ofSeconds(30);
  private static final int IMAPS = 993;
  private static final int IMAP = 143;

  private final Map<String, InetSocketAddress> servers;
  private final InstantSource clock;
  private Map<String, Boolean> reached = Map.of();
  private Instant asked = Instant.MIN;

  /**
   * Makes it.
   *
   * @param servers by what they are for; a name that cannot be resolved yet is tried each time
   */
  MailServers(Map<String, InetSocketAddress> servers, InstantSource clock) {
    this.servers = Map.copyOf(servers);
    this.clock = clock;
  }

  /** Those of the settings, which others have checked. */
  static MailServers of(Function<String, Optional<String>> settings, InstantSource clock) {
    Map<String, InetSocketAddress> servers = new HashMap<>();
    if (settings.apply("mtm.signin").orElse("imap").equals("imap")) {
      String security = settings.apply("mtm.signin.imap.security").orElse("tls");
      servers.put(
          "sign-in",
          InetSocketAddress.createUnresolved(
              settings.apply("mtm.signin.imap.host").orElse("localhost"),
              settings
                  .apply("mtm.signin.imap.port")
                  .map(Integer::valueOf)
                  .orElse(security.equalsIgnoreCase("tls") ? IMAPS : IMAP)));
    }
    settings
        .apply("mtm.live")
        .map(URI::create)
        .ifPresent(
            live ->
                servers.put(
                    "restores",
                    InetSocketAddress.createUnresolved(
                        live.getHost(), live.getPort() > 0 ? live.getPort() : usual(live))));
    return new MailServers(servers, clock);
  }

  private static int usual(URI live) {
    return "imaps".equals(live.getScheme()) ? IMAPS : IMAP;
  }

  /** Whether each takes connections, by what it is for; asked again after half a minute. */
  synchronized Map<String, Boolean> reached() {
    Instant now = clock.instant();
    if (asked.isBefore(now.minus(KEPT)) || asked.isAfter(now)) {
      Map<String, Boolean> all = new HashMap<>();
      servers.forEach((use, server) -> all.put(use, takes(server)));
      reached = Map.copyOf(all);
      asked = now;
    }
    return reached;
  }

  private static boolean takes(InetSocketAddress server) {
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(server.getHostString(), server.getPort()),
          Math.toIntExact(LONGEST.toMillis()));
      return true;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, () -> server + " cannot be reached", e);
      return false;
    }
  }
}
