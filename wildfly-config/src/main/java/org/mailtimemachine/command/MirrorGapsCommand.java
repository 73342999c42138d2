package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.mailtimemachine.mirror.copy.Gap;
import org.mailtimemachine.mirror.server.GapBook;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mtm mirror gaps}. */
@Command(
    name = "gaps",
    description =
        "Lists the messages that went on without their copies (mtm.mirror.policy = pass), oldest"
            + " first.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:listed", "1:failed", "64:wrong use"})
final class MirrorGapsCommand implements Callable<Integer> {

  @Mixin private MirrorOptions options = new MirrorOptions();

  @Spec private CommandSpec spec;

  MirrorGapsCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    List<Gap> gaps = new GapBook(options.register().gaps()).read();
    if (options.json()) {
      StoreOptions.print(
          out,
          json -> {
            json.writeStartArray();
            for (Gap gap : gaps) {
              json.writeStartObject()
                  .write("time", gap.time().toString())
                  .write("queueId", gap.queueId())
                  .write("sender", gap.sender())
                  .writeStartArray("recipients");
              gap.recipients().forEach(json::write);
              json.writeEnd().write("cause", gap.cause()).writeEnd();
            }
            json.writeEnd();
          });
      return 0;
    }
    for (Gap gap : gaps) {
      out.printf(
          "%s  %s  <%s> -> %s: %s%n",
          options.time(gap.time()),
          gap.queueId().isEmpty() ? "-" : gap.queueId(),
          gap.sender(),
          String.join(", ", gap.recipients()),
          gap.cause());
    }
    out.flush();
    return 0;
  }
}
