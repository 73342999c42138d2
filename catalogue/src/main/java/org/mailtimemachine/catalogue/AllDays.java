package org.mailtimemachine.catalogue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.UUID;
import org.hibernate.StatelessSession;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.MessageLocation;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.snapshot.catalogue.Sighting;
import org.mailtimemachine.snapshot.catalogue.SightingPage;

/** The Messages of all days of a Mailbox, each once: the last stretch of its life stands for it. */
final class AllDays {

  private final StatelessSession session;
  private final long mailboxId;
  private final NavigableMap<Long, SnapshotName> kept;

  /**
   * One question.
   *
   * @param kept the indexed Snapshots of the Mailbox, not empty
   */
  AllDays(StatelessSession session, long mailboxId, NavigableMap<Long, SnapshotName> kept) {
    this.session = session;
    this.mailboxId = mailboxId;
    this.kept = kept;
  }

  SightingPage page(MessageQuery query) {
    Conditions conditions = lastStretches().matching(query);
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
      return new SightingPage(query.offset() == 0 ? 0 : conditions.count(session), List.of());
    }
    return new SightingPage(
        (Long) found.getFirst()[1], sightings(found.stream().map(row -> (UUID) row[0]).toList()));
  }

  List<MessageLocation> locations(MessageQuery query) {
    return SnapshotPages.locations(session, lastStretches().matching(query), query);
  }

  private Conditions lastStretches() {
    return new Conditions(mailboxId).lastUntil(kept.lastKey());
  }

  List<Sighting> sightings(List<UUID> page) {
    if (page.isEmpty()) {
      return List.of();
    }
    List<Object[]> found =
        lastStretches()
            .among(page)
            .select(
                session,
                """
                p, m, f.name, (
                  select min(o.fromSeq) from PresenceRow o
                  where o.mailboxId = p.mailboxId and o.messageId = p.messageId)
                """,
                """
                join MessageRow m on m.mailboxId = p.mailboxId and m.id = p.messageId
                join FolderRow f on f.mailboxId = p.mailboxId and f.id = p.folderId
                """,
                "")
            .getResultList();
    Map<UUID, Sighting> rows = HashMap.newHashMap(page.size());
    for (Object[] row : found) {
      PresenceRow presence = (PresenceRow) row[0];
      Map.Entry<Long, SnapshotName> first = kept.ceilingEntry((Long) row[3]);
      Map.Entry<Long, SnapshotName> last = kept.lowerEntry(presence.toSeq);
      // Between two queries a Snapshot may have been forgotten.
      if (first != null && last != null) {
        rows.put(
            presence.entryId,
            new Sighting(
                SnapshotPages.message(presence, (MessageRow) row[1]),
                new FolderName((String) row[2]),
                first.getValue(),
                last.getValue(),
                last.getKey().equals(kept.lastKey())));
      }
    }
    return page.stream().filter(rows::containsKey).map(rows::get).toList();
  }
}
