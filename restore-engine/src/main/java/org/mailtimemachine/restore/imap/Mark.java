package org.mailtimemachine.restore.imap;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What stands in a job before a batch is appended to a Folder.
 *
 * @param uidNext what comes has this UID, or a higher one
 * @param texts of the messages of the batch, by their places in the Folder, in order
 */
record Mark(long uidValidity, long uidNext, Map<Integer, MessageText> texts) {

  private static final String BETWEEN = " ";
  private static final String WITHIN = ":";

  String text() {
    StringBuilder text = new StringBuilder(uidValidity + BETWEEN + uidNext);
    texts.forEach(
        (number, message) ->
            text.append(BETWEEN)
                .append(number)
                .append(WITHIN)
                .append(message.size())
                .append(WITHIN)
                .append(message.sha256()));
    return text.toString();
  }

  /** Reads such a text; empty where it is none. */
  static Optional<Mark> parse(String text) {
    try {
      String[] words = text.split(BETWEEN, -1);
      Map<Integer, MessageText> texts = new LinkedHashMap<>();
      for (int i = 2; i < words.length; i++) {
        String[] message = words[i].split(WITHIN, -1);
        texts.put(
            Integer.parseInt(message[0]), new MessageText(Long.parseLong(message[1]), message[2]));
      }
      return Optional.of(new Mark(Long.parseLong(words[0]), Long.parseLong(words[1]), texts));
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }
}
