package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Pin;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mtm snapshot pin}. */
@Command(
    name = "pin",
    description =
        "Keeps a snapshot from expiring until it is unpinned: of one mailbox, or of all that have"
            + " it. Prints the id of the pin.",
    mixinStandardHelpOptions = true)
final class SnapshotPinCommand implements Callable<Integer> {

  @Mixin private StoreOptions options = new StoreOptions();

  @Parameters(paramLabel = "NAME", description = "As 'mtm snapshot list' prints it.")
  private String name = "";

  @Option(
      names = "--mailbox",
      paramLabel = "ADDRESS",
      converter = StoreOptions.Address.class,
      description = "Only of this mailbox.")
  private @Nullable MailboxAddress mailbox;

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why, for whoever finds it.")
  private String reason = "";

  @Option(
      names = "--until",
      paramLabel = "YYYY-MM-DD",
      description = "The last day on which it counts; without it, until it is unpinned.")
  private @Nullable LocalDate until;

  @Spec private CommandSpec spec;

  SnapshotPinCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Instant now = Clock.systemUTC().instant();
    byte[] random = new byte[4];
    new SecureRandom().nextBytes(random);
    String id = "hand-" + HexFormat.of().formatHex(random);
    try (Store store = Store.open(options.store())) {
      SnapshotName snapshot = SnapshotName.parse(name).orElseThrow(this::unknown);
      List<MailboxAddress> mailboxes = mailboxes(store, snapshot);
      for (MailboxAddress address : mailboxes) {
        store.pin(
            address,
            new Pin(
                snapshot,
                id,
                System.getProperty("user.name", "?"),
                reason,
                now,
                Optional.ofNullable(until)));
      }
      if (options.json()) {
        StoreOptions.print(
            out,
            json ->
                json.writeStartObject()
                    .write("snapshot", snapshot.text())
                    .write("id", id)
                    .write("mailboxes", mailboxes.size())
                    .writeEnd());
      } else {
        out.printf(
            Locale.ROOT, "%s pinned for %,d mailboxes: %s%n", snapshot, mailboxes.size(), id);
        out.flush();
      }
    }
    return 0;
  }

  private List<MailboxAddress> mailboxes(Store store, SnapshotName snapshot) throws Exception {
    if (mailbox != null) {
      return List.of(mailbox);
    }
    List<MailboxAddress> having = StoreOptions.having(store, snapshot);
    if (having.isEmpty()) {
      throw unknown();
    }
    return having;
  }

  private CommandFailed unknown() {
    return new CommandFailed("There is no snapshot " + name + " in " + options.store() + ".");
  }
}
