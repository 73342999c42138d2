package org.mailtimemachine.restore.imap;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.mime.DeliveredText;
import org.mailtimemachine.mailstore.mime.MessageSource;
import org.mailtimemachine.mailstore.mime.ReadingBudget;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.PlainCopy;
import org.mailtimemachine.restore.RestoreException;

/**
 * The live messages that may be what came as a copy: those with its Message-ID, and where it has
 * none, all that came since; as long as it, and what delivery puts in front. Only such are read.
 * Not safe for use by several threads.
 */
final class ImapArrivals {

  /** Clocks of the mail server and of ours. */
  private static final Duration CLOCKS = Duration.ofHours(1);

  /** What it costs at least to ask for a message. */
  private static final long LEAST_BYTES = 64 * 1024;

  private final ImapMailbox mailbox;
  private final Collection<ListedFolder> folders;
  private final ReadingBudget budget;

  /**
   * @param budget for all comparisons
   */
  ImapArrivals(ImapMailbox mailbox, Collection<ListedFolder> folders, ReadingBudget budget) {
    this.mailbox = mailbox;
    this.folders = folders;
    this.budget = budget;
  }

  /**
   * One that is what came: at home rather than anywhere else, and not where mail is thrown away.
   *
   * @param source the copy's bytes
   * @param home the mailboxes where it would be
   * @throws RestoreException where so much had to be compared that this one is not: what was not
   *     looked at must not count as missing, or it came twice
   */
  Optional<ListedFolder.Message> find(PlainCopy copy, MessageSource source, Set<String> home)
      throws IOException {
    MessageText text = MessageText.of(source::read);
    String id = MessageText.messageIdOf(source::read);
    long earliest = copy.arrived().minus(CLOCKS).getEpochSecond();
    List<ListedFolder.Message> candidates =
        folders.stream()
            .filter(folder -> home.contains(folder.mailbox()) || !folder.wasteBasket())
            .sorted(Comparator.comparing(folder -> !home.contains(folder.mailbox())))
            .flatMap(folder -> folder.messages().stream())
            .filter(
                each ->
                    each.size() >= text.size()
                        && each.size() - text.size() <= DeliveredText.MOST_IN_FRONT)
            // What a restore has appended is just as long, and may be as old as it says.
            .filter(
                each ->
                    id.isEmpty()
                        ? each.received() >= earliest || each.size() == text.size()
                        : each.id().equals(id))
            .toList();
    for (ListedFolder.Message each : candidates) {
      if (budget.spent()) {
        throw new RestoreException(
            Hindrance.UNCERTAIN,
            "too many live messages are like what came: whether one of %s is it is not known"
                .formatted(each.folder().name()));
      }
      budget.spend(Math.max(each.size(), LEAST_BYTES));
      if (mailbox.isDelivered(each, text)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
