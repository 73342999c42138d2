package org.mailtimemachine.catalogue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.StatelessSession;
import org.hibernate.query.SelectionQuery;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.MessagePage;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;

/**
 * Pages of one Folder of one Snapshot. First the ids of a page, by a walk along the index of its
 * order from the nearer end; then what those few messages look like.
 */
final class FolderPages {

  private static final int LONGEST_SEARCH = 200;

  private static final String OF_FOLDER =
      """
      p.mailboxId = :mailbox and p.folderId = :folder and p.fromSeq <= :seq and p.toSeq > :seq
      """;

  /** Of a stretch {@code p}: a later Snapshot has its Message in its Folder no more. */
  static final String LEFT =
      """
       and p.toSeq <= :later and not exists (
        select 1 from PresenceRow q
        where q.mailboxId = :mailbox and q.messageId = p.messageId and q.folderId = p.folderId
          and q.fromSeq <= :later and q.toSeq > :later)
      """;

  private final StatelessSession session;
  private final Folder folder;

  FolderPages(StatelessSession session, Folder folder) {
    this.session = session;
    this.folder = folder;
  }

  MessagePage page(MessageQuery query) {
    // What is nothing but marks searches for nothing.
    String text = CatalogueText.folded(CatalogueText.line(query.text(), LONGEST_SEARCH)).strip();
    if (text.isEmpty() && query.goneBy().isEmpty()) {
      return new MessagePage(folder.messages(), rows(page(query, folder.messages())));
    }
    List<UUID> hits = hits(query, text);
    long from = Math.min(query.offset(), hits.size());
    long to = Math.min(from + query.limit(), hits.size());
    return new MessagePage(hits.size(), rows(hits.subList((int) from, (int) to)));
  }

  private List<UUID> page(MessageQuery query, long total) {
    long from = Math.min(query.offset(), total);
    long to = Math.min(from + query.limit(), total);
    if (from == to) {
      return List.of();
    }
    boolean nearerToTheEnd = from > total - to;
    long skipped = nearerToTheEnd ? total - to : from;
    List<UUID> page =
        ofFolder(
                "select p.entryId from PresenceRow p where "
                    + OF_FOLDER
                    + order(query.sort(), query.ascending() != nearerToTheEnd))
            .setFirstResult(Math.toIntExact(skipped))
            .setMaxResults((int) (to - from))
            .getResultList();
    return nearerToTheEnd ? page.reversed() : page;
  }

  private List<UUID> hits(MessageQuery query, String text) {
    String found =
        text.isEmpty()
            ? ""
            : """
              and exists (
                select 1 from MessageRow e where e.mailboxId = :mailbox and e.id = p.messageId
                  and locate(:text, e.searchText) > 0)
              """;
    SelectionQuery<UUID> hits =
        ofFolder(
            "select p.entryId from PresenceRow p where "
                + OF_FOLDER
                + found
                + (query.goneBy().isPresent() ? LEFT : "")
                + order(query.sort(), query.ascending()));
    if (!text.isEmpty()) {
      hits.setParameter("text", text);
    }
    query.goneBy().ifPresent(later -> hits.setParameter("later", SnapshotSequence.of(later)));
    return hits.getResultList();
  }

  private SelectionQuery<UUID> ofFolder(String query) {
    return session
        .createSelectionQuery(query, UUID.class)
        .setParameter("mailbox", folder.mailboxId())
        .setParameter("folder", folder.id())
        .setParameter("seq", folder.seq());
  }

  /** The columns of an index, so ties fall the same way on every page and backwards alike. */
  private static String order(MessageQuery.Sort sort, boolean ascending) {
    Stream<String> columns =
        switch (sort) {
          case DATE -> Stream.of("p.sentAt", "p.entryId");
          case FROM -> Stream.of("p.fromKey", "p.sentAt", "p.entryId");
          case SUBJECT -> Stream.of("p.subjectKey", "p.sentAt", "p.entryId");
          case SIZE -> Stream.of("p.size", "p.sentAt", "p.entryId");
        };
    String direction = ascending ? " asc" : " desc";
    return columns
        .map(column -> column + direction)
        .collect(Collectors.joining(", ", "order by ", ""));
  }

  private List<CataloguedMessage> rows(List<UUID> page) {
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
        .setParameter("mailbox", folder.mailboxId())
        .setParameterList("entries", page)
        .setParameter("seq", folder.seq())
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

  /** A Folder of an indexed Snapshot that was found to be the Mailbox's own. */
  record Folder(long mailboxId, UUID id, long seq, long messages) {}
}
