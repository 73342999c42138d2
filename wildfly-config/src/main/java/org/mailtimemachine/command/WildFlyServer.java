package org.mailtimemachine.command;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The provisioned WildFly with everything deployed, run in a base directory of its own, so that
 * several servers can be started from one installation.
 */
final class WildFlyServer implements AutoCloseable {

  /** Quick to start and small: for the demo and the tests, not for a host. */
  static final String SMALL = "-Xms64m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

  /** Says that the directory is a server's base, so that its configuration may be replaced. */
  static final String MARKER = ".mtm-server";

  private static final Duration BOOT = Duration.ofMinutes(5);
  private static final Duration SHUTDOWN = Duration.ofSeconds(60);

  private final Path base;
  private final Process process;

  private WildFlyServer(Path base, Process process) {
    this.base = base;
    this.process = process;
  }

  /**
   * How a server is to be run.
   *
   * @param base its base directory: configuration (made anew at every start), data and logs
   * @param settings what MicroProfile Config shall know; the environment overrides it
   * @param httpPort on 127.0.0.1
   * @param managementPort on 127.0.0.1
   * @param jvm options of its JVM: memory and collectors
   * @param database JDBC URL, user and password
   */
  record Run(
      Path base,
      Properties settings,
      int httpPort,
      int managementPort,
      String jvm,
      Database database) {}

  /** Where the Catalogue is. */
  record Database(String url, String user, String password) {

    @Override
    public String toString() {
      return url + " as " + user; // never the password
    }
  }

  /**
   * Starts it and returns when everything is deployed.
   *
   * @throws CommandFailed where the base holds what is not a server's, where the server ends, where
   *     a deployment fails, or after five minutes
   */
  static WildFlyServer start(Installation installation, Run run)
      throws IOException, InterruptedException {
    Path base = OwnDirectory.take(run.base(), MARKER).path();
    stop(base);
    Path image = installation.requireServer().server();
    FileTree.delete(base.resolve("configuration"));
    FileTree.copy(image.resolve("standalone/configuration"), base.resolve("configuration"));
    Path settings = base.resolve("configuration/mtm.properties");
    writeSettings(run.settings(), settings);
    Path marker = base.resolve("tmp/startup-marker");
    Files.deleteIfExists(marker);

    List<String> command = new ArrayList<>();
    // A session of its own: Ctrl-C goes to the launcher alone, which then stops us in order.
    command.add("setsid");
    command.add(image.resolve("bin/standalone.sh").toString());
    command.add("-Djboss.server.base.dir=" + base);
    command.add("-Djboss.http.port=" + run.httpPort());
    command.add("-Djboss.management.http.port=" + run.managementPort());
    command.add("-Dsmallrye.config.locations=" + settings.toUri());
    command.addAll(logs(run.settings().getProperty("mtm.log.format", "text").strip()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(base.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(base.resolve("console.log").toFile());
    Map<String, String> environment = builder.environment();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("JBOSS_HOME", image.toString());
    environment.put("LAUNCH_JBOSS_IN_BACKGROUND", "1"); // the script passes TERM on to Java
    environment.put("JBOSS_PIDFILE", pidFile(base).toString());
    environment.put(
        "JAVA_OPTS",
        run.jvm()
            + " -Djava.awt.headless=true -Dorg.jboss.logmanager.nocolor=true -Djboss.modules.system.pkgs=org.jboss.byteman"
            + " --enable-native-access=ALL-UNNAMED");
    environment.put("MTM_DB_URL", run.database().url());
    environment.put("MTM_DB_USER", run.database().user());
    environment.put("MTM_DB_PASSWORD", run.database().password());
    WildFlyServer server = new WildFlyServer(base, builder.start());
    try {
      server.awaitBoot(marker);
    } catch (CommandFailed | IOException | InterruptedException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /** One of the two log files of configure.cli is written, the other one stays empty. */
  private static List<String> logs(String format) {
    boolean json = format.equals("json");
    return List.of(
        "-Dmtm.log.text.level=" + (json ? "OFF" : "ALL"),
        "-Dmtm.log.json.level=" + (json ? "ALL" : "OFF"));
  }

  /** Stops the server of this base directory if one is running; says whether one was. */
  static boolean stop(Path base) throws IOException, InterruptedException {
    Optional<OwnProcess> left = find(base);
    if (left.isPresent()) {
      left.get().stop("TERM", SHUTDOWN);
    }
    return left.isPresent();
  }

  /** Whether a server runs in this base directory. */
  static boolean isRunning(Path base) throws IOException {
    return find(base).isPresent();
  }

  private static Optional<OwnProcess> find(Path base) throws IOException {
    Path absolute = Files.exists(base) ? base.toRealPath() : base.toAbsolutePath();
    return OwnProcess.find(pidFile(absolute), "-Djboss.server.base.dir=" + absolute);
  }

  /** Waits until the server ends by itself or by somebody else's hand; its exit status. */
  int await() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public void close() throws IOException {
    try {
      stop(base);
      process.destroy(); // the script, where it had not come to starting Java
      if (!process.waitFor(SHUTDOWN.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while WildFly stopped in " + base, e);
    }
  }

  private void awaitBoot(Path marker) throws IOException, InterruptedException {
    long end = System.nanoTime() + BOOT.toNanos();
    while (!Files.exists(marker) || Files.size(marker) == 0) {
      if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
        throw new CommandFailed("WildFly ended while it started." + lastErrors());
      }
      if (System.nanoTime() - end > 0) {
        throw new CommandFailed(
            "WildFly did not start in %d minutes.%s".formatted(BOOT.toMinutes(), lastErrors()));
      }
    }
    if (!Files.readString(marker).startsWith("success")) {
      throw new CommandFailed("WildFly started, but not all of it." + lastErrors());
    }
  }

  private String lastErrors() throws IOException {
    Path log = base.resolve("console.log");
    StringBuilder words = new StringBuilder(" Its log is " + log);
    try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
      lines
          .filter(line -> line.contains(" ERROR ") || line.startsWith("Caused by:"))
          .limit(8)
          .forEach(line -> words.append("\n  ").append(line));
    }
    return words.toString();
  }

  private static void writeSettings(Properties settings, Path file) throws IOException {
    Properties lines = new Properties();
    lines.putAll(settings);
    // Between the defaults in the WARs (100) and the environment (300).
    lines.setProperty("config_ordinal", "200");
    try (Writer writer = Files.newBufferedWriter(file)) {
      lines.store(writer, "Made at every start of the server.");
    }
  }

  private static Path pidFile(Path base) {
    return base.resolve("wildfly.pid");
  }
}
