package org.mailtimemachine.catalogue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.MessageDigest;
import java.time.Instant;
import org.mailtimemachine.mailstore.mime.FoldedText;
import org.mailtimemachine.mailstore.mime.MessageBytes;
import org.mailtimemachine.mailstore.mime.MessageReader;
import org.mailtimemachine.mailstore.mime.MessageSource;
import org.mailtimemachine.mailstore.mime.MessageSummary;

/** Fills the row of a Message from its bytes. Safe for use by several threads. */
final class MessageEnvelope {

  /** Up to here a message is read from the disk once and then looked at in memory. */
  private static final int SMALL = 1 << 20;

  private static final int BUFFER = 1 << 16;

  static final int LONGEST_LINE = 1_000;
  private static final int LONGEST_PREVIEW = 300;
  private static final int LONGEST_SEARCH_TEXT = 4_000;

  private static final Instant FIRST_SENSIBLE_DATE = Instant.parse("1971-01-01T00:00:00Z");
  private static final Instant LAST_SENSIBLE_DATE = Instant.parse("2100-01-01T00:00:00Z");

  private final MessageReader reader;

  MessageEnvelope(MessageReader reader) {
    this.reader = reader;
  }

  /**
   * Reads all of a message. Where it cannot be taken apart, its digest is in the row all the same.
   */
  void readAndHash(MessageSource message, MessageRow row) throws IOException {
    MessageSource source = message.size() <= SMALL ? MessageBytes.of(message) : message;
    row.sha256 = hash(source);
    read(source, row);
  }

  /** Reads only what a list shows. */
  void read(MessageSource message, MessageRow row) throws IOException {
    MessageSummary summary = reader.summary(message);
    row.subject = CatalogueText.line(summary.subject(), LONGEST_LINE);
    row.from = CatalogueText.line(summary.from(), LONGEST_LINE);
    row.to = CatalogueText.line(summary.to(), LONGEST_LINE);
    row.cc = CatalogueText.line(summary.cc(), LONGEST_LINE);
    row.headerId =
        summary.messageId().isEmpty()
            ? null
            : CatalogueText.line(summary.messageId(), LONGEST_LINE);
    row.sentAt =
        summary
            .date()
            .filter(MessageEnvelope::sensible)
            .map(CatalogueText::storable)
            .orElse(row.internalDate);
    row.attachments = summary.attachments();
    row.preview = CatalogueText.line(summary.preview(), LONGEST_PREVIEW);
    row.fromKey = CatalogueText.sortKey(row.from);
    row.subjectKey = CatalogueText.subjectSortKey(row.subject);
    // A line break between them: what is searched for has none, so no hit spans two fields.
    String searchable = String.join("\n", row.subject, row.from, row.to, row.cc);
    String folded = FoldedText.of(searchable);
    row.searchText = folded.substring(0, Math.min(folded.length(), LONGEST_SEARCH_TEXT));
  }

  private static boolean sensible(Instant date) {
    return !date.isBefore(FIRST_SENSIBLE_DATE) && date.isBefore(LAST_SENSIBLE_DATE);
  }

  private static byte[] hash(MessageSource source) throws IOException {
    MessageDigest sha = CatalogueId.sha256();
    byte[] buffer = new byte[BUFFER];
    long at = 0;
    while (true) {
      int read = source.read(at, buffer, 0, buffer.length);
      if (read < 0) {
        return sha.digest();
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted while a message was read");
      }
      sha.update(buffer, 0, read);
      at += read;
    }
  }
}
