package org.mailtimemachine.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.Pin;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.Sentences;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.UnfinishedRun;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
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
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:listed",
      "1:failed, or what is recorded of a snapshot is damaged: it is named",
      "64:wrong use"
    })
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
   * @param pins what keeps it from expiring, for a person
   * @param damage why its record, or the manifest of the one mailbox, cannot be read; the time and
   *     the messages are not known then
   */
  private record Line(
      SnapshotName name,
      String takenAt,
      long mailboxes,
      long messages,
      boolean complete,
      List<String> pins,
      Optional<String> damage) {

    static Line damaged(SnapshotName name, long mailboxes, List<String> pins, String why) {
      return new Line(name, "?", mailboxes, 0, false, pins, Optional.of(why));
    }
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    try (Store store = Store.open(options.store())) {
      List<Line> lines = mailbox == null ? ofAll(store) : of(store, mailbox);
      boolean damaged = lines.stream().anyMatch(line -> line.damage().isPresent());
      if (options.json()) {
        StoreOptions.print(
            out,
            json -> {
              json.writeStartArray();
              for (Line line : lines) {
                json.writeStartObject().write("name", line.name().text());
                if (line.damage().isPresent()) {
                  json.writeNull("takenAt").writeNull("messages");
                } else {
                  json.write("takenAt", line.takenAt()).write("messages", line.messages());
                }
                json.write("mailboxes", line.mailboxes()).write("complete", line.complete());
                line.damage().ifPresent(why -> json.write("damaged", why));
                json.writeStartArray("pins");
                line.pins().forEach(json::write);
                json.writeEnd().writeEnd();
              }
              json.writeEnd();
            });
      } else {
        out.println(
            "snapshot           taken at                             mailboxes    messages");
        for (Line line : lines) {
          out.printf(
              Locale.ROOT,
              "%-18s %-36s %,9d %11s%s%s%n",
              line.name(),
              line.takenAt(),
              line.mailboxes(),
              line.damage().isPresent() ? "?" : String.format(Locale.ROOT, "%,d", line.messages()),
              line.complete() ? "" : line.damage().isPresent() ? "  damaged" : "  incomplete",
              line.pins().isEmpty() ? "" : "  pinned: " + String.join("; ", line.pins()));
        }
        if (mailbox == null) {
          for (UnfinishedRun run : store.unfinished()) {
            out.printf(
                Locale.ROOT,
                "%-18s %-36s %,9d %s%n",
                run.name(),
                options.time(run.started()),
                run.done(),
                run.alive() ? "of " + run.total() + ", being taken" : "begun, and not ended");
          }
        }
        out.flush();
        PrintWriter err = spec.commandLine().getErr();
        lines.forEach(
            line ->
                line.damage()
                    .ifPresent(
                        why ->
                            err.printf(
                                "warning: %s: %s; its messages are there, and mtm snapshot repair"
                                    + " makes what is damaged anew%n",
                                line.name(), why)));
        err.flush();
      }
      return damaged ? 1 : 0;
    }
  }

  private List<Line> ofAll(Store store) throws IOException {
    Map<SnapshotName, SortedMap<String, Integer>> pins = new HashMap<>();
    for (MailboxAddress address : store.mailboxes()) {
      for (Pin pin : store.pins(address)) {
        pins.computeIfAbsent(pin.snapshot(), _ -> new TreeMap<>())
            .merge(describe(pin), 1, Integer::sum);
      }
    }
    List<Line> lines = new ArrayList<>();
    SortedMap<SnapshotName, String> unreadable = store.unreadableRuns();
    for (SnapshotName name : unreadable.keySet()) {
      lines.add(
          Line.damaged(
              name,
              StoreOptions.having(store, name).size(),
              shown(pins, name),
              String.valueOf(unreadable.get(name))));
    }
    for (Run run : store.runs()) {
      lines.add(
          new Line(
              run.name(),
              options.time(run.started()),
              run.mailboxes() - run.expired(),
              messages(store, run),
              run.complete(),
              shown(pins, run.name()),
              Optional.empty()));
    }
    lines.sort(Comparator.comparing(Line::name));
    return lines;
  }

  private static List<String> shown(
      Map<SnapshotName, SortedMap<String, Integer>> pins, SnapshotName name) {
    return pins.getOrDefault(name, new TreeMap<>()).entrySet().stream()
        .map(pin -> pin.getKey() + ", of " + Sentences.count(pin.getValue(), "mailbox"))
        .toList();
  }

  /** What a run has counted is not what is left of it, nor known where its record was remade. */
  private static long messages(Store store, Run run) throws IOException {
    if (run.expired() == 0 && run.messages() > 0) {
      return run.messages();
    }
    long messages = 0;
    for (MailboxAddress mailbox : StoreOptions.having(store, run.name())) {
      try {
        messages += store.manifest(mailbox, run.name()).messages();
      } catch (DamagedFileException e) {
        // Of that mailbox nobody knows; a list of it, and check, name it.
      }
    }
    return messages;
  }

  private List<Line> of(Store store, MailboxAddress address) throws IOException {
    List<Line> lines = new ArrayList<>();
    List<Pin> pins = store.pins(address);
    for (SnapshotName name : store.snapshots(address)) {
      List<String> its =
          pins.stream()
              .filter(pin -> pin.snapshot().equals(name))
              .map(SnapshotListCommand::describe)
              .toList();
      try {
        Manifest manifest = store.manifest(address, name);
        boolean busy = manifest.folders().stream().anyMatch(ManifestFolder::busy);
        String takenAt = options.time(store.takenAt(address, name));
        lines.add(new Line(name, takenAt, 1, manifest.messages(), !busy, its, Optional.empty()));
      } catch (DamagedFileException e) {
        lines.add(Line.damaged(name, 1, its, String.valueOf(e.getMessage())));
      }
    }
    if (lines.isEmpty()) {
      throw new CommandFailed(
          "There is no snapshot of " + address + " in " + options.store() + ".");
    }
    return lines;
  }

  private static String describe(Pin pin) {
    return "%s by %s%s (%s)"
        .formatted(
            pin.id(),
            pin.who(),
            pin.until().map(until -> " until " + until).orElse(""),
            pin.reason());
  }
}
