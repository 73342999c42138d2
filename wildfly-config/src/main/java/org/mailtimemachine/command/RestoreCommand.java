package org.mailtimemachine.command;

import picocli.CommandLine.Command;

/** {@code mtm restore}: what is missing in live mail comes back, without a server. */
@Command(
    name = "restore",
    description =
        "Plans restores, carries them out, takes them back, lists and shows them; needs no server.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "plan|run|take-back|list|show",
    subcommands = {
      RestorePlanCommand.class,
      RestoreRunCommand.class,
      RestoreTakeBackCommand.class,
      RestoreListCommand.class,
      RestoreShowCommand.class
    })
final class RestoreCommand {
  RestoreCommand() {}
}
