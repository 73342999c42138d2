package org.mailtimemachine.command;

import picocli.CommandLine.Command;

/** {@code mtm catalogue}: the database that is derived from the Store. */
@Command(
    name = "catalogue",
    description = "The database that is derived from the store.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "rebuild",
    subcommands = {CatalogueRebuildCommand.class})
final class CatalogueCommand {
  CatalogueCommand() {}
}
