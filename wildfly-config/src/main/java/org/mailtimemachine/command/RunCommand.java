package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mtm run}: the server of a real mail host, with the host's own PostgreSQL. */
@Command(
    name = "run",
    description = "Runs the server with the settings of FILE until it is told to stop.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:it was told to stop, and has",
      "1:it could not start, or has ended by itself; a sentence says why",
      "64:wrong use"
    })
final class RunCommand implements Callable<Integer> {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "A properties file; docs/operations.md lists the settings.")
  private Path config;

  @Spec private CommandSpec spec;

  private volatile boolean stopping;

  RunCommand() {}

  @Override
  public Integer call() throws Exception {
    var out = spec.commandLine().getOut();
    Settings settings = Settings.read(config);
    settings.warnOfUnknown(spec.commandLine().getErr());
    Path base = Path.of(settings.required("mtm.server.directory"));
    WildFlyServer.Run run =
        new WildFlyServer.Run(
            base,
            settings.forTheApplications(),
            settings.port("mtm.http.port", 8080),
            settings.port("mtm.management.port", 9990),
            settings.optional("mtm.server.jvm", "-Xms256m -Xmx1g"),
            new WildFlyServer.Database(
                settings.required("mtm.db.url"),
                settings.required("mtm.db.user"),
                settings.required("mtm.db.password")));
    OwnDirectory.take(base, WildFlyServer.MARKER).lock();
    if (WildFlyServer.isRunning(base)) {
      throw new CommandFailed(
          "A server whose mtm was killed still runs in %s; end process %s first."
              .formatted(base, Files.readString(base.resolve("wildfly.pid")).strip()));
    }
    LoopbackPort.requireFree(run.httpPort(), "mtm.http.port");
    LoopbackPort.requireFree(run.managementPort(), "mtm.management.port");
    SettingsCheck.require(settings);
    Installation installation = Installation.current().requireServer();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(base), "stop"));
    try (WildFlyServer server = WildFlyServer.start(installation, run)) {
      String store = settings.optional("mtm.store", "");
      if (!store.isEmpty() && !Files.isDirectory(Path.of(store))) {
        out.println(
            "There is no store at %s yet: users see no day until a first take makes it."
                .formatted(store));
      }
      out.println("Ready on http://127.0.0.1:%d/".formatted(run.httpPort()));
      out.flush();
      server.await();
      if (stopping) {
        return 0;
      }
      throw new CommandFailed("The server has ended; its log is " + base.resolve("log/server.log"));
    }
  }

  private void stop(Path base) {
    stopping = true;
    try {
      WildFlyServer.stop(base);
    } catch (IOException e) {
      throw new CommandFailed("The server could not be stopped", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
