package org.mailtimemachine.mailstore.mime;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.mailtimemachine.mailstore.mime.PartTree.Leaf;

/**
 * Collects the text of a message as plain text and as HTML, so that each form says everything. Each
 * is cut at {@link MessageReader#LONGEST_TEXT} bytes.
 */
final class BothForms {

  private final Set<MessageNote> notes;
  private final List<String> plain = new ArrayList<>();
  private final List<String> html = new ArrayList<>();
  private boolean anyHtml;
  private int plainBytesLeft = MessageReader.LONGEST_TEXT;
  private int htmlBytesLeft = MessageReader.LONGEST_TEXT;

  BothForms(Set<MessageNote> notes) {
    this.notes = notes;
  }

  void add(Body body) throws IOException {
    Leaf plainLeaf = body.plain();
    Leaf htmlLeaf = body.html();
    String words = "";
    String markup = "";
    if (htmlLeaf != null) {
      anyHtml = true;
      markup = read(htmlLeaf, htmlBytesLeft);
      htmlBytesLeft = Math.max(0, htmlBytesLeft - markup.length());
    }
    if (plainLeaf != null) {
      words = read(plainLeaf, plainBytesLeft);
      plainBytesLeft = Math.max(0, plainBytesLeft - words.length());
    }
    plain.add(words.isBlank() ? HtmlText.lines(markup) : words);
    html.add(htmlLeaf == null ? preformatted(words) : markup);
  }

  String plain() {
    return String.join("\n\n", plain);
  }

  /** Empty where the message has no HTML at all. */
  List<String> html() {
    return anyHtml ? html : List.of();
  }

  private String read(Leaf leaf, int bytesLeft) throws IOException {
    DecodedText text = DecodedText.of(leaf, bytesLeft);
    if (text.cut()) {
      notes.add(MessageNote.TEXT_CUT);
    }
    if (text.damaged()) {
      notes.add(MessageNote.TEXT_DAMAGED);
    }
    return text.text();
  }

  private static String preformatted(String text) {
    return "<pre>" + text.replace("&", "&amp;").replace("<", "&lt;") + "</pre>";
  }
}
