package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.mailtimemachine.mirror.server.MirrorServer;
import org.mailtimemachine.mirror.server.MirrorServerSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mtm mirror serve}. */
@Command(
    name = "serve",
    description = {
      "Stands in the delivery path: takes mail, hands it to the next hop, and keeps the copies that"
          + " mirrors want, until it is ended. Scans the mirror mailboxes when a day begins.",
      "A signal to end lets messages that are being sent come to their end; what was not answered"
          + " the mail server keeps."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:ended as it was told to",
      "1:failed: another one serves these mirrors, one of them cannot be read, or the address is taken",
      "64:wrong use"
    })
final class MirrorServeCommand implements Callable<Integer> {

  @Mixin private MirrorOptions options = new MirrorOptions();

  @Spec private CommandSpec spec;

  MirrorServeCommand() {}

  @Override
  public Integer call() throws Exception {
    MirrorServerSettings settings = options.settings();
    PrintWriter out = spec.commandLine().getOut();
    MirrorServer server = MirrorServer.start(settings, Clock.system(settings.zone()));
    Thread stop = new Thread(() -> stop(server), "stop");
    Runtime.getRuntime().addShutdownHook(stop);
    out.printf("Mirrors on %s, in front of %s%n", server.address(), settings.proxy().nextHop());
    out.flush();
    new CountDownLatch(1).await(); // the machine ends behind stop()
    return 0;
  }

  /** At SIGTERM or Ctrl-C. */
  private void stop(MirrorServer server) {
    int status = 0;
    try {
      server.close();
    } catch (IOException e) {
      spec.commandLine().getErr().println("mtm: " + e.getMessage());
      spec.commandLine().getErr().flush();
      status = 1;
    }
    // Java would say 143, as if it had been killed.
    Runtime.getRuntime().halt(status);
  }
}
