package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.RegisteredMirror;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mtm mirror list}. */
@Command(
    name = "list",
    description = "Lists the mirrors of the host, oldest first.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:listed", "1:failed, or one of them cannot be read", "64:wrong use"})
final class MirrorListCommand implements Callable<Integer> {

  @Mixin private MirrorOptions options = new MirrorOptions();

  @Option(names = "--all", description = "Those that have ended, too.")
  private boolean all;

  @Spec private CommandSpec spec;

  MirrorListCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    MirrorRegister register = options.register();
    List<RegisteredMirror> mirrors =
        register.mirrors().stream().filter(mirror -> all || mirror.inForce()).toList();
    if (options.json()) {
      StoreOptions.print(
          out,
          json -> {
            json.writeStartArray();
            for (RegisteredMirror mirror : mirrors) {
              json.writeStartObject()
                  .write("id", mirror.id())
                  .write("source", MirrorOptions.source(mirror.rule().source()))
                  .write("days", mirror.rule().days())
                  .write("state", MirrorOptions.state(mirror))
                  .write("readOnly", mirror.readOnly())
                  .write("madeAt", mirror.made().toString())
                  .write("madeBy", mirror.madeBy())
                  .writeStartArray("destinations");
              mirror.rule().destinations().forEach(each -> json.write(each.toString()));
              json.writeEnd();
              mirror
                  .end()
                  .ifPresent(
                      end ->
                          json.write("endedAt", end.time().toString())
                              .write("endedBy", end.by())
                              .write("mailStays", end.mailStays()));
              json.writeEnd();
            }
            json.writeEnd();
          });
    } else {
      for (RegisteredMirror mirror : mirrors) {
        out.printf(
            "%s  %-9s  %4d days  %s -> %s  (%s, %s)%n",
            mirror.id(),
            MirrorOptions.state(mirror),
            mirror.rule().days(),
            MirrorOptions.source(mirror.rule().source()),
            String.join(
                ", ", mirror.rule().destinations().stream().map(MailboxAddress::toString).toList()),
            mirror.madeBy(),
            options.time(mirror.made()));
      }
      out.flush();
    }
    List<String> problems = register.problems();
    problems.forEach(problem -> spec.commandLine().getErr().println("mtm: " + problem));
    spec.commandLine().getErr().flush();
    return problems.isEmpty() ? 0 : 1;
  }
}
