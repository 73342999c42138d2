package org.mailtimemachine.catalogue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.hibernate.SessionFactory;
import org.hibernate.StatelessSession;
import org.hibernate.query.SelectionQuery;
import org.mailtimemachine.catalogue.SnapshotPages.Folders;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.Departures;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MessageLocation;
import org.mailtimemachine.snapshot.catalogue.MessagePage;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.snapshot.catalogue.Missing;
import org.mailtimemachine.snapshot.catalogue.Presence;
import org.mailtimemachine.snapshot.catalogue.Sighting;
import org.mailtimemachine.snapshot.catalogue.SightingPage;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.snapshot.catalogue.StoreUnavailable;

/**
 * The Catalogue in PostgreSQL. Every query starts from the Mailbox's own row and asks for the
 * Snapshot's, so neither a foreign id nor a half-written Snapshot can be seen.
 */
final class JpaCatalogue implements Catalogue {

  private static final System.Logger LOG = System.getLogger(JpaCatalogue.class.getName());

  /** Stands where SQL wants one at least. */
  private static final UUID NO_FOLDER = new UUID(0, 0);

  private final SessionFactory sessions;
  private final SnapshotStore store;

  JpaCatalogue(SessionFactory sessions, SnapshotStore store) {
    this.sessions = sessions;
    this.store = store;
  }

  @Override
  public List<SnapshotSummary> snapshots(MailboxAddress mailbox) {
    Map<String, SnapshotRow> indexed = indexed(mailbox);
    List<SnapshotSummary> summaries = new ArrayList<>();
    for (SnapshotName name : stored(mailbox, !indexed.isEmpty()).reversed()) {
      SnapshotRow row = indexed.get(name.text());
      if (row != null) {
        summaries.add(new SnapshotSummary(name, row.takenAt, row.messages, true));
      } else {
        notIndexed(mailbox, name).ifPresent(summaries::add);
      }
    }
    return List.copyOf(summaries);
  }

  private List<SnapshotName> stored(MailboxAddress mailbox, boolean known) {
    try {
      List<SnapshotName> names = store.snapshots(mailbox).stream().sorted().toList();
      if (names.isEmpty() && known) {
        // Nothing where something was: all of it expired, or the Store is away.
        store.version();
      }
      return names;
    } catch (IOException e) {
      throw new StoreUnavailable("the Snapshots of " + mailbox + " cannot be listed", e);
    }
  }

  private Map<String, SnapshotRow> indexed(MailboxAddress mailbox) {
    Map<String, SnapshotRow> byName = new HashMap<>();
    sessions
        .fromStatelessSession(
            session ->
                session
                    .createSelectionQuery(
                        """
                        select s from MailboxRow m join SnapshotRow s on s.mailboxId = m.id
                        where m.domain = :domain and m.localPart = :local
                        """,
                        SnapshotRow.class)
                    .setParameter("domain", mailbox.domain())
                    .setParameter("local", mailbox.localPart())
                    .getResultList())
        .forEach(row -> byName.put(row.name, row));
    return byName;
  }

  private Optional<SnapshotSummary> notIndexed(MailboxAddress mailbox, SnapshotName name) {
    try {
      long messages = store.manifest(mailbox, name).messages();
      return Optional.of(new SnapshotSummary(name, store.takenAt(mailbox, name), messages, false));
    } catch (IOException e) {
      // Expired since it was listed, or damaged: one bad day must not hide the others.
      LOG.log(
          System.Logger.Level.WARNING,
          () -> "Snapshot " + name + " of " + mailbox + " cannot be read",
          e);
      return Optional.empty();
    }
  }

  @Override
  public List<FolderSummary> folders(MailboxAddress mailbox, SnapshotName snapshot) {
    return sessions
        .fromStatelessSession(
            session ->
                session
                    .createSelectionQuery(
                        """
                        select f, n.name
                        from MailboxRow m
                        join SnapshotRow s on s.mailboxId = m.id and s.seq = :seq
                        join FolderStateRow f
                          on f.mailboxId = m.id and f.fromSeq <= :seq and f.toSeq > :seq
                        join FolderRow n on n.mailboxId = m.id and n.id = f.folderId
                        where m.domain = :domain and m.localPart = :local
                        """,
                        Object[].class)
                    .setParameter("domain", mailbox.domain())
                    .setParameter("local", mailbox.localPart())
                    .setParameter("seq", SnapshotSequence.of(snapshot))
                    .getResultList())
        .stream()
        .map(row -> folder((FolderStateRow) row[0], (String) row[1]))
        .toList();
  }

  private static FolderSummary folder(FolderStateRow state, String name) {
    return new FolderSummary(
        state.folderId,
        new FolderName(name),
        Optional.ofNullable(state.specialUse),
        state.subscribed,
        state.busy,
        state.messages,
        state.unread);
  }

  @Override
  public Optional<MessagePage> messages(
      MailboxAddress mailbox, SnapshotName snapshot, UUID folder, MessageQuery query) {
    return sessions.fromStatelessSession(
        session ->
            foldersOf(session, mailbox, snapshot, Set.of(folder))
                .map(found -> new SnapshotPages(session, found).page(query)));
  }

  @Override
  public MessagePage search(
      MailboxAddress mailbox, SnapshotName snapshot, Set<UUID> folders, MessageQuery query) {
    return sessions.fromStatelessSession(
        session ->
            foldersOf(session, mailbox, snapshot, folders)
                .map(found -> new SnapshotPages(session, found).page(query))
                .orElseGet(() -> new MessagePage(0, List.of())));
  }

  @Override
  public List<CataloguedMessage> messages(
      MailboxAddress mailbox, SnapshotName snapshot, List<UUID> messages) {
    return sessions.fromStatelessSession(
        session ->
            mailboxOf(session, mailbox, snapshot, snapshot)
                .map(id -> new Folders(id, SnapshotSequence.of(snapshot), Set.of(), 0))
                .map(all -> new SnapshotPages(session, all).rows(messages))
                .orElse(List.of()));
  }

  @Override
  public SightingPage searchAllDays(MailboxAddress mailbox, MessageQuery query) {
    return sessions.fromStatelessSession(
        session ->
            allDays(session, mailbox)
                .map(days -> days.page(query))
                .orElseGet(() -> new SightingPage(0, List.of())));
  }

  @Override
  public List<Sighting> sightings(MailboxAddress mailbox, List<UUID> messages) {
    return sessions.fromStatelessSession(
        session ->
            allDays(session, mailbox).map(days -> days.sightings(messages)).orElse(List.of()));
  }

  @Override
  public List<MessageLocation> locations(
      MailboxAddress mailbox,
      Optional<SnapshotName> snapshot,
      Set<UUID> folders,
      MessageQuery query) {
    return sessions.fromStatelessSession(
        session ->
            snapshot.isEmpty()
                ? allDays(session, mailbox).map(days -> days.locations(query)).orElse(List.of())
                : foldersOf(session, mailbox, snapshot.get(), folders)
                    .map(found -> new SnapshotPages(session, found).locations(query))
                    .orElse(List.of()));
  }

  private Optional<AllDays> allDays(StatelessSession session, MailboxAddress mailbox) {
    NavigableMap<Long, SnapshotName> kept = new TreeMap<>();
    List<SnapshotRow> rows = List.copyOf(indexed(mailbox).values());
    rows.forEach(row -> kept.put(row.seq, new SnapshotName(row.name)));
    return rows.stream().findAny().map(row -> new AllDays(session, row.mailboxId, kept));
  }

  /**
   * The one place where Folders' ids are checked against the Mailbox that asks; empty where none of
   * them is its own.
   */
  private static Optional<Folders> foldersOf(
      StatelessSession session, MailboxAddress mailbox, SnapshotName snapshot, Set<UUID> folders) {
    long seq = SnapshotSequence.of(snapshot);
    List<FolderStateRow> all =
        session
            .createSelectionQuery(
                """
                select f
                from MailboxRow m
                join SnapshotRow s on s.mailboxId = m.id and s.seq = :seq
                join FolderStateRow f
                  on f.mailboxId = m.id and f.fromSeq <= :seq and f.toSeq > :seq
                where m.domain = :domain and m.localPart = :local
                """,
                FolderStateRow.class)
            .setParameter("domain", mailbox.domain())
            .setParameter("local", mailbox.localPart())
            .setParameter("seq", seq)
            .getResultList();
    List<FolderStateRow> own = all.stream().filter(row -> folders.contains(row.folderId)).toList();
    return own.stream()
        .findAny()
        .map(
            any ->
                new Folders(
                    any.mailboxId,
                    seq,
                    own.size() == all.size() && own.size() > 1
                        ? Set.of()
                        : own.stream().map(row -> row.folderId).collect(Collectors.toSet()),
                    own.stream().mapToLong(row -> row.messages).sum()));
  }

  @Override
  public List<String> poolNames(
      MailboxAddress mailbox, String messageId, long smallest, long largest) {
    String header = CatalogueText.line(messageId, MessageEnvelope.LONGEST_LINE);
    // The first characters are what the index has of it.
    String same =
        header.isEmpty()
            ? "left(m.headerId, 100) is null"
            : "left(m.headerId, 100) = left(:header, 100) and m.headerId = :header";
    return sessions.fromStatelessSession(
        session -> {
          SelectionQuery<String> query =
              session
                  .createSelectionQuery(
                      """
                      select m.poolName
                      from MailboxRow b join MessageRow m on m.mailboxId = b.id
                      where b.domain = :domain and b.localPart = :local
                        and m.size between :smallest and :largest
                        and exists (
                          select 1 from PresenceRow p
                          join SnapshotRow s on s.mailboxId = p.mailboxId
                            and s.seq >= p.fromSeq and s.seq < p.toSeq
                          where p.mailboxId = m.mailboxId and p.messageId = m.id)
                        and\s"""
                          + same
                          + " order by m.size, m.id",
                      String.class)
                  .setParameter("domain", mailbox.domain())
                  .setParameter("local", mailbox.localPart())
                  .setParameter("smallest", smallest)
                  .setParameter("largest", largest)
                  .setMaxResults(MOST_ALIKE);
          if (!header.isEmpty()) {
            query.setParameter("header", header);
          }
          return query.getResultList();
        });
  }

  @Override
  public Optional<CataloguedMessage> message(
      MailboxAddress mailbox, SnapshotName snapshot, UUID message) {
    return sessions
        .fromStatelessSession(
            session ->
                session
                    .createSelectionQuery(
                        """
                        select p, e
                        from MailboxRow m
                        join SnapshotRow s on s.mailboxId = m.id and s.seq = :seq
                        join PresenceRow p on p.mailboxId = m.id
                          and p.entryId = :entry and p.fromSeq <= :seq and p.toSeq > :seq
                        join MessageRow e on e.mailboxId = p.mailboxId and e.id = p.messageId
                        where m.domain = :domain and m.localPart = :local
                        """,
                        Object[].class)
                    .setParameter("domain", mailbox.domain())
                    .setParameter("local", mailbox.localPart())
                    .setParameter("seq", SnapshotSequence.of(snapshot))
                    .setParameter("entry", message)
                    .getResultList())
        .stream()
        .map(row -> SnapshotPages.message((PresenceRow) row[0], (MessageRow) row[1]))
        .findAny();
  }

  @Override
  public List<Presence> life(MailboxAddress mailbox, SnapshotName snapshot, UUID message) {
    NavigableMap<Long, SnapshotName> kept = new TreeMap<>();
    indexed(mailbox).values().forEach(row -> kept.put(row.seq, new SnapshotName(row.name)));
    return sessions
        .fromStatelessSession(
            session ->
                session
                    .createSelectionQuery(
                        """
                        select p, f.name
                        from MailboxRow m
                        join SnapshotRow s on s.mailboxId = m.id and s.seq = :seq
                        join PresenceRow o on o.mailboxId = m.id
                          and o.entryId = :entry and o.fromSeq <= :seq and o.toSeq > :seq
                        join PresenceRow p on p.mailboxId = m.id and p.messageId = o.messageId
                        join FolderRow f on f.mailboxId = m.id and f.id = p.folderId
                        where m.domain = :domain and m.localPart = :local
                        order by p.fromSeq, p.toSeq, f.name, p.entryId
                        """,
                        Object[].class)
                    .setParameter("domain", mailbox.domain())
                    .setParameter("local", mailbox.localPart())
                    .setParameter("seq", SnapshotSequence.of(snapshot))
                    .setParameter("entry", message)
                    .getResultList())
        .stream()
        .flatMap(row -> presence((PresenceRow) row[0], (String) row[1], kept).stream())
        .toList();
  }

  /** Empty for a stretch of which no Snapshot is left: it was forgotten between two queries. */
  private static Optional<Presence> presence(
      PresenceRow row, String folder, NavigableMap<Long, SnapshotName> kept) {
    Map.Entry<Long, SnapshotName> first = kept.ceilingEntry(row.fromSeq);
    Map.Entry<Long, SnapshotName> last = kept.lowerEntry(row.toSeq);
    if (first == null || last == null || first.getKey() > last.getKey()) {
      return Optional.empty();
    }
    return Optional.of(
        new Presence(
            row.entryId,
            row.folderId,
            new FolderName(folder),
            new Flags(row.flags),
            SnapshotPages.keywords(row),
            first.getValue(),
            Optional.ofNullable(kept.lowerEntry(first.getKey())).map(Map.Entry::getValue),
            last.getValue(),
            Optional.ofNullable(kept.higherEntry(last.getKey())).map(Map.Entry::getValue)));
  }

  @Override
  public Map<UUID, Departures> departures(
      MailboxAddress mailbox, SnapshotName snapshot, SnapshotName other) {
    return sessions.fromStatelessSession(
        session -> {
          Map<UUID, Departures> departures = new HashMap<>();
          mailboxOf(session, mailbox, snapshot, other)
              .ifPresent(
                  id ->
                      session
                          .createSelectionQuery(
                              "select p.folderId, count(*), sum(case when "
                                  + Conditions.SOMEWHERE
                                  + """
                                   then 0 else 1 end)
                                  from PresenceRow p
                                  where p.mailboxId = :mailbox
                                    and p.fromSeq <= :seq and p.toSeq > :seq
                                  """
                                  + Conditions.NOT_THEN
                                  + Conditions.NOT_HERE
                                  + "group by p.folderId",
                              Object[].class)
                          .setParameter("mailbox", id)
                          .setParameter("seq", SnapshotSequence.of(snapshot))
                          .setParameter("other", SnapshotSequence.of(other))
                          .getResultList()
                          .forEach(
                              row ->
                                  departures.put(
                                      (UUID) row[0],
                                      new Departures(
                                          ((Number) row[1]).longValue(),
                                          ((Number) row[2]).longValue()))));
          return departures;
        });
  }

  @Override
  public Map<UUID, Long> marked(MailboxAddress mailbox, SnapshotName snapshot, SnapshotName other) {
    return sessions.fromStatelessSession(
        session -> {
          Map<UUID, Long> marked = new HashMap<>();
          mailboxOf(session, mailbox, snapshot, other)
              .ifPresent(
                  id ->
                      session
                          .createSelectionQuery(
                              """
                              select p.folderId, count(*) from PresenceRow p
                              where p.mailboxId = :mailbox and p.fromSeq <= :seq and p.toSeq > :seq
                              """
                                  + Conditions.NOT_THEN
                                  + Conditions.MARKED
                                  + "group by p.folderId",
                              Object[].class)
                          .setParameter("mailbox", id)
                          .setParameter("seq", SnapshotSequence.of(snapshot))
                          .setParameter("other", SnapshotSequence.of(other))
                          .getResultList()
                          .forEach(row -> marked.put((UUID) row[0], (Long) row[1])));
          return marked;
        });
  }

  @Override
  public Map<UUID, Missing> missing(
      MailboxAddress mailbox, SnapshotName snapshot, SnapshotName later) {
    return sessions.fromStatelessSession(
        session -> {
          Map<UUID, Missing> missing = new HashMap<>();
          mailboxOf(session, mailbox, snapshot, later)
              .ifPresent(
                  id ->
                      session
                          .createSelectionQuery(
                              """
                              select p.folderId, case when exists (
                                  select 1 from PresenceRow w
                                  where w.mailboxId = :mailbox and w.messageId = p.messageId
                                    and w.fromSeq <= :other and w.toSeq > :other
                                    and w.folderId not in (:thrownAway))
                                then 1 else 0 end as moved, count(*), sum(p.size)
                              from PresenceRow p
                              where p.mailboxId = :mailbox and p.fromSeq <= :seq and p.toSeq > :seq
                              """
                                  + Conditions.NOT_THEN
                                  + Conditions.NOT_HERE
                                  + "group by p.folderId, moved",
                              Object[].class)
                          .setParameter("mailbox", id)
                          .setParameter("seq", SnapshotSequence.of(snapshot))
                          .setParameter("other", SnapshotSequence.of(later))
                          .setParameterList("thrownAway", thrownAway(session, id))
                          .getResultList()
                          .forEach(
                              row -> missing.merge((UUID) row[0], missing(row), Missing::plus)));
          return missing;
        });
  }

  /** Trash, Junk and what is below them, by the restore engine's own rule; never empty. */
  private static List<UUID> thrownAway(StatelessSession session, long mailboxId) {
    List<UUID> folders = new ArrayList<>();
    folders.add(NO_FOLDER);
    session
        .createSelectionQuery("from FolderRow where mailboxId = :mailbox", FolderRow.class)
        .setParameter("mailbox", mailboxId)
        .getResultStream()
        .filter(folder -> MaildirFolder.thrownAway(new FolderName(folder.name)))
        .forEach(folder -> folders.add(folder.id));
    return folders;
  }

  private static Missing missing(Object[] row) {
    long messages = ((Number) row[2]).longValue();
    long bytes = ((Number) row[3]).longValue();
    return ((Number) row[1]).intValue() == 1
        ? new Missing(0, 0, messages, bytes)
        : new Missing(messages, bytes, 0, 0);
  }

  @Override
  public Map<UUID, Set<FolderName>> whereabouts(
      MailboxAddress mailbox, SnapshotName snapshot, List<UUID> messages, SnapshotName other) {
    Map<UUID, Set<FolderName>> whereabouts = new HashMap<>();
    if (messages.isEmpty()) {
      return whereabouts;
    }
    return sessions.fromStatelessSession(
        session -> {
          mailboxOf(session, mailbox, snapshot, other)
              .ifPresent(
                  id ->
                      session
                          .createSelectionQuery(
                              """
                              select p.entryId, f.name from PresenceRow p
                              join PresenceRow q
                                on q.mailboxId = p.mailboxId and q.messageId = p.messageId
                                and q.fromSeq <= :other and q.toSeq > :other
                              join FolderRow f on f.mailboxId = q.mailboxId and f.id = q.folderId
                              where p.mailboxId = :mailbox and p.entryId in (:entries)
                                and p.fromSeq <= :seq and p.toSeq > :seq
                              """,
                              Object[].class)
                          .setParameter("mailbox", id)
                          .setParameterList("entries", messages)
                          .setParameter("seq", SnapshotSequence.of(snapshot))
                          .setParameter("other", SnapshotSequence.of(other))
                          .getResultList()
                          .forEach(
                              row ->
                                  whereabouts
                                      .computeIfAbsent((UUID) row[0], key -> new TreeSet<>())
                                      .add(new FolderName((String) row[1]))));
          return whereabouts;
        });
  }

  /** The Mailbox's row, where both Snapshots are its own and indexed. */
  private static Optional<Long> mailboxOf(
      StatelessSession session, MailboxAddress mailbox, SnapshotName one, SnapshotName other) {
    return session
        .createSelectionQuery(
            """
            select m.id from MailboxRow m
            join SnapshotRow s on s.mailboxId = m.id and s.seq = :one
            join SnapshotRow o on o.mailboxId = m.id and o.seq = :other
            where m.domain = :domain and m.localPart = :local
            """,
            Long.class)
        .setParameter("domain", mailbox.domain())
        .setParameter("local", mailbox.localPart())
        .setParameter("one", SnapshotSequence.of(one))
        .setParameter("other", SnapshotSequence.of(other))
        .getResultList()
        .stream()
        .findAny();
  }
}
