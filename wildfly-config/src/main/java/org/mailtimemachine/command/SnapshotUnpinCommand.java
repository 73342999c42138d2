package org.mailtimemachine.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Pin;
import org.mailtimemachine.snapshot.Sentences;
import org.mailtimemachine.snapshot.Store;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mtm snapshot unpin}. */
@Command(
    name = "unpin",
    description = "Takes a pin from a snapshot; other pins keep it all the same.",
    mixinStandardHelpOptions = true)
final class SnapshotUnpinCommand implements Callable<Integer> {

  @Mixin private StoreOptions options = new StoreOptions();

  @Parameters(index = "0", paramLabel = "NAME", description = "Of this snapshot.")
  private String name = "";

  @Parameters(
      index = "1",
      paramLabel = "ID",
      description = "As 'mtm snapshot pin' and 'mtm snapshot list --mailbox' print it.")
  private String id = "";

  @Option(
      names = "--mailbox",
      paramLabel = "ADDRESS",
      converter = StoreOptions.Address.class,
      description = "Only of this mailbox.")
  private @Nullable MailboxAddress mailbox;

  @Spec private CommandSpec spec;

  SnapshotUnpinCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    int removed = 0;
    try (Store store = Store.open(options.store())) {
      for (MailboxAddress address : mailbox == null ? store.mailboxes() : List.of(mailbox)) {
        for (Pin pin : store.pins(address)) {
          if (pin.id().equals(id) && pin.snapshot().text().equals(name)) {
            store.unpin(address, pin.snapshot(), id);
            removed++;
          }
        }
      }
    }
    if (removed == 0) {
      throw new CommandFailed(
          "There is no pin " + id + " on " + name + " in " + options.store() + ".");
    }
    int mailboxes = removed;
    if (options.json()) {
      StoreOptions.print(
          out, json -> json.writeStartObject().write("mailboxes", mailboxes).writeEnd());
    } else {
      out.printf("%s unpinned for %s%n", name, Sentences.count(mailboxes, "mailbox"));
      out.flush();
    }
    return 0;
  }
}
