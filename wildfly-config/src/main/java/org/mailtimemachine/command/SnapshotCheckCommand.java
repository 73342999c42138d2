package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Finding;
import org.mailtimemachine.snapshot.SnapshotCheck;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code mtm snapshot check}. */
@Command(
    name = "check",
    description =
        "Compares a store with itself: manifests, listings, links, sizes and times. It changes"
            + " nothing.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:no findings", "1:findings, or the store cannot be read", "64:wrong use"})
final class SnapshotCheckCommand implements Callable<Integer> {

  @Mixin private StoreOptions options = new StoreOptions();

  @Spec private CommandSpec spec;

  SnapshotCheckCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    try (Store store = Store.open(options.store())) {
      SnapshotCheck.Outcome outcome = new SnapshotCheck(store).run();
      if (options.json()) {
        printJson(out, outcome);
      } else {
        for (Finding finding : outcome.findings()) {
          out.printf(
              "%s %s%s: %s%n",
              finding.mailbox().map(MailboxAddress::toString).orElse(""),
              finding.snapshot().map(SnapshotName::text).orElse(""),
              finding.message().map(message -> " " + message).orElse(""),
              finding.what());
        }
        out.printf(
            Locale.ROOT,
            "%,d snapshots, %,d messages, %,d findings%n",
            outcome.snapshots(),
            outcome.messages(),
            outcome.findings().size());
        out.flush();
      }
      return outcome.findings().isEmpty() ? 0 : 1;
    }
  }

  private static void printJson(PrintWriter out, SnapshotCheck.Outcome outcome) {
    StoreOptions.print(
        out,
        json -> {
          json.writeStartObject()
              .write("snapshots", outcome.snapshots())
              .write("messages", outcome.messages())
              .writeStartArray("findings");
          for (Finding finding : outcome.findings()) {
            json.writeStartObject();
            finding
                .mailbox()
                .ifPresentOrElse(
                    mailbox -> json.write("mailbox", mailbox.toString()),
                    () -> json.writeNull("mailbox"));
            finding
                .snapshot()
                .ifPresentOrElse(
                    name -> json.write("snapshot", name.text()), () -> json.writeNull("snapshot"));
            finding
                .message()
                .ifPresentOrElse(
                    name -> json.write("message", name), () -> json.writeNull("message"));
            json.write("what", finding.what()).writeEnd();
          }
          json.writeEnd().writeEnd();
        });
  }
}
