package org.mailtimemachine.web.search;

import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.mime.SearchField;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Comparison;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MessageFilter;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;

/**
 * Which messages of a Mailbox are read for which words.
 *
 * @param day empty for all days; Folders do not count then
 * @param sort the order in which they are read and found
 * @param filter what must hold of them besides, as far as the Catalogue knows it
 */
public record BodyQuestion(
    MailboxAddress mailbox,
    Optional<SnapshotName> day,
    Set<UUID> folders,
    List<String> words,
    Set<SearchField> fields,
    MessageFilter filter,
    Optional<Comparison> compared,
    MessageQuery.Sort sort,
    boolean ascending) {

  public BodyQuestion {
    folders = Set.copyOf(folders);
    words = List.copyOf(words);
    fields = Set.copyOf(fields);
  }

  /**
   * What a search asks of the messages of a day.
   *
   * @param folders its Folders
   * @param current where the user stands
   * @param zone of the user
   */
  public static BodyQuestion of(
      MailboxAddress mailbox,
      Search search,
      SnapshotName day,
      List<FolderSummary> folders,
      FolderSummary current,
      Optional<Comparison> compared,
      MessageQuery.Sort sort,
      boolean ascending,
      ZoneId zone) {
    boolean allDays = search.scope() == Scope.DAYS && compared.isEmpty();
    return new BodyQuestion(
        mailbox,
        allDays ? Optional.empty() : Optional.of(day),
        allDays ? Set.of() : search.scope().folders(folders, current),
        search.words(),
        search.fields(),
        search.filter(zone),
        compared,
        sort,
        ascending);
  }

  /** What the Catalogue is asked for. */
  MessageQuery query(long offset) {
    return new MessageQuery(offset, 1, sort, ascending, filter, compared);
  }
}
