package org.mailtimemachine.command;

import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.FileOwner;
import org.mailtimemachine.snapshot.CheckoutProgress;
import org.mailtimemachine.snapshot.Sentences;
import org.mailtimemachine.snapshot.SnapshotCheckout;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mtm snapshot checkout}. */
@Command(
    name = "checkout",
    description =
        "Makes a plain Maildir++ tree of a snapshot, for Dovecot, for mutt, or to do without this"
            + " program.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:complete",
      "1:failed; the directory holds the file UNFINISHED-CHECKOUT then, and the same command"
          + " begins anew",
      "2:made, with warnings: what is missing or was changed is named",
      "64:wrong use"
    })
final class SnapshotCheckoutCommand implements Callable<Integer> {

  @Mixin private StoreOptions options = new StoreOptions();

  @Parameters(paramLabel = "NAME", description = "As 'mtm snapshot list' prints it.")
  private String name = "";

  @Option(
      names = "--mailbox",
      paramLabel = "ADDRESS",
      converter = StoreOptions.Address.class,
      description = "Only this mailbox, in DIR itself; without it all, in DIR/<domain>/<user>.")
  private @Nullable MailboxAddress mailbox;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "DIR",
      description = "A new or empty directory, outside of the store and of the live mail.")
  private Path to = Path.of("");

  @Option(
      names = "--copy",
      description = "Copy the messages: the tree is a Maildir of its own. This is the default.")
  private boolean copy;

  @Option(
      names = "--link",
      description =
          "Link the messages instead: no space is used, but they are the files of the live mail."
              + " The tree is read-only; never chown or chmod what is in it.")
  private boolean link;

  @Option(
      names = "--owner",
      paramLabel = "USER[:GROUP]",
      description = "Whom copies belong to; default: the owner of the mail.")
  private @Nullable String owner;

  @Spec private CommandSpec spec;

  SnapshotCheckoutCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Optional<FileOwner> wanted = wantedOwner();
    SnapshotName snapshot =
        SnapshotName.parse(name)
            .orElseThrow(
                () -> new ParameterException(spec.commandLine(), "no snapshot name: " + name));
    try (Store store = Store.open(options.store())) {
      SnapshotCheckout checkout =
          link ? SnapshotCheckout.linking(store) : SnapshotCheckout.copying(store, wanted);
      Optional<Path> maildirs = options.liveMail().map(MailboxSettings::root);
      if (maildirs.isPresent()) {
        checkout = checkout.outsideOf(maildirs.get());
      }
      SnapshotCheckout.Outcome outcome =
          checkout.run(snapshot, Optional.ofNullable(mailbox), to, progress(err));
      if (options.json()) {
        printJson(out, snapshot, outcome);
      } else {
        out.printf(
            "%s: %s, %s, %s, %s copied, in %s%n",
            snapshot,
            Sentences.count(outcome.mailboxes(), "mailbox"),
            Sentences.count(outcome.folders(), "folder"),
            Sentences.count(outcome.messages(), "message"),
            Sentences.count(outcome.bytes(), "byte"),
            to);
        out.flush();
        Sentences.summary(outcome.warnings())
            .forEach(warning -> err.println("warning: " + warning));
        err.flush();
      }
      return outcome.warnings().isEmpty() ? 0 : 2;
    }
  }

  private Optional<FileOwner> wantedOwner() {
    if (link && copy) {
      throw new ParameterException(spec.commandLine(), "--copy and --link exclude each other");
    }
    if (owner == null) {
      return Optional.empty();
    }
    if (link) {
      throw new ParameterException(
          spec.commandLine(), "--owner cannot go with --link: a link has the owner of the mail");
    }
    return Optional.of(
        FileOwner.named(owner)
            .orElseThrow(
                () ->
                    new ParameterException(
                        spec.commandLine(), "this machine knows no user or group " + owner)));
  }

  private void printJson(PrintWriter out, SnapshotName snapshot, SnapshotCheckout.Outcome outcome) {
    StoreOptions.print(
        out,
        json -> {
          json.writeStartObject()
              .write("name", snapshot.text())
              .write("directory", to.toString())
              .write("mailboxes", outcome.mailboxes())
              .write("folders", outcome.folders())
              .write("messages", outcome.messages())
              .write("copied", outcome.copied())
              .write("bytes", outcome.bytes())
              .writeStartArray("warnings");
          outcome.warnings().forEach(json::write);
          json.writeEnd().writeEnd();
        });
  }

  /** A counter that stays in its line, only where somebody watches a terminal. */
  @SuppressWarnings("SystemConsoleNull") // it never is since JDK 22, but its type says it may be
  private CheckoutProgress progress(PrintWriter err) {
    Console console = System.console();
    if (options.json() || console == null || !console.isTerminal()) {
      return CheckoutProgress.NONE;
    }
    return (done, total) -> {
      if (done == total || done % 1_000 == 0) {
        err.printf(
            Locale.ROOT, "\r%,d of %,d messages%s", done, total, done == total ? "\r\033[K" : "");
        err.flush();
      }
    };
  }
}
