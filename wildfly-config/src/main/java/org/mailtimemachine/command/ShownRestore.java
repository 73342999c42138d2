package org.mailtimemachine.command;

import jakarta.json.stream.JsonGenerator;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.restore.LeftAlone;
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
          made(plan, folder),
          folder.incomplete() ? "; it was busy when the snapshot was taken" : "");
    }
    out.printf(
        Locale.ROOT,
        "%,d to add (%,d bytes), %,d there already, %,d moved%n",
        plan.messages(),
        plan.bytes(),
        plan.present(),
        plan.moved());
    plan.quotaAfter()
        .ifPresent(
            after ->
                out.printf(
                    Locale.ROOT,
                    "the mailbox would then hold %,d bytes%s in %,d messages%s%s%n",
                    after.bytes(),
                    most(after.mostBytes()),
                    after.messages(),
                    most(after.mostMessages()),
                    plan.exceedsQuota() ? ": more than it may, so it would not be begun" : ""));
  }

  private static String made(RestorePlan plan, PlannedFolder folder) {
    if (!folder.make()) {
      return "";
    }
    FolderName place = plan.place(folder);
    return place.equals(folder.name())
        ? "; the folder will be made"
        : "; the folder " + place + " will be made";
  }

  /** Folders below those that were asked for: who does not see them must not think they came. */
  static void print(PrintWriter out, Set<FolderName> leftOut) {
    if (!leftOut.isEmpty()) {
      out.printf(
          Locale.ROOT,
          "left out by --without-subfolders: %s%n",
          leftOut.stream().map(FolderName::text).collect(Collectors.joining(", ")));
    }
  }

  /** A member of an object that is open. */
  static void write(JsonGenerator json, Set<FolderName> leftOut) {
    if (!leftOut.isEmpty()) {
      json.writeStartArray("leftOut");
      leftOut.forEach(folder -> json.write(folder.text()));
      json.writeEnd();
    }
  }

  private static String most(long limit) {
    return limit == 0 ? "" : String.format(Locale.ROOT, " (of %,d)", limit);
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
        .write("moved", plan.moved());
    plan.quotaAfter()
        .ifPresent(
            after ->
                json.writeStartObject("quotaAfter")
                    .write("bytes", after.bytes())
                    .write("mostBytes", after.mostBytes())
                    .write("messages", after.messages())
                    .write("mostMessages", after.mostMessages())
                    .write("exceeded", after.exceeded())
                    .writeEnd());
    json.writeStartArray("folders");
    for (PlannedFolder folder : plan.folders()) {
      json.writeStartObject()
          .write("name", folder.name().text())
          .write("toAdd", folder.messages().size())
          .write("bytes", folder.messages().stream().mapToLong(PlannedMessage::size).sum())
          .write("there", folder.present())
          .write("into", plan.place(folder).text())
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
      PrintWriter out, RestorePlan plan, List<Receipt.Entry> entries, List<Receipt.Note> notes) {
    Map<Receipt.Outcome, Long> counts = counts(entries);
    out.printf(
        Locale.ROOT,
        "%,d added, %,d come back by themselves, %,d refused%n",
        counts.getOrDefault(Receipt.Outcome.ADDED, 0L),
        counts.getOrDefault(Receipt.Outcome.THERE, 0L),
        counts.getOrDefault(Receipt.Outcome.REFUSED, 0L));
    for (Receipt.Entry entry : entries) {
      if (entry.outcome() == Receipt.Outcome.REFUSED) {
        out.println("refused: " + where(plan, entry) + ": " + why(entry));
      }
    }
    notes.forEach(note -> out.println("note: " + words(note)));
  }

  private static String why(Receipt.Entry entry) {
    String reason =
        switch (entry.reason().orElse(Receipt.Reason.OTHER)) {
          case CAME_BACK -> "it had come back by itself";
          case FOLDER_DELETED -> "its folder was deleted while messages were put back";
          case DAMAGED -> "it is damaged in the store";
          case UNREADABLE -> "it cannot be read from the store";
          case HOLES -> "it has holes: a copy of them would fill the disk";
          case NOT_TAKEN -> "the mail server does not take it";
          case OTHER -> "it could not be put back";
        };
    return entry.otherDay().map(day -> reason + "; it is whole on " + day).orElse(reason);
  }

  private static String words(Receipt.Note note) {
    return switch (note.kind()) {
      case FOLDER_MADE -> "the folder " + note.folder() + " was made";
      case NOT_SUBSCRIBED -> "the folder " + note.folder() + " could not be subscribed";
      case NO_KEYWORD ->
          "the keyword %s has no place in the folder %s any more, and was left out"
              .formatted(note.what(), note.folder());
      case KEYWORDS_UNREAD -> "the keywords of the folder " + note.folder() + " were not read";
    };
  }

  /** What a take-back has left where it is, one line each. */
  static void print(PrintWriter out, RestorePlan plan, List<LeftAlone> left) {
    for (LeftAlone each : left) {
      out.println("left alone: " + where(plan, each.entry()) + ": " + why(each));
    }
  }

  private static String why(LeftAlone left) {
    return switch (left.why()) {
      case TOUCHED -> "it was read, flagged or moved since";
      case GONE -> "it is not there any more: it was deleted, or moved";
      case NOT_KEPT -> "the store does not hold it any more, and this may be the last copy";
      case NOT_REMOVABLE -> "the mail server does not remove single messages";
      case UNKNOWN -> "why is not known";
    };
  }

  /** A member of an object that is open. */
  static void write(JsonGenerator json, RestorePlan plan, List<LeftAlone> left) {
    json.writeStartArray("leftAlone");
    for (LeftAlone each : left) {
      PlannedFolder folder = plan.folders().get(each.entry().folder());
      json.writeStartObject()
          .write("folder", plan.place(folder).text())
          .write("name", folder.messages().get(each.entry().message()).poolName())
          .write("file", each.entry().text())
          .write("why", why(each))
          .writeEnd();
    }
    json.writeEnd();
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
      JsonGenerator json, RestorePlan plan, List<Receipt.Entry> entries, List<Receipt.Note> notes) {
    Map<Receipt.Outcome, Long> counts = counts(entries);
    for (Receipt.Outcome outcome : Receipt.Outcome.values()) {
      json.write(outcome.name().toLowerCase(Locale.ROOT), counts.getOrDefault(outcome, 0L));
    }
    json.writeStartArray("notes");
    notes.forEach(note -> json.write(words(note)));
    json.writeEnd().writeStartArray("messages");
    for (Receipt.Entry entry : entries) {
      PlannedFolder folder = plan.folders().get(entry.folder());
      PlannedMessage message = folder.messages().get(entry.message());
      json.writeStartObject()
          .write("folder", folder.name().text())
          .write("name", message.poolName())
          .write("size", message.size())
          .write("outcome", entry.outcome().name().toLowerCase(Locale.ROOT));
      if (entry.outcome() == Receipt.Outcome.ADDED) {
        json.write("file", entry.text());
      } else {
        json.write("why", why(entry));
        entry.otherDay().ifPresent(day -> json.write("wholeOn", day.text()));
      }
      json.writeEnd();
    }
    json.writeEnd();
  }
}
