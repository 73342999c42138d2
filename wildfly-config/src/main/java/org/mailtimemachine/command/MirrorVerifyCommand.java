package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.expiry.SealedMailbox;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.snapshot.Sentences;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mtm mirror verify}. */
@Command(
    name = "verify",
    description = {
      "Proves what read-only mirrors hold: every line of their ledgers is as it was sealed, every"
          + " message that came is there with its SHA-256 or has expired, and nothing else is there.",
      "Write the seal down elsewhere, and say it later with --seal: whoever can write to the disk"
          + " could make all ledgers anew, but not with the same seals. The log of 'mtm mirror serve'"
          + " has them, too, at its start and at each midnight."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:all is as it was kept", "1:something is not, or failed", "64:wrong use"})
final class MirrorVerifyCommand implements Callable<Integer> {

  private static final Pattern SEAL = Pattern.compile("[0-9a-fA-F]{64}");

  @Mixin private MirrorOptions options = new MirrorOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "MAILBOX",
      converter = StoreOptions.Address.class,
      description = "As _audit_user@domain; without it, all of them.")
  private List<MailboxAddress> mailboxes = List.of();

  @Option(
      names = "--seal",
      paramLabel = "HEX",
      description = "A seal of MAILBOX that was written down: its ledger has to go on from it.")
  private @Nullable String seal;

  @Spec private CommandSpec spec;

  MirrorVerifyCommand() {}

  @Override
  public Integer call() throws Exception {
    String writtenDown = seal;
    if (writtenDown != null && (mailboxes.isEmpty() || !SEAL.matcher(writtenDown).matches())) {
      throw new ParameterException(
          spec.commandLine(), "--seal: 64 hexadecimal digits, and the MAILBOX that they are of");
    }
    MirrorRegister register = options.register();
    Map<MailboxAddress, SealedMailbox.Findings> found = new TreeMap<>();
    List<String> problems = new ArrayList<>(register.problems());
    for (MailboxAddress mailbox : mailboxes.isEmpty() ? SealedMailbox.all(register) : mailboxes) {
      if (!mailboxes.isEmpty() && !register.isReadOnly(mailbox)) {
        throw new CommandFailed(mailbox + " is not the mailbox of a read-only mirror.");
      }
      try {
        found.put(
            mailbox,
            new SealedMailbox(register, mailbox)
                .verify(Optional.ofNullable(writtenDown).map(hex -> hex.toLowerCase(Locale.ROOT))));
      } catch (IOException | RuntimeException e) { // the others are looked at all the same
        found.put(mailbox, new SealedMailbox.Findings(0, 0, 0, "", List.of(mailbox + ": " + e)));
      }
    }
    problems.forEach(problem -> spec.commandLine().getErr().println("not proven: " + problem));
    spec.commandLine().getErr().flush();
    if (options.json()) {
      printJson(found);
    } else {
      print(found);
    }
    return problems.isEmpty() && found.values().stream().allMatch(each -> each.problems().isEmpty())
        ? 0
        : 1;
  }

  private void print(Map<MailboxAddress, SealedMailbox.Findings> found) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    found.forEach(
        (mailbox, findings) -> {
          out.printf(
              "%s: %s came, %s expired, %s there; seal %s%n",
              mailbox,
              Sentences.count(findings.arrivals(), "message"),
              Sentences.count(findings.expired(), "message"),
              Sentences.count(findings.messages(), "message"),
              findings.seal());
          findings.problems().forEach(problem -> err.println("not proven: " + problem));
        });
    out.flush();
    err.flush();
  }

  private void printJson(Map<MailboxAddress, SealedMailbox.Findings> found) {
    StoreOptions.print(
        spec.commandLine().getOut(),
        json -> {
          json.writeStartArray();
          found.forEach(
              (mailbox, findings) -> {
                json.writeStartObject()
                    .write("mailbox", mailbox.toString())
                    .write("arrivals", findings.arrivals())
                    .write("expired", findings.expired())
                    .write("messages", findings.messages())
                    .write("seal", findings.seal())
                    .writeStartArray("problems");
                findings.problems().forEach(json::write);
                json.writeEnd().writeEnd();
              });
          json.writeEnd();
        });
  }
}
