package org.mailtimemachine.mailstore.mime;

import java.io.IOException;

/**
 * Whether a message in a mailbox is what came over the line: delivery puts headers in front of it
 * (Return-Path, Delivered-To, Received) and may change what ends its lines, and nothing else.
 */
public final class DeliveredText {

  /** More than any delivery adds. */
  public static final long MOST_IN_FRONT = 64 * 1024;

  private DeliveredText() {}

  /**
   * Whether it is. Reads no further than to the last byte that differs.
   *
   * @param copy as it came over the line
   */
  public static boolean is(MessageSource stored, MessageSource copy, ReadingBudget budget)
      throws IOException {
    PlainLines ours = new PlainLines(stored);
    PlainLines came = new PlainLines(copy);
    try {
      for (int next = came.previous(); next >= 0; next = came.previous()) {
        if (ours.previous() != next) {
          return false;
        }
      }
      return areHeaders(ours);
    } finally {
      budget.spend(ours.bytesRead() + came.bytesRead());
    }
  }

  /** Whether bytes in front of a message are headers, and no text of another one. */
  public static boolean areHeaders(MessageSource front) throws IOException {
    return areHeaders(new PlainLines(front));
  }

  /** Whether what stands in front are whole lines, and no text of another message. */
  private static boolean areHeaders(PlainLines front) throws IOException {
    int behind = '\n';
    int next = front.previous();
    if (next >= 0 && next != '\n') {
      return false; // the copy begins within a line
    }
    for (long i = 0; next >= 0; i++) {
      if ((i > 0 && next == '\n' && behind == '\n') || i == MOST_IN_FRONT) {
        return false; // an empty line: what is before it was another message's headers
      }
      behind = next;
      next = front.previous();
      if (next < 0) {
        return behind != '\n';
      }
    }
    return true;
  }
}
