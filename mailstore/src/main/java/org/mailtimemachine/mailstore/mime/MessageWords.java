package org.mailtimemachine.mailstore.mime;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.mailtimemachine.mailstore.mime.PartTree.Leaf;

/**
 * Words to look for in messages as they are read: decoded, whatever their case and accents, HTML by
 * what it says. Each word must be in one of the fields at least. Of each part as much is looked at
 * as is shown ({@link MessageReader#LONGEST_TEXT}); attachments are not. Safe for use by several
 * threads.
 */
public final class MessageWords {

  static {
    JakartaMailLeniency.ask();
  }

  /** Up to here a message is read at once. */
  private static final int SMALL = 256 * 1024;

  private final List<String> words;
  private final Set<SearchField> fields;

  /**
   * Words for one search.
   *
   * @param words none of them without a character that counts, else they are left out
   * @param fields where to look; not empty
   */
  public MessageWords(List<String> words, Collection<SearchField> fields) {
    this.words =
        words.stream()
            .map(word -> FoldedText.spaced(HeaderText.clean(word)).toString().strip())
            .filter(word -> !word.isEmpty())
            .toList();
    this.fields = EnumSet.copyOf(fields);
  }

  /** Whether a message has them all. */
  public boolean in(MessageSource message) throws IOException {
    if (words.isEmpty()) {
      return true;
    }
    return inParts(message.size() <= SMALL ? MessageBytes.of(message) : message);
  }

  private boolean inParts(MessageSource message) throws IOException {
    BitSet missing = new BitSet();
    missing.set(0, words.size());
    try {
      PartTree tree = PartTree.of(message);
      inHeader(tree.header(), missing);
      if (fields.contains(SearchField.BODY) || fields.contains(SearchField.ENTIRE)) {
        for (Body body : Body.of(tree)) {
          inBody(body, missing);
        }
      }
    } catch (RuntimeException e) {
      // a library met bytes that its authors never saw: what was found until then counts
      return missing.isEmpty();
    }
    return missing.isEmpty();
  }

  private void inHeader(HeaderBlock header, BitSet missing) {
    if (fields.contains(SearchField.ENTIRE)) {
      for (HeaderBlock.Field field : header.fields()) {
        strike(field.name() + ": " + HeaderText.line(field.value()), missing);
      }
    }
    if (fields.contains(SearchField.SUBJECT)) {
      header.first("Subject").map(HeaderText::line).ifPresent(line -> strike(line, missing));
    }
    List<String> names = new ArrayList<>();
    if (fields.contains(SearchField.SENDER)) {
      names.add("From");
    }
    if (fields.contains(SearchField.RECIPIENTS)) {
      names.add("To");
      names.add("Cc");
    }
    for (String name : names) {
      header.first(name).map(HeaderText::addresses).ifPresent(line -> strike(line, missing));
    }
  }

  private void inBody(Body body, BitSet missing) throws IOException {
    Leaf plain = body.plain();
    Leaf html = body.html();
    if (plain != null && !missing.isEmpty()) {
      strike(DecodedText.of(plain, MessageReader.LONGEST_TEXT).text(), missing);
    }
    if (html != null && !missing.isEmpty()) {
      strike(HtmlWords.of(DecodedText.of(html, MessageReader.LONGEST_TEXT).text()), missing);
    }
  }

  private void strike(String text, BitSet missing) {
    if (missing.isEmpty()) {
      return;
    }
    FoldedText folded = FoldedText.spaced(text);
    for (int i = missing.nextSetBit(0); i >= 0; i = missing.nextSetBit(i + 1)) {
      if (folded.contains(words.get(i))) {
        missing.clear(i);
      }
    }
  }
}
