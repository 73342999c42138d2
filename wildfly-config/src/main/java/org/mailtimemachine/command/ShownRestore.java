package org.mailtimemachine.command;

import jakarta.json.stream.JsonGenerator;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.restore.PlannedFolder;
import org.mailtimemachine.restore.PlannedMessage;
import org.mailtimemachine.restore.Receipt;
import org.mailtimemachine.restore.RestorePlan;
import org.mailtimemachine.restore.RestoreRequest;

/** Plans and Receipts for a person at a terminal, and for programs. */
final class ShownRestore {

  private ShownRestore() {}

  static void print(PrintWriter out, RestorePlan plan) {
    out.printf(
        Locale.ROOT,
        "%s as of %s, into %s%s%n",
        plan.mailbox(),
        plan.snapshot(),
        plan.into().equals(plan.mailbox()) ? "" : plan.into() + ", ",
        plan.target() == RestoreRequest.Target.ORIGINAL_FOLDERS
            ? "the folders where it was"
            : "a folder of its own");
    for (PlannedFolder folder : plan.folders()) {
      long bytes = folder.messages().stream().mapToLong(PlannedMessage::size).sum();
      out.printf(
          Locale.ROOT,
          "  %s: %,d to add (%,d bytes), %,d there already%s%s%s%n",
          folder.name(),
          folder.messages().size(),
          bytes,
          folder.present(),
          folder.moved().isEmpty() ? "" : ", moved: " + moved(folder.moved()),
          folder.make() ? "; the folder will be made" : "",
          folder.incomplete() ? "; it was busy when the snapshot was taken" : "");
    }
    out.printf(
        Locale.ROOT,
        "%,d to add (%,d bytes), %,d there already, %,d moved%n",
        plan.messages(),
        plan.bytes(),
        plan.present(),
        plan.moved());
  }

  private static String moved(Map<FolderName, Long> moved) {
    return moved.entrySet().stream()
        .map(entry -> String.format(Locale.ROOT, "%,d in %s", entry.getValue(), entry.getKey()))
        .collect(Collectors.joining(", "));
  }

  /** Members of an object that is open. */
  static void write(JsonGenerator json, StoreOptions options, RestorePlan plan) {
    json.write("mailbox", plan.mailbox().toString())
        .write("snapshot", plan.snapshot().text())
        .write("into", plan.into().toString())
        .write("target", plan.target().name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .write("alsoMoved", plan.alsoMoved())
        .write("planned", options.time(plan.made()))
        .write("toAdd", plan.messages())
        .write("bytes", plan.bytes())
        .write("there", plan.present())
        .write("moved", plan.moved())
        .writeStartArray("folders");
    for (PlannedFolder folder : plan.folders()) {
      json.writeStartObject()
          .write("name", folder.name().text())
          .write("toAdd", folder.messages().size())
          .write("bytes", folder.messages().stream().mapToLong(PlannedMessage::size).sum())
          .write("there", folder.present())
          .write("make", folder.make())
          .write("busy", folder.incomplete())
          .writeStartObject("moved");
      folder.moved().forEach((name, count) -> json.write(name.text(), count));
      json.writeEnd().writeEnd();
    }
    json.writeEnd();
  }

  /** What was done, in one line, and what was not, each with its reason. */
  static void print(
      PrintWriter out, RestorePlan plan, List<Receipt.Entry> entries, List<String> notes) {
    Map<Receipt.Outcome, Long> counts = counts(entries);
    out.printf(
        Locale.ROOT,
        "%,d added, %,d come back by themselves, %,d refused%n",
        counts.getOrDefault(Receipt.Outcome.ADDED, 0L),
        counts.getOrDefault(Receipt.Outcome.THERE, 0L),
        counts.getOrDefault(Receipt.Outcome.REFUSED, 0L));
    for (Receipt.Entry entry : entries) {
      if (entry.outcome() == Receipt.Outcome.REFUSED) {
        out.println("refused: " + where(plan, entry) + ": " + entry.text());
      }
    }
    notes.forEach(note -> out.println("note: " + note));
  }

  static Map<Receipt.Outcome, Long> counts(List<Receipt.Entry> entries) {
    return entries.stream()
        .collect(
            Collectors.groupingBy(Receipt.Entry::outcome, TreeMap::new, Collectors.counting()));
  }

  /** A message for a person: its Folder, when it came, and its name in the Pool. */
  static String where(RestorePlan plan, Receipt.Entry entry) {
    PlannedFolder folder = plan.folders().get(entry.folder());
    return folder.name() + "/" + folder.messages().get(entry.message()).poolName();
  }

  /** Members of an object that is open. */
  static void write(
      JsonGenerator json, RestorePlan plan, List<Receipt.Entry> entries, List<String> notes) {
    Map<Receipt.Outcome, Long> counts = counts(entries);
    for (Receipt.Outcome outcome : Receipt.Outcome.values()) {
      json.write(outcome.name().toLowerCase(Locale.ROOT), counts.getOrDefault(outcome, 0L));
    }
    json.writeStartArray("notes");
    notes.forEach(json::write);
    json.writeEnd().writeStartArray("messages");
    for (Receipt.Entry entry : entries) {
      PlannedFolder folder = plan.folders().get(entry.folder());
      PlannedMessage message = folder.messages().get(entry.message());
      json.writeStartObject()
          .write("folder", folder.name().text())
          .write("name", message.poolName())
          .write("size", message.size())
          .write("outcome", entry.outcome().name().toLowerCase(Locale.ROOT))
          .write(entry.outcome() == Receipt.Outcome.ADDED ? "file" : "why", entry.text())
          .writeEnd();
    }
    json.writeEnd();
  }
}
