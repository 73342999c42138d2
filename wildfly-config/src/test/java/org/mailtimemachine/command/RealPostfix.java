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
  private final String domain;
  private final int smtpPort;
  private final int lmtpPort;
  private More now = More.NOTHING;

  private RealPostfix(Path directory, String domain, int smtpPort, int lmtpPort) {
    this.directory = directory;
    this.domain = domain;
    this.smtpPort = smtpPort;
    this.lmtpPort = lmtpPort;
  }

  /**
   * What an administrator adds to its configuration.
   *
   * @param main lines of main.cf
   * @param smtpd options of the public smtpd in master.cf
   * @param services of master.cf
   */
  record More(String main, String smtpd, String services) {
    static final More NOTHING = new More("", "", "");
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
    RealPostfix postfix = new RealPostfix(directory, domain, LoopbackPort.free(), lmtpPort);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(directory.resolve("queue"));
    Path data = Files.createDirectories(directory.resolve("data"));
    Files.setOwner(
        data,
        directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postfix"));
    postfix.start(More.NOTHING);
    return postfix;
  }

  /** Starts it anew with another configuration, where it has another one; its queue stays. */
  void configure(More more) throws IOException, InterruptedException {
    if (!more.equals(now)) {
      postfix("stop");
      start(more);
    }
  }

  private void start(More more) throws IOException, InterruptedException {
    Files.writeString(directory.resolve("main.cf"), main() + more.main());
    Files.writeString(directory.resolve("master.cf"), master(more));
    postfix("start");
    awaitGreeting();
    now = more;
  }

  /** Has it try again at once what waits in its queue. */
  void flush() throws IOException, InterruptedException {
    postfix("flush");
  }

  /** Takes in anew what waits in its queue, by the configuration of now. */
  void requeue() throws IOException, InterruptedException {
    HostProgram.run(
        List.of("/usr/sbin/postsuper", "-c", directory.toString(), "-r", "ALL"), directory);
    flush();
  }

  /** What it has done so far. */
  String log() throws IOException {
    return Files.readString(directory.resolve("mail.log"));
  }

  private void postfix(String verb) throws IOException, InterruptedException {
    HostProgram.run(List.of(PROGRAM.toString(), "-c", directory.toString(), verb), directory);
  }

  int smtpPort() {
    return smtpPort;
  }

  @Override
  public void close() throws IOException {
    try {
      postfix("stop");
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

  private String main() {
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

  private String master(More more) {
    return """
        127.0.0.1:%d inet n - n - - smtpd
        %s
        pickup unix n - n 60 1 pickup
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
        %s
        """
        .formatted(smtpPort, more.smtpd(), more.services());
  }
}
