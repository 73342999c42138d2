package org.mailtimemachine.mirror.copy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.Mirror;
import org.mailtimemachine.mirror.MirrorRules;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.smtp.Protocol;
import org.mailtimemachine.mirror.smtp.ProxySettings;
import org.mailtimemachine.mirror.smtp.SmtpProxy;

/** A mirror for example.test as a process of its own, which can be killed. */
final class MirrorProcess {

  static final MailboxAddress MIRROR = MailboxAddress.of("_mirror@example.test");
  static final MailboxAddress OF_BOB = MailboxAddress.of("_mirror_bob@example.test");

  private MirrorProcess() {}

  /**
   * Arguments: a directory, the port of the next hop, the port to listen on, which run of the
   * machine it is, a file for gaps, and one that is in the way of Bob's mirror where it is there.
   * Says when it listens.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path directory = Path.of(arguments[0]);
    Path inTheWay = Path.of(arguments[5]);
    List<Mirror> mirrors =
        List.of(
            new Mirror(new MirrorSource.AllRecipients("example.test"), List.of(MIRROR), 30),
            new Mirror(
                new MirrorSource.SingleRecipient(MailboxAddress.of("bob@example.test")),
                List.of(OF_BOB),
                30));
    try (Spool spool =
            Spool.open(
                directory.resolve("spool"),
                mailbox ->
                    mailbox.equals(OF_BOB) && Files.exists(inTheWay)
                        ? inTheWay // which is no directory
                        : directory.resolve("mail").resolve(mailbox.toString()),
                () -> MirrorRules.of(mirrors),
                FailurePolicy.DEFER,
                Clock.systemUTC(),
                "test",
                gap -> note(Path.of(arguments[4]), gap),
                arguments[3]);
        SmtpProxy proxy =
            SmtpProxy.start(
                ProxySettings.of(
                    Protocol.SMTP,
                    loopback(Integer.parseInt(arguments[2])),
                    loopback(Integer.parseInt(arguments[1])),
                    "mirror.example.test"),
                spool)) {
      System.out.println("listens on " + proxy.address().getPort());
      while (System.in.read() >= 0) {
        spool.awaitDelivered();
        System.out.println("delivered");
      }
    }
  }

  private static void note(Path file, Gap gap) {
    try {
      Files.writeString(
          file, gap.text() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }
}
