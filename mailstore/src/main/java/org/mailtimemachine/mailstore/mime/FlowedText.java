package org.mailtimemachine.mailstore.mime;

/**
 * Plain text whose lines were broken by the sender's program ({@code format=flowed}, RFC 3676), put
 * together again: one line for each paragraph. How deep a line is quoted stands before it as so
 * many {@code >}, as in text that never flowed.
 *
 * @param delSp whether the space that joins two lines belongs to neither
 */
record FlowedText(boolean delSp) {

  private static final String SIGNATURE = "-- ";

  String paragraphs(String text) {
    StringBuilder paragraphs = new StringBuilder(text.length());
    int depthOfOpen = -1; // of the paragraph that goes on, -1 where none does
    String[] lines = text.split("\r\n|[\r\n]", -1);
    for (int i = 0; i < lines.length; i++) {
      int depth = depth(lines[i]);
      String line = lines[i].substring(depth);
      // a space that was put before what would read as a quote or as an mbox's "From "
      String words = line.startsWith(" ") ? line.substring(1) : line;
      boolean signature = words.equals(SIGNATURE);
      if (depth != depthOfOpen || signature) {
        if (i > 0) {
          paragraphs.append('\n');
        }
        // what is no quote must not become one now
        paragraphs.append(depth > 0 ? ">".repeat(depth) + " " : words.startsWith(">") ? " " : "");
      }
      boolean flows = words.endsWith(" ") && !signature && i < lines.length - 1;
      paragraphs.append(words, 0, words.length() - (flows && delSp ? 1 : 0));
      depthOfOpen = flows ? depth : -1;
    }
    return paragraphs.toString();
  }

  private static int depth(String line) {
    int depth = 0;
    while (depth < line.length() && line.charAt(depth) == '>') {
      depth++;
    }
    return depth;
  }
}
