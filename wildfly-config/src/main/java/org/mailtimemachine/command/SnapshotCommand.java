package org.mailtimemachine.command;

import picocli.CommandLine.Command;

/** {@code mtm snapshot}: Snapshots without a server and without a database. */
@Command(
    name = "snapshot",
    description = "Takes, lists, shows, checks and expires snapshots; needs no server.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "take|list|show|check|expire",
    subcommands = {
      SnapshotTakeCommand.class,
      SnapshotListCommand.class,
      SnapshotShowCommand.class,
      SnapshotCheckCommand.class,
      SnapshotExpireCommand.class
    })
final class SnapshotCommand {
  SnapshotCommand() {}
}
