package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.mailtimemachine.snapshot.Sentences;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.StoreCopy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mtm store copy}. */
@Command(
    name = "copy",
    description = {
      "Copies a store to another disk, each message once, and later only what is new.",
      "The copy can be read like a store (list, check, checkout, restores, a server with"
          + " mtm.nights = off). What expires in the store stays in the copy: 'mtm snapshot"
          + " expire --store DIR' has days of its own for it. Killed, it is finished by running it"
          + " again."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:the copy has all that the store has",
      "1:failed; no day is in the copy that was not there before",
      "2:copied, and what could not be is named",
      "64:wrong use"
    })
final class StoreCopyCommand implements Callable<Integer> {

  private static final int WITH_PROBLEMS = 2;

  @Mixin private StoreOptions options = new StoreOptions();

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "A copy that this has made; with --make also a new or empty directory.")
  private Path to = Path.of("");

  @Option(
      names = "--make",
      description = "Make the first copy; without it a DIR whose disk is not mounted stays empty.")
  private boolean make;

  @Option(
      names = "--again",
      description =
          "Go through all days again, not only new ones: what the disk of the copy has lost comes"
              + " back.")
  private boolean again;

  @Spec private CommandSpec spec;

  StoreCopyCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    StoreCopy.Outcome outcome;
    try (Store store = Store.open(options.store())) {
      outcome = StoreCopy.run(store, to, make, again, options.progress(err));
    }
    if (options.json()) {
      StoreOptions.print(
          out,
          json -> {
            json.writeStartObject()
                .write("snapshots", outcome.snapshots())
                .write("mailboxes", outcome.mailboxes())
                .write("messages", outcome.messages())
                .write("bytes", outcome.bytes())
                .writeStartArray("problems");
            outcome.problems().forEach(json::write);
            json.writeEnd().writeEnd();
          });
    } else {
      out.printf(
          "%s more, %s with something new, %s, %s copied to %s%n",
          Sentences.count(outcome.snapshots(), "snapshot"),
          Sentences.count(outcome.mailboxes(), "mailbox"),
          Sentences.count(outcome.messages(), "message"),
          Sentences.count(outcome.bytes(), "byte"),
          to);
      out.flush();
      Sentences.summary(outcome.problems()).forEach(problem -> err.println("problem: " + problem));
      err.flush();
    }
    return outcome.problems().isEmpty() ? 0 : WITH_PROBLEMS;
  }
}
