package org.mailtimemachine.command;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the product lies: a directory with {@code lib} (this command line), {@code server} (the
 * provisioned WildFly) and {@code deployments} (the WARs).
 *
 * @param home the directory that holds the three
 */
record Installation(Path home) {

  /** The installation that this class was loaded from; {@code -Dmtm.home=DIR} names another one. */
  static Installation current() {
    String named = System.getProperty("mtm.home");
    if (named != null) {
      return new Installation(Path.of(named).toAbsolutePath().normalize());
    }
    try {
      Path jar =
          Path.of(Installation.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path lib = jar.toAbsolutePath().getParent();
      if (lib == null || lib.getParent() == null) {
        throw new IllegalStateException("no installation around " + jar);
      }
      return new Installation(lib.getParent());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("this program does not know where it lies", e);
    }
  }

  /** The provisioned server. */
  Path server() {
    return home.resolve("server");
  }

  /**
   * This installation, if it has a server.
   *
   * @throws CommandFailed where only the command line was built
   */
  Installation requireServer() {
    if (!Files.isRegularFile(server().resolve("bin/standalone.sh"))) {
      throw new CommandFailed(
          "There is no server in %s; ./mvnw -DskipTests package builds it.".formatted(home));
    }
    return this;
  }
}
