package org.mailtimemachine.command;

import picocli.CommandLine.Command;

/** {@code mtm snapshot}: Snapshots without a server and without a database. */
@Command(
    name = "snapshot",
    description =
        "Takes, lists, shows, checks, repairs, checks out, expires and pins snapshots; needs no server.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "take|status|list|show|check|repair|checkout|expire|pin|unpin",
    subcommands = {
      SnapshotTakeCommand.class,
      SnapshotStatusCommand.class,
      SnapshotListCommand.class,
      SnapshotShowCommand.class,
      SnapshotCheckCommand.class,
      SnapshotRepairCommand.class,
      SnapshotCheckoutCommand.class,
      SnapshotExpireCommand.class,
      SnapshotPinCommand.class,
      SnapshotUnpinCommand.class
    })
final class SnapshotCommand {
  SnapshotCommand() {}
}
