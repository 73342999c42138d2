package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Names the database of a host by its settings file. */
final class DatabaseOption {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The properties file of 'mtm run'.")
  private Path config = Path.of("");

  DatabaseOption() {}

  WildFlyServer.Database database() throws IOException {
    Settings settings = Settings.read(config);
    return new WildFlyServer.Database(
        settings.required("mtm.db.url"),
        settings.required("mtm.db.user"),
        settings.required("mtm.db.password"));
  }
}
