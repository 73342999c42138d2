package org.mailtimemachine.web.mirrored;

import java.io.IOException;
import org.mailtimemachine.mailstore.mime.MessageSource;

/**
 * Whether a message in a mailbox is what came over the line: delivery puts headers in front of it
 * (Return-Path, Delivered-To, Received) and may change what ends its lines, and nothing else.
 */
final class DeliveredText {

  /** More than any delivery adds. */
  static final long MOST_IN_FRONT = 64 * 1024;

  private DeliveredText() {}

  /**
   * Whether it is.
   *
   * @param copy as it came over the line
   * @param length of the copy, as {@link PlainLines#count} has it
   */
  static boolean is(MessageSource stored, MessageSource copy, long length) throws IOException {
    long inFront = PlainLines.count(stored) - length;
    if (inFront < 0 || inFront > MOST_IN_FRONT) {
      return false;
    }
    PlainLines ours = new PlainLines(stored);
    int before = '\n';
    for (long i = 0; i < inFront; i++) {
      int next = ours.next();
      if (next == '\n' && before == '\n') {
        return false; // an empty line: what follows is the text of another message
      }
      before = next;
    }
    return before == '\n' && same(ours, new PlainLines(copy));
  }

  private static boolean same(PlainLines one, PlainLines other) throws IOException {
    int next;
    do {
      next = one.next();
      if (next != other.next()) {
        return false;
      }
    } while (next >= 0);
    return true;
  }
}
