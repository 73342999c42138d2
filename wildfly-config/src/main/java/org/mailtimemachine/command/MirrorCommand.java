package org.mailtimemachine.command;

import picocli.CommandLine.Command;

/** {@code mtm mirror}: Mirrors without a web server and without a database. */
@Command(
    name = "mirror",
    description =
        "Mirrors mail on its way: makes, lists, changes and ends mirrors, takes mail for them, and"
            + " proves what read-only ones hold; needs no server and no database.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "serve|status|add|list|change|end|password|expire|verify|export|gaps",
    subcommands = {
      MirrorServeCommand.class,
      MirrorAddCommand.class,
      MirrorListCommand.class,
      MirrorChangeCommand.class,
      MirrorEndCommand.class,
      MirrorPasswordCommand.class,
      MirrorExpireCommand.class,
      MirrorVerifyCommand.class,
      MirrorExportCommand.class,
      MirrorStatusCommand.class,
      MirrorGapsCommand.class
    })
final class MirrorCommand {
  MirrorCommand() {}
}
