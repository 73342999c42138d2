package org.mailtimemachine.command.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a story file. A message begins with a line {@code === id}; then come its notes (lower
 * case), headers (capitals) and, after an empty line, the body. A line {@code --- html LAYOUT}
 * begins its HTML form, {@code --- rows} a table: one message a line, whose cells, parted by a bar,
 * replace {@code {0}}, {@code {1}}, ... everywhere in the message.
 */
final class StoryFile {

  private static final String START = "=== ";
  private static final String HTML = "--- html ";
  private static final String ROWS = "--- rows";

  private StoryFile() {}

  static List<StoryMessage> read(String file) {
    List<StoryMessage> messages = new ArrayList<>();
    for (String block : file.split("(?m)^(?==== )", -1)) {
      if (block.startsWith(START)) {
        messages.addAll(messages(block.stripTrailing()));
      }
    }
    return messages;
  }

  private static List<StoryMessage> messages(String block) {
    int rows = block.indexOf("\n" + ROWS + "\n");
    if (rows < 0) {
      return List.of(message(block, ""));
    }
    List<StoryMessage> messages = new ArrayList<>();
    String template = block.substring(0, rows);
    for (String row : block.substring(rows + ROWS.length() + 2).lines().toList()) {
      String[] cells = row.split("\\|", -1);
      String filled = template;
      for (int i = 0; i < cells.length; i++) {
        filled = filled.replace("{" + i + "}", cells[i].strip().replace("\\n", "\n"));
      }
      messages.add(message(filled, "-" + (messages.size() + 1)));
    }
    return messages;
  }

  private static StoryMessage message(String block, String idSuffix) {
    int blank = block.indexOf("\n\n");
    String head = blank < 0 ? block : block.substring(0, blank);
    String body = blank < 0 ? "" : block.substring(blank + 2);
    List<String> lines = head.lines().toList();
    String id = lines.getFirst().substring(START.length()).strip() + idSuffix;
    Map<String, String> headers = new LinkedHashMap<>();
    Map<String, String> notes = new LinkedHashMap<>();
    Map<String, List<Deed>> deeds = new LinkedHashMap<>();
    List<String> attachments = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      int colon = line.indexOf(':');
      if (colon < 0) {
        throw new IllegalArgumentException("story message " + id + ": no header: " + line);
      }
      String name = line.substring(0, colon);
      String value = line.substring(colon + 1).strip();
      switch (name) {
        case "anna", "marco", "info" -> deeds.put(name, deeds(value));
        case "attach" -> attachments.add(value);
        default -> (Character.isUpperCase(name.charAt(0)) ? headers : notes).put(name, value);
      }
    }
    int html = body.indexOf(HTML);
    String text = html < 0 ? body : body.substring(0, html).stripTrailing();
    Moment at = Moment.of(Optional.ofNullable(notes.get("at")).orElse(""));
    return new StoryMessage(
        id,
        at,
        headers,
        notes,
        attachments,
        deeds,
        text,
        html < 0 ? Optional.empty() : Optional.of(html(body.substring(html + HTML.length()))));
  }

  private static StoryMessage.Html html(String section) {
    int end = section.indexOf('\n');
    return new StoryMessage.Html(section.substring(0, end).strip(), section.substring(end + 1));
  }

  private static List<Deed> deeds(String value) {
    List<Deed> deeds = new ArrayList<>();
    for (String one : value.split(";", -1)) {
      if (!one.isBlank()) {
        deeds.add(Deed.of(one.strip()));
      }
    }
    return deeds;
  }
}
