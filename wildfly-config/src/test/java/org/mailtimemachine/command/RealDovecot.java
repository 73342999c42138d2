package org.mailtimemachine.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * A private Dovecot on loopback, with LMTP and IMAP, whose users are in a passwd-file. It wants to
 * be started as root, because it gives its processes to users of their own.
 */
final class RealDovecot implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/sbin/dovecot");

  private final Path directory;
  private final int imapPort;
  private final int lmtpPort;

  private RealDovecot(Path directory, int imapPort, int lmtpPort) {
    this.directory = directory;
    this.imapPort = imapPort;
    this.lmtpPort = lmtpPort;
  }

  /** Whether this machine can run one. */
  static boolean isPossible() throws IOException {
    return Files.isExecutable(PROGRAM)
        && Files.isExecutable(Path.of("/usr/lib/dovecot/lmtp"))
        && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
  }

  /**
   * Starts it and returns when it answers.
   *
   * @param directory a short path, for the names of its sockets, that every user may enter
   */
  static RealDovecot start(Path directory, Map<MailboxAddress, String> passwords)
      throws IOException, InterruptedException {
    return start(directory, passwords, "");
  }

  /**
   * Starts it and returns when it answers.
   *
   * @param more lines of its configuration, behind its own
   */
  static RealDovecot start(Path directory, Map<MailboxAddress, String> passwords, String more)
      throws IOException, InterruptedException {
    RealDovecot dovecot = new RealDovecot(directory, LoopbackPort.free(), LoopbackPort.free());
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(dovecot.mail());
    var nobody =
        directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
    Files.setOwner(dovecot.mail(), nobody);
    StringBuilder users = new StringBuilder();
    passwords.forEach(
        (mailbox, password) ->
            users.append(mailbox).append(':').append(password).append("::::::\n"));
    Files.writeString(directory.resolve("users"), users);
    Files.writeString(directory.resolve("dovecot.conf"), dovecot.configuration() + more);
    dovecot.startAgain();
    return dovecot;
  }

  /** Starts it again after {@link #close}, with its mail and on its ports. */
  void startAgain() throws IOException, InterruptedException {
    HostProgram.run(
        List.of(PROGRAM.toString(), "-c", directory.resolve("dovecot.conf").toString()), directory);
    awaitGreeting(imapPort);
    awaitGreeting(lmtpPort);
  }

  /** The directory that holds {@code <domain>/<user>}. */
  Path mail() {
    return directory.resolve("mail");
  }

  Path log() {
    return directory.resolve("dovecot.log");
  }

  int imapPort() {
    return imapPort;
  }

  int lmtpPort() {
    return lmtpPort;
  }

  /** Delivers one message as a mail server does, and returns when Dovecot has taken it. */
  void deliver(MailboxAddress recipient, String message) throws IOException {
    deliver(lmtpPort, recipient, message);
  }

  /**
   * The same through somebody who stands before it.
   *
   * @param port where he listens
   */
  void deliver(int port, MailboxAddress recipient, String message) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(30_000);
      BufferedReader replies =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      expect(replies, "220");
      command(socket, "LHLO test.example", replies, "250");
      command(socket, "MAIL FROM:<sender@example.test>", replies, "250");
      command(socket, "RCPT TO:<" + recipient + ">", replies, "250");
      command(socket, "DATA", replies, "354");
      OutputStream out = socket.getOutputStream();
      for (String line : message.lines().toList()) {
        String stuffed = line.startsWith(".") ? "." + line : line;
        out.write((stuffed + "\r\n").getBytes(StandardCharsets.UTF_8));
      }
      command(socket, ".", replies, "250");
      command(socket, "QUIT", replies, "221");
    }
  }

  @Override
  public void close() throws IOException {
    try {
      var master =
          OwnProcess.find(
              directory.resolve("run/master.pid"), directory.resolve("dovecot.conf").toString());
      if (master.isPresent()) {
        master.get().stop("TERM", Duration.ofSeconds(20));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while Dovecot stopped in " + directory, e);
    }
  }

  private static void command(Socket socket, String line, BufferedReader replies, String expected)
      throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
    expect(replies, expected);
  }

  private static void expect(BufferedReader replies, String code) throws IOException {
    String reply;
    do {
      reply = replies.readLine();
      if (reply == null || !reply.startsWith(code)) {
        throw new IOException("expected " + code + " from LMTP, got " + reply);
      }
    } while (reply.startsWith(code + "-"));
  }

  private void awaitGreeting(int port) throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout(10_000);
        if (socket.getInputStream().read() >= 0) {
          return;
        }
      } catch (SocketTimeoutException e) {
        throw new IOException("Dovecot does not speak; see " + directory + "/dovecot.log", e);
      } catch (IOException e) {
        // not listening yet
      }
      if (System.nanoTime() - end > 0) {
        throw new IOException("Dovecot did not start; see " + directory + "/dovecot.log");
      }
      Thread.sleep(Duration.ofMillis(100));
    }
  }

  private String configuration() {
    return """
        base_dir = %1$s/run
        state_dir = %1$s/state
        log_path = %1$s/dovecot.log
        protocols = imap lmtp
        listen = 127.0.0.1
        ssl = no
        disable_plaintext_auth = no
        first_valid_uid = 1
        first_valid_gid = 1
        mail_location = maildir:~/Maildir
        maildir_copy_with_hardlinks = yes
        passdb {
          driver = passwd-file
          args = scheme=PLAIN username_format=%%Lu %1$s/users
        }
        userdb {
          driver = passwd-file
          args = username_format=%%Lu %1$s/users
          default_fields = uid=nobody gid=nogroup home=%1$s/mail/%%Ld/%%Ln
        }
        namespace inbox {
          inbox = yes
          separator = .
          mailbox Trash {
            special_use = \\Trash
            auto = subscribe
          }
        }
        service imap-login {
          inet_listener imap {
            port = %2$d
          }
          inet_listener imaps {
            port = 0
          }
        }
        service lmtp {
          inet_listener lmtp {
            address = 127.0.0.1
            port = %3$d
          }
        }
        """
        .formatted(directory, imapPort, lmtpPort);
  }
}
