package org.mailtimemachine.catalogue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.hibernate.StatelessSession;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.MessageLocation;
import org.mailtimemachine.snapshot.catalogue.MessagePage;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;

/**
 * Pages of one or several Folders of one Snapshot. First the ids of a page, where it can be by a
 * walk along the index of its order from the nearer end; then what those few messages look like.
 */
final class SnapshotPages {

  private final StatelessSession session;
  private final Folders folders;

  SnapshotPages(StatelessSession session, Folders folders) {
    this.session = session;
    this.folders = folders;
  }

  MessagePage page(MessageQuery query) {
    if (query.filter().isAll() && query.compared().isEmpty() && folders.ids.size() == 1) {
      return new MessagePage(folders.messages, rows(walk(query)));
    }
    Conditions conditions = folders.conditions().matching(query);
    List<Object[]> found =
        conditions
            .select(
                session,
                "p.entryId, count(*) over ()",
                "",
                Conditions.order(query.sort(), query.ascending()))
            .setFirstResult(Math.toIntExact(Math.min(query.offset(), Integer.MAX_VALUE)))
            .setMaxResults(query.limit())
            .getResultList();
    if (found.isEmpty()) {
      // behind the end nobody says how many there are
      return new MessagePage(query.offset() == 0 ? 0 : conditions.count(session), List.of());
    }
    return new MessagePage(
        (Long) found.getFirst()[1], rows(found.stream().map(row -> (UUID) row[0]).toList()));
  }

  private List<UUID> walk(MessageQuery query) {
    long from = Math.min(query.offset(), folders.messages);
    long to = Math.min(from + query.limit(), folders.messages);
    if (from == to) {
      return List.of();
    }
    boolean nearerToTheEnd = from > folders.messages - to;
    long skipped = nearerToTheEnd ? folders.messages - to : from;
    List<UUID> page =
        folders
            .conditions()
            .select(
                session,
                "p.entryId, 0",
                "",
                Conditions.order(query.sort(), query.ascending() != nearerToTheEnd))
            .setFirstResult(Math.toIntExact(skipped))
            .setMaxResults((int) (to - from))
            .getResultList()
            .stream()
            .map(row -> (UUID) row[0])
            .toList();
    return nearerToTheEnd ? page.reversed() : page;
  }

  List<MessageLocation> locations(MessageQuery query) {
    return locations(session, folders.conditions().matching(query), query);
  }

  static List<MessageLocation> locations(
      StatelessSession session, Conditions conditions, MessageQuery query) {
    return conditions
        .select(
            session,
            "p.entryId, m.poolName",
            "join MessageRow m on m.mailboxId = p.mailboxId and m.id = p.messageId",
            Conditions.order(query.sort(), query.ascending()))
        .setFirstResult(Math.toIntExact(Math.min(query.offset(), Integer.MAX_VALUE)))
        .setMaxResults(Catalogue.MOST_LOCATIONS)
        .getResultList()
        .stream()
        .map(row -> new MessageLocation((UUID) row[0], (String) row[1]))
        .toList();
  }

  List<CataloguedMessage> rows(List<UUID> page) {
    if (page.isEmpty()) {
      return List.of();
    }
    Map<UUID, CataloguedMessage> rows = HashMap.newHashMap(page.size());
    session
        .createSelectionQuery(
            """
            select p, e
            from PresenceRow p
            join MessageRow e on e.mailboxId = p.mailboxId and e.id = p.messageId
            where p.mailboxId = :mailbox and p.entryId in (:entries)
              and p.fromSeq <= :seq and p.toSeq > :seq
            """,
            Object[].class)
        .setParameter("mailbox", folders.mailboxId)
        .setParameterList("entries", page)
        .setParameter("seq", folders.seq)
        .getResultList()
        .forEach(
            row -> {
              PresenceRow presence = (PresenceRow) row[0];
              rows.put(presence.entryId, message(presence, (MessageRow) row[1]));
            });
    // Between the two queries a Snapshot may have been forgotten.
    return page.stream().filter(rows::containsKey).map(rows::get).toList();
  }

  static CataloguedMessage message(PresenceRow presence, MessageRow message) {
    return new CataloguedMessage(
        presence.entryId,
        presence.folderId,
        message.poolName,
        message.subject,
        message.from,
        message.to,
        message.sentAt,
        message.size,
        new Flags(presence.flags),
        keywords(presence),
        message.attachments,
        message.preview);
  }

  static List<String> keywords(PresenceRow presence) {
    return presence.keywords.isEmpty() ? List.of() : List.of(presence.keywords.split("\n"));
  }

  /**
   * Folders of an indexed Snapshot that were found to be the Mailbox's own.
   *
   * @param ids none where all are meant: then a query need not name them
   * @param messages how many they hold
   */
  record Folders(long mailboxId, long seq, Set<UUID> ids, long messages) {

    private Conditions conditions() {
      Conditions conditions = new Conditions(mailboxId).on(seq);
      return ids.isEmpty() ? conditions : conditions.in(ids);
    }
  }
}
