package org.mailtimemachine.mailstore.mime;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.mime.PartTree.Leaf;

/**
 * Reads messages whatever their bytes are: a limit that is met, or a structure that is broken,
 * gives a note in the result and never an exception. The only exceptions are those of the disk.
 * Holds no more of a message in memory than the text that is shown (at most {@value #LONGEST_TEXT}
 * bytes of each form) and its header (1 MiB). Safe for use by several threads.
 */
public final class MessageReader {

  static {
    JakartaMailLeniency.ask();
  }

  /** Longest subject and lists of names, in characters. */
  public static final int LONGEST_LINE = 1_000;

  /** Longest preview, in characters. */
  public static final int PREVIEW = 200;

  /** Most bytes of text that are shown: 1 MiB. */
  public static final int LONGEST_TEXT = 1024 * 1024;

  /** Enough text for a preview; HTML often begins with a long style sheet. */
  private static final int PREVIEW_PLAIN_BYTES = 4 * 1024;

  private static final int PREVIEW_HTML_BYTES = 64 * 1024;

  /** Parts that a machine added and no person attached. */
  private static final Set<String> TECHNICAL =
      Set.of(
          "application/pgp-signature",
          "application/pkcs7-signature",
          "application/x-pkcs7-signature",
          "application/pgp-encrypted",
          "message/delivery-status",
          "message/global-delivery-status",
          "message/disposition-notification",
          "text/rfc822-headers");

  /** What a list of messages shows, read in one go and without the attachments' content. */
  public MessageSummary summary(MessageSource source) throws IOException {
    HeaderBlock header = HeaderBlock.NONE;
    try {
      PartTree tree = PartTree.of(source);
      header = tree.header();
      return summary(tree, Body.of(tree));
    } catch (RuntimeException e) {
      return withoutBody(header);
    }
  }

  /** Takes a message apart for reading. */
  public ParsedMessage parse(MessageSource source) throws IOException {
    HeaderBlock header = HeaderBlock.NONE;
    List<MessageHeader> headers = List.of();
    Set<MessageNote> notes = Set.of();
    try {
      PartTree tree = PartTree.of(source);
      header = tree.header();
      notes = tree.notes();
      headers = headers(header);
      List<Body> bodies = Body.of(tree);
      MessageSummary summary = summary(tree, bodies);
      BothForms text = new BothForms(tree.notes());
      for (Body body : bodies) {
        text.add(body);
      }
      Protection.note(tree.root(), tree.notes());
      Protection.note(text.plain(), tree.notes());
      return new ParsedMessage(
          summary,
          headers,
          text.plain(),
          text.html(),
          parts(tree, bodies),
          tree.notes(),
          Optional.empty(),
          number -> content(source, tree, bodies, number));
    } catch (RuntimeException e) {
      // a library met bytes that its authors never saw
      return new ParsedMessage(
          withoutBody(header),
          headers,
          "",
          List.of(),
          List.of(),
          notes,
          Optional.of(e.toString()),
          number -> Optional.empty());
    }
  }

  /**
   * Opens one part. Close it after use; the source must stay open as long.
   *
   * @param number of {@link MessagePart}
   * @return empty where the message has no such part
   */
  public Optional<PartContent> open(MessageSource source, int number) throws IOException {
    try {
      PartTree tree = PartTree.of(source);
      return content(source, tree, Body.of(tree), number);
    } catch (RuntimeException e) {
      // as for parse, which names no parts then
      return Optional.empty();
    }
  }

  /**
   * A message that is a part of another one. The source around it must stay open as long.
   *
   * @param path to it, from the message of the source
   * @return the source itself for the empty path; empty where there is no message at its end
   */
  public Optional<MessageSource> within(MessageSource source, PartPath path) throws IOException {
    MessageSource inner = source;
    try {
      for (int number : path.numbers()) {
        Optional<Leaf> leaf =
            PartTree.of(inner).leaves().stream()
                .filter(candidate -> candidate.number() == number)
                .findFirst();
        Optional<MessageSource> next =
            leaf.isPresent() ? EnclosedMessage.of(inner, leaf.get()) : Optional.empty();
        if (next.isEmpty()) {
          return Optional.empty();
        }
        inner = next.get();
      }
      return Optional.of(inner);
    } catch (RuntimeException e) {
      // as for open
      return Optional.empty();
    }
  }

  /**
   * What a list would show of the messages that are parts of this one, by the number of the part.
   *
   * @param most of them
   */
  public Map<Integer, MessageSummary> enclosed(MessageSource source, int most) throws IOException {
    Map<Integer, MessageSummary> summaries = new LinkedHashMap<>();
    try {
      for (Leaf leaf : PartTree.of(source).leaves()) {
        Optional<MessageSource> inner =
            summaries.size() < most ? EnclosedMessage.of(source, leaf) : Optional.empty();
        if (inner.isPresent()) {
          summaries.put(leaf.number(), summary(inner.get()));
        }
      }
    } catch (RuntimeException e) {
      // as for open; those that were found are shown
      return summaries;
    }
    return summaries;
  }

  private static Optional<PartContent> content(
      MessageSource source, PartTree tree, List<Body> bodies, int number) {
    return tree.leaves().stream()
        .filter(leaf -> leaf.number() == number)
        .findFirst()
        .map(
            leaf ->
                new PartContent(
                    part(leaf, bodies), leaf.fields().charset(), leaf.decodedToItsEnd(source)));
  }

  private static List<MessageHeader> headers(HeaderBlock header) {
    return header.fields().stream()
        .map(
            field -> new MessageHeader(field.name(), HeaderText.line(field.value()), field.value()))
        .toList();
  }

  private static MessageSummary withoutBody(HeaderBlock header) {
    try {
      return summary(header, 0, "");
    } catch (RuntimeException e) {
      // it was the header that a library could not read
      return summary(HeaderBlock.NONE, 0, "");
    }
  }

  private static MessageSummary summary(PartTree tree, List<Body> bodies) throws IOException {
    long attachments = tree.leaves().stream().filter(leaf -> !inline(leaf, bodies)).count();
    return summary(tree.header(), (int) attachments, preview(bodies));
  }

  private static MessageSummary summary(HeaderBlock header, int attachments, String preview) {
    return new MessageSummary(
        header.first("Subject").map(HeaderText::line).map(MessageReader::shortened).orElse(""),
        addresses(header, "From"),
        addresses(header, "To"),
        addresses(header, "Cc"),
        header.first("Date").flatMap(HeaderText::date),
        header.first("Message-ID").map(HeaderText::line).map(MessageReader::shortened).orElse(""),
        attachments,
        preview);
  }

  private static String addresses(HeaderBlock header, String name) {
    return header.first(name).map(HeaderText::addresses).map(MessageReader::shortened).orElse("");
  }

  private static String shortened(String line) {
    return HeaderText.start(line, LONGEST_LINE);
  }

  private static String preview(List<Body> bodies) throws IOException {
    for (Body body : bodies) {
      String words = "";
      Leaf plain = body.plain();
      Leaf html = body.html();
      if (plain != null) {
        words = HeaderText.clean(DecodedText.of(plain, PREVIEW_PLAIN_BYTES).text());
      }
      if (words.isEmpty() && html != null) {
        words = HeaderText.clean(HtmlText.line(DecodedText.of(html, PREVIEW_HTML_BYTES).text()));
      }
      if (!words.isEmpty()) {
        return HeaderText.start(words, PREVIEW);
      }
    }
    return "";
  }

  private static List<MessagePart> parts(PartTree tree, List<Body> bodies) {
    List<MessagePart> parts = new ArrayList<>();
    for (Leaf leaf : tree.leaves()) {
      parts.add(part(leaf, bodies));
    }
    return parts;
  }

  private static MessagePart part(Leaf leaf, List<Body> bodies) {
    PartFields fields = leaf.fields();
    return new MessagePart(
        leaf.number(),
        fields.contentType(),
        PartName.of(fields, leaf.number()),
        leaf.size(),
        fields.contentId(),
        body(leaf, bodies),
        inline(leaf, bodies));
  }

  private static boolean body(Leaf leaf, List<Body> bodies) {
    return bodies.stream().anyMatch(body -> body.contains(leaf));
  }

  private static boolean inline(Leaf leaf, List<Body> bodies) {
    PartFields fields = leaf.fields();
    boolean partOfIt = leaf.alternative() || (leaf.related() && fields.contentId().isPresent());
    return TECHNICAL.contains(fields.contentType())
        || (partOfIt && !fields.attachment())
        || body(leaf, bodies);
  }
}
