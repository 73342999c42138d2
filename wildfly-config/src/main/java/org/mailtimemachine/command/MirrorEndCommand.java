package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.mailtimemachine.mirror.register.MirrorRefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mtm mirror end}. */
@Command(
    name = "end",
    description = {
      "Ends a mirror: it copies nothing more.",
      "The mailbox that was made for it goes on expiring by its days; an existing mailbox keeps what"
          + " it holds, unless another mirror goes there: then its copies are kept for their days."
    },
    mixinStandardHelpOptions = true)
final class MirrorEndCommand implements Callable<Integer> {

  @Mixin private MirrorOptions options = new MirrorOptions();

  @Parameters(paramLabel = "ID", description = "As 'mtm mirror list' prints it.")
  private String id = "";

  @Option(
      names = "--keep-mail",
      description = "The mailbox that was made for it keeps what it holds for good.")
  private boolean keepMail;

  @Spec private CommandSpec spec;

  MirrorEndCommand() {}

  @Override
  public Integer call() throws Exception {
    try {
      options.register().end(id, keepMail, MirrorOptions.user());
    } catch (MirrorRefusedException e) {
      throw MirrorOptions.refused(e);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (options.json()) {
      StoreOptions.print(out, json -> json.writeStartObject().write("id", id).writeEnd());
    } else {
      out.printf(
          keepMail
              ? "%s ended; what it holds stays%n"
              : "%s ended; what the mailbox made for it holds goes when its days are over%n",
          id);
      out.flush();
    }
    return 0;
  }
}
