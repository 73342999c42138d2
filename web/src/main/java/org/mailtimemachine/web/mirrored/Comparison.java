package org.mailtimemachine.web.mirrored;

import java.io.IOException;
import java.util.List;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.mime.DeliveredText;
import org.mailtimemachine.mailstore.mime.MessageSource;
import org.mailtimemachine.mailstore.mime.PlainLines;
import org.mailtimemachine.mailstore.mime.ReadingBudget;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;
import org.mailtimemachine.snapshot.catalogue.Catalogue;

/** Holds copies against what the Snapshots of their person have. */
record Comparison(Catalogue catalogue, SnapshotStore store) {

  private static final System.Logger LOG = System.getLogger(Comparison.class.getName());

  /** Whether some Snapshot has it. */
  boolean inSnapshots(
      MailboxAddress mailbox, MessageSource copy, String messageId, ReadingBudget budget)
      throws IOException {
    List<String> candidates =
        catalogue.poolNames(
            mailbox, messageId, PlainLines.count(copy), copy.size() + DeliveredText.MOST_IN_FRONT);
    return candidates.stream().anyMatch(each -> is(mailbox, each, copy, budget));
  }

  /** Whether a message of the Pool is what came; it may have expired since, or be damaged. */
  boolean is(MailboxAddress mailbox, String poolName, MessageSource copy, ReadingBudget budget) {
    try (StoredMessage stored = store.message(mailbox, poolName)) {
      return DeliveredText.is(stored, copy, budget);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "not compared with a copy of a mirror", e);
      return false; // then the mirror's is the better one
    }
  }
}
