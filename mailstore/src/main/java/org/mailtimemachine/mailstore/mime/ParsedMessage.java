package org.mailtimemachine.mailstore.mime;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A message taken apart for reading. Whatever limit was met stands in {@code notes}.
 *
 * @param headers of the message itself, in its order
 * @param text the text to read: its plain text, or what its HTML says where it has no plain text
 * @param html the HTML of each body part, in order, as hostile as it came; empty where the message
 *     has none. Where it is not empty it says everything that {@code text} says.
 * @param parts everything that can be downloaded, the body parts included
 * @param unparseable why the message can only be shown as source
 * @param contents of the parts; the source must stay open while it is used, by one thread
 */
public record ParsedMessage(
    MessageSummary summary,
    List<MessageHeader> headers,
    String text,
    List<String> html,
    List<MessagePart> parts,
    Set<MessageNote> notes,
    Optional<String> unparseable,
    Contents contents) {

  /** Opens parts without taking the message apart again for each. */
  @FunctionalInterface
  public interface Contents {

    /** Opens a part by its number; empty where there is none. Close it after use. */
    Optional<PartContent> open(int number);
  }

  public ParsedMessage {
    headers = List.copyOf(headers);
    html = List.copyOf(html);
    parts = List.copyOf(parts);
    notes = Set.copyOf(notes);
  }

  /** The part of this number. */
  public Optional<MessagePart> part(int number) {
    return parts.stream().filter(part -> part.number() == number).findFirst();
  }

  /**
   * What its HTML says, for who must not be shown it: plain text, with the addresses that its links
   * lead to behind their words. It may say something else than {@code text}.
   */
  public String wordsOfHtml() {
    return html.stream().map(HtmlText::linesWithTargets).collect(Collectors.joining("\n\n"));
  }
}
