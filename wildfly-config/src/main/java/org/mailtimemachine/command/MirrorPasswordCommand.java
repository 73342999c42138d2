package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.mailtimemachine.mirror.register.MirrorRefusedException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mtm mirror password}. */
@Command(
    name = "password",
    description =
        "Gives the mailbox that was made for a mirror a new password, and prints it this once.",
    mixinStandardHelpOptions = true)
final class MirrorPasswordCommand implements Callable<Integer> {

  @Mixin private MirrorOptions options = new MirrorOptions();

  @Parameters(paramLabel = "ID", description = "As 'mtm mirror list' prints it.")
  private String id = "";

  @Spec private CommandSpec spec;

  MirrorPasswordCommand() {}

  @Override
  public Integer call() throws Exception {
    String password;
    try {
      password = options.register().newPassword(id);
    } catch (MirrorRefusedException e) {
      throw MirrorOptions.refused(e);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (options.json()) {
      StoreOptions.print(
          out,
          json -> json.writeStartObject().write("id", id).write("password", password).writeEnd());
    } else {
      out.println(password);
      out.flush();
    }
    return 0;
  }
}
