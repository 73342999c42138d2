package org.mailtimemachine.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;

/**
 * A private Postfix on loopback that hands everything for one domain to an LMTP server and refuses
 * all else. It wants to be started as root, because it gives its processes to the user postfix.
 */
final class RealPostfix implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/sbin/postfix");

  private final Path directory;
  private final int smtpPort;

  private RealPostfix(Path directory, int smtpPort) {
    this.directory = directory;
    this.smtpPort = smtpPort;
  }

  /** Whether this machine can run one. */
  static boolean isPossible() throws IOException {
    return Files.isExecutable(PROGRAM)
        && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  /**
   * Starts it and returns when it greets.
   *
   * @param directory a short path, for the names of its sockets, that every user may enter
   * @param domain whose mail it takes
   * @param lmtpPort where on loopback it hands it on
   */
  static RealPostfix start(Path directory, String domain, int lmtpPort)
      throws IOException, InterruptedException {
    RealPostfix postfix = new RealPostfix(directory, LoopbackPort.free());
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(directory.resolve("queue"));
    Path data = Files.createDirectories(directory.resolve("data"));
    Files.setOwner(
        data,
        directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postfix"));
    Files.writeString(directory.resolve("main.cf"), postfix.main(domain, lmtpPort));
    Files.writeString(directory.resolve("master.cf"), postfix.master());
    HostProgram.run(List.of(PROGRAM.toString(), "-c", directory.toString(), "start"), directory);
    postfix.awaitGreeting();
    return postfix;
  }

  int smtpPort() {
    return smtpPort;
  }

  @Override
  public void close() throws IOException {
    try {
      HostProgram.run(List.of(PROGRAM.toString(), "-c", directory.toString(), "stop"), directory);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while Postfix stopped in " + directory, e);
    }
  }

  private void awaitGreeting() throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), smtpPort)) {
        socket.setSoTimeout(10_000);
        if (socket.getInputStream().read() == '2') {
          return;
        }
      } catch (IOException e) {
        // not listening yet
      }
      if (System.nanoTime() - end > 0) {
        throw new IOException("Postfix did not start; see " + directory + "/mail.log");
      }
      Thread.sleep(Duration.ofMillis(100));
    }
  }

  private String main(String domain, int lmtpPort) {
    return """
        compatibility_level = 3.6
        queue_directory = %1$s/queue
        data_directory = %1$s/data
        daemon_directory = /usr/lib/postfix/sbin
        maillog_file = %1$s/mail.log
        maillog_file_prefixes = %1$s
        myhostname = mx.example.test
        mydestination =
        mynetworks = 127.0.0.0/8
        inet_interfaces = loopback-only
        inet_protocols = ipv4
        disable_dns_lookups = yes
        smtp_host_lookup = native
        alias_maps =
        alias_database =
        local_transport = error:no local mail here
        local_recipient_maps =
        default_transport = error:nothing leaves this machine
        virtual_mailbox_domains = %2$s
        virtual_transport = lmtp:inet:127.0.0.1:%3$d
        """
        .formatted(directory, domain, lmtpPort);
  }

  private String master() {
    return """
        127.0.0.1:%d inet n - n - - smtpd
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        verify unix - - n - 1 verify
        proxymap unix - - n - - proxymap
        anvil unix - - n - 1 anvil
        error unix - - n - - error
        retry unix - - n - - error
        discard unix - - n - - discard
        smtp unix - - n - - smtp
        lmtp unix - - n - - lmtp
        scache unix - - n - 1 scache
        showq unix n - n - - showq
        tlsmgr unix - - n 1000? 1 tlsmgr
        flush unix n - n 1000? 0 flush
        postlog unix-dgram n - n - 1 postlogd
        """
        .formatted(smtpPort);
  }
}
