package org.mailtimemachine.command;

import picocli.CommandLine.Command;

/** {@code mtm snapshot}: Snapshots without a server and without a database. */
@Command(
    name = "snapshot",
    description = "Takes, lists, shows, checks, checks out and expires snapshots; needs no server.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "take|list|show|check|checkout|expire",
    subcommands = {
      SnapshotTakeCommand.class,
      SnapshotListCommand.class,
      SnapshotShowCommand.class,
      SnapshotCheckCommand.class,
      SnapshotCheckoutCommand.class,
      SnapshotExpireCommand.class
    })
final class SnapshotCommand {
  SnapshotCommand() {}
}
