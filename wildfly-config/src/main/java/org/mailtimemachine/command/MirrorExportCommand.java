package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.expiry.MirrorExport;
import org.mailtimemachine.mirror.expiry.SealedMailbox;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.snapshot.Sentences;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mtm mirror export}. */
@Command(
    name = "export",
    description = {
      "Copies what a read-only mirror holds, with its ledgers, into a new directory, and verifies it.",
      "SHA256SUMS in it is for sha256sum -c; VERIFY.txt tells how the seals are made, so that anybody"
          + " can check them without this program."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:exported, and all is as it was kept",
      "1:failed, or something is not as it was kept",
      "64:wrong use"
    })
final class MirrorExportCommand implements Callable<Integer> {

  @Mixin private MirrorOptions options = new MirrorOptions();

  @Parameters(
      paramLabel = "MAILBOX",
      converter = StoreOptions.Address.class,
      description = "As _audit_user@domain.")
  private MailboxAddress mailbox = new MailboxAddress("x", "x");

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "A directory that is not there yet.")
  private Path to = Path.of("");

  @Spec private CommandSpec spec;

  MirrorExportCommand() {}

  @Override
  public Integer call() throws Exception {
    MirrorRegister register = options.register();
    if (!register.isReadOnly(mailbox)) {
      throw new CommandFailed(mailbox + " is not the mailbox of a read-only mirror.");
    }
    SealedMailbox.Findings findings = new MirrorExport(register, mailbox).to(to);
    PrintWriter out = spec.commandLine().getOut();
    if (options.json()) {
      StoreOptions.print(
          out,
          json -> {
            json.writeStartObject()
                .write("directory", to.toString())
                .write("messages", findings.messages())
                .write("seal", findings.seal())
                .writeStartArray("problems");
            findings.problems().forEach(json::write);
            json.writeEnd().writeEnd();
          });
    } else {
      out.printf(
          "%s in %s; seal %s%n",
          Sentences.count(findings.messages(), "message"), to, findings.seal());
      out.flush();
      findings
          .problems()
          .forEach(problem -> spec.commandLine().getErr().println("not proven: " + problem));
      spec.commandLine().getErr().flush();
    }
    return findings.problems().isEmpty() ? 0 : 1;
  }
}
