package org.mailtimemachine.mailstore.mime;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The structure of a message: where each part begins and ends. Nothing of the content is read into
 * memory. Limits cut it and leave a note.
 */
final class PartTree {

  static final int DEEPEST = 50;
  static final int MOST_PARTS = 1_000;

  /**
   * A larger message is taken apart only as far as this; its last part goes on until a boundary.
   */
  static final long STRUCTURE_BYTES = 64L * 1024 * 1024;

  private static final long LINE_BYTES = 8L * 1024 * 1024;
  private static final long LEAST_WORK_BYTES = 256L * 1024 * 1024;
  private static final int WORK_PER_BYTE = 6;

  /** A part that holds content, or parts. */
  sealed interface Node {}

  /** A multipart. */
  record Branch(String contentType, List<Node> children) implements Node {
    boolean is(String type) {
      return contentType.equals(type);
    }
  }

  /**
   * A part that holds content.
   *
   * @param content encoded
   * @param size bytes once decoded, an estimate
   * @param cut whether its end lies behind what was taken apart
   * @param boundaries that may end it: those of the multiparts around it
   * @param only whether it is the whole message
   * @param alternative whether it is one of several forms of the same content, itself or as the
   *     text of a compound
   * @param related whether it belongs to a compound of HTML and pictures
   */
  record Leaf(
      int number,
      PartFields fields,
      MessageStream content,
      long size,
      boolean cut,
      List<String> boundaries,
      boolean only,
      boolean alternative,
      boolean related)
      implements Node {

    /** The content, decoded while it is read, as far as the message was taken apart. */
    InputStream decoded() {
      return TransferDecoding.decode(content.rest(), fields.transferEncoding());
    }

    /** The content, decoded while it is read, to its end, wherever that is. */
    InputStream decodedToItsEnd(MessageSource source) {
      return cut
          ? TransferDecoding.decode(
              new UntilBoundary(content.until(source.size()), boundaries),
              fields.transferEncoding())
          : decoded();
    }
  }

  private final HeaderBlock header;
  private final Node root;
  private final List<Leaf> leaves;
  private final Set<MessageNote> notes;

  private PartTree(HeaderBlock header, Node root, List<Leaf> leaves, Set<MessageNote> notes) {
    this.header = header;
    this.root = root;
    this.leaves = leaves;
    this.notes = notes;
  }

  /** Takes a message apart as far as its first {@value #STRUCTURE_BYTES} bytes tell. */
  static PartTree of(MessageSource source) throws IOException {
    return new Builder(source, Math.min(source.size(), STRUCTURE_BYTES)).build();
  }

  HeaderBlock header() {
    return header;
  }

  Node root() {
    return root;
  }

  List<Leaf> leaves() {
    return leaves;
  }

  /** What was met so far; whoever reads content adds to it. */
  Set<MessageNote> notes() {
    return notes;
  }

  private static final class Builder {

    private final MessageSource source;
    private final long limit;
    private final Reading reading;
    private final List<Leaf> leaves = new ArrayList<>();
    private final Set<MessageNote> notes = EnumSet.noneOf(MessageNote.class);
    private int parts;

    Builder(MessageSource source, long limit) {
      this.source = source;
      this.limit = limit;
      this.reading = new Reading(source);
    }

    PartTree build() throws IOException {
      reading.limit(LINE_BYTES, Math.max(LEAST_WORK_BYTES, WORK_PER_BYTE * limit));
      if (limit < source.size()) {
        notes.add(MessageNote.STRUCTURE_CUT);
      }
      MessageStream message = new MessageStream(reading, 0, limit);
      HeaderBlock header = HeaderBlock.read(message, notes);
      Node root = node(header, message, "text/plain", new Place(0, List.of(), false, false));
      reading.throwDiskFailure();
      reading.unlimited();
      return new PartTree(header, root, List.copyOf(leaves), notes);
    }

    /** Where in the tree a part stands. */
    private record Place(int depth, List<String> boundaries, boolean alternative, boolean related) {

      /** What stands beside the text in a form with attachments is no other form of anything. */
      Place under(PartFields fields, boolean first) {
        List<String> all = new ArrayList<>(boundaries);
        fields.boundary().ifPresent(all::add);
        return new Place(
            depth + 1,
            List.copyOf(all),
            fields.is("multipart/alternative")
                || (alternative && first && fields.is("multipart/related")),
            related || fields.is("multipart/related"));
      }
    }

    private Node node(HeaderBlock header, MessageStream body, String defaultType, Place place)
        throws IOException {
      PartFields fields = PartFields.of(header, defaultType);
      if (!fields.multipart()) {
        return leaf(fields, body, place);
      }
      if (place.depth == DEEPEST) {
        notes.add(MessageNote.TOO_DEEP);
        return leaf(fields, body, place);
      }
      LenientMultipart.Parts multipart =
          LenientMultipart.parts(fields.declared(), body, MOST_PARTS - parts);
      if (multipart.broken()) {
        notes.add(MessageNote.STRUCTURE_BROKEN);
      }
      if (multipart.tooMany()) {
        notes.add(MessageNote.TOO_MANY_PARTS);
      }
      if (multipart.ranges().isEmpty()) {
        return multipart.tooMany()
            ? new Branch(fields.contentType(), List.of())
            : leaf(asText(fields), body, place);
      }
      parts += multipart.ranges().size();
      List<Node> children = new ArrayList<>();
      for (MessageStream range : multipart.ranges()) {
        MessageStream part = range.rest();
        String childType = fields.is("multipart/digest") ? "message/rfc822" : "text/plain";
        Place below = place.under(fields, children.isEmpty());
        children.add(node(HeaderBlock.read(part, notes), part, childType, below));
      }
      return new Branch(fields.contentType(), List.copyOf(children));
    }

    private Leaf leaf(PartFields fields, MessageStream body, Place place) {
      boolean cut = limit < source.size() && body.end() == limit;
      long encoded = cut ? source.size() - limit + body.remaining() : body.remaining();
      Leaf leaf =
          new Leaf(
              leaves.size() + 1,
              fields,
              body,
              TransferDecoding.estimate(encoded, fields.transferEncoding()),
              cut,
              place.boundaries,
              place.depth == 0,
              place.alternative,
              place.related);
      leaves.add(leaf);
      return leaf;
    }

    /** A multipart without a single part: its bytes are all there is to read. */
    private PartFields asText(PartFields fields) {
      notes.add(MessageNote.STRUCTURE_BROKEN);
      return new PartFields(
          "text/plain",
          Optional.empty(),
          fields.charset(),
          "7bit",
          fields.attachment(),
          fields.fileName(),
          fields.contentId(),
          Optional.empty());
    }
  }
}
