package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mtm snapshot list}. */
@Command(
    name = "list",
    description = "Lists the snapshots of a store, or of one mailbox in it, oldest first.",
    mixinStandardHelpOptions = true)
final class SnapshotListCommand implements Callable<Integer> {

  @Mixin private StoreOptions options = new StoreOptions();

  @Option(
      names = "--mailbox",
      paramLabel = "ADDRESS",
      converter = StoreOptions.Address.class,
      description = "Only those of this mailbox.")
  private @Nullable MailboxAddress mailbox;

  @Spec private CommandSpec spec;

  SnapshotListCommand() {}

  /**
   * One line.
   *
   * @param complete every mailbox has it; of one mailbox: no folder was too busy to be listed well
   */
  private record Line(
      SnapshotName name, String takenAt, long mailboxes, long messages, boolean complete) {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    try (Store store = Store.open(options.store())) {
      List<Line> lines = mailbox == null ? ofAll(store) : of(store, mailbox);
      if (options.json()) {
        StoreOptions.print(
            out,
            json -> {
              json.writeStartArray();
              for (Line line : lines) {
                json.writeStartObject()
                    .write("name", line.name().text())
                    .write("takenAt", line.takenAt())
                    .write("mailboxes", line.mailboxes())
                    .write("messages", line.messages())
                    .write("complete", line.complete())
                    .writeEnd();
              }
              json.writeEnd();
            });
      } else {
        out.println(
            "snapshot           taken at                             mailboxes    messages");
        for (Line line : lines) {
          out.printf(
              Locale.ROOT,
              "%-18s %-36s %,9d %,11d%s%n",
              line.name(),
              line.takenAt(),
              line.mailboxes(),
              line.messages(),
              line.complete() ? "" : "  incomplete");
        }
        out.flush();
      }
    }
    return 0;
  }

  private List<Line> ofAll(Store store) throws IOException {
    return store.runs().stream()
        .map(
            run ->
                new Line(
                    run.name(),
                    options.time(run.started()),
                    run.mailboxes(),
                    run.messages(),
                    run.complete()))
        .toList();
  }

  private List<Line> of(Store store, MailboxAddress address) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (SnapshotName name : store.snapshots(address)) {
      Manifest manifest = store.manifest(address, name);
      boolean busy = manifest.folders().stream().anyMatch(ManifestFolder::busy);
      String takenAt = options.time(store.takenAt(address, name));
      lines.add(new Line(name, takenAt, 1, manifest.messages(), !busy));
    }
    if (lines.isEmpty()) {
      throw new CommandFailed(
          "There is no snapshot of " + address + " in " + options.store() + ".");
    }
    return lines;
  }
}
