package org.mailtimemachine.command;

import jakarta.json.stream.JsonGenerator;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Finding;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotRepair;
import org.mailtimemachine.snapshot.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mtm snapshot repair}. */
@Command(
    name = "repair",
    description = {
      "Mends what 'check' finds, as far as it can be mended without guessing. What is damaged is"
          + " moved aside into 'damaged', never deleted.",
      "With --maildirs it also looks for missing messages in the live mailboxes."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:nothing is left to mend", "1:something could not be mended", "64:wrong use"})
final class SnapshotRepairCommand implements Callable<Integer> {

  @Mixin private StoreOptions options = new StoreOptions();

  @Option(names = "--dry-run", description = "Change nothing; only say what would be done.")
  private boolean dryRun;

  @Spec private CommandSpec spec;

  SnapshotRepairCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    try (Store store = Store.open(options.store())) {
      SnapshotRepair.Outcome outcome = new SnapshotRepair(store, options.liveMail()).run(dryRun);
      if (options.json()) {
        StoreOptions.print(
            out,
            json -> {
              json.writeStartObject().write("dryRun", dryRun);
              write(json, "mended", outcome.mended());
              write(json, "left", outcome.left());
              json.writeEnd();
            });
      } else {
        outcome.mended().forEach(finding -> out.println("mended: " + describe(finding)));
        outcome.left().forEach(finding -> out.println("not mended: " + describe(finding)));
        out.printf(
            Locale.ROOT,
            dryRun ? "%,d would be mended, %,d not%n" : "%,d mended, %,d not%n",
            outcome.mended().size(),
            outcome.left().size());
        out.flush();
      }
      return outcome.left().isEmpty() ? 0 : 1;
    }
  }

  private static String describe(Finding finding) {
    String where =
        String.join(
                " ",
                finding.mailbox().map(MailboxAddress::toString).orElse(""),
                finding.snapshot().map(SnapshotName::text).orElse(""),
                finding.message().orElse(""))
            .strip();
    return where.isEmpty() ? finding.what() : where + ": " + finding.what();
  }

  private static void write(JsonGenerator json, String name, List<Finding> findings) {
    json.writeStartArray(name);
    for (Finding finding : findings) {
      json.writeStartObject();
      finding.mailbox().ifPresent(mailbox -> json.write("mailbox", mailbox.toString()));
      finding.snapshot().ifPresent(snapshot -> json.write("snapshot", snapshot.text()));
      finding.message().ifPresent(message -> json.write("message", message));
      json.write("what", finding.what()).writeEnd();
    }
    json.writeEnd();
  }
}
