package org.mailtimemachine.command;

import picocli.CommandLine.Command;

/** {@code mtm store}: the Store as a whole. */
@Command(
    name = "store",
    description = "Copies a store to another place, and lets such a copy take its place.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "copy|adopt",
    subcommands = {StoreCopyCommand.class, StoreAdoptCommand.class})
final class StoreCommand {
  StoreCommand() {}
}
