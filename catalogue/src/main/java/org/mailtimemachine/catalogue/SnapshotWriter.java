package org.mailtimemachine.catalogue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * Writes one Snapshot as what changed since the newest one that the Catalogue has: ends the
 * stretches that do not go on and begins new ones. What stayed the same is not touched. Works in
 * the transaction of its session; the Messages have their rows already.
 */
final class SnapshotWriter {

  private static final int CHUNK = 500;

  private static final int LONGEST_FOLDER_NAME = 1_000;

  private final StatelessSession session;
  private final SnapshotStore store;
  private final MailboxAddress mailbox;
  private final long mailboxId;
  private final long seq;

  SnapshotWriter(
      StatelessSession session,
      SnapshotStore store,
      MailboxAddress mailbox,
      long mailboxId,
      long seq) {
    this.session = session;
    this.store = store;
    this.mailbox = mailbox;
    this.mailboxId = mailboxId;
    this.seq = seq;
  }

  void write(SnapshotName name, Manifest manifest) throws IOException {
    session.setJdbcBatchSize(CHUNK);
    Map<UUID, FolderStateRow> before = openStates();
    long messages = 0;
    for (Map.Entry<UUID, ManifestFolder> folder : byId(manifest).entrySet()) {
      messages += write(folder.getKey(), folder.getValue(), before.remove(folder.getKey()));
    }
    for (FolderStateRow gone : before.values()) {
      end(gone);
      endAllPresences(gone.folderId);
    }
    session.insert(
        new SnapshotRow(
            mailboxId,
            seq,
            name.text(),
            CatalogueText.storable(store.takenAt(mailbox, name)),
            messages));
  }

  /** Two directories may decode to the same name; they stay two Folders. */
  private Map<UUID, ManifestFolder> byId(Manifest manifest) {
    Map<UUID, ManifestFolder> byId = new LinkedHashMap<>();
    for (ManifestFolder folder : manifest.folders()) {
      int occurrence = 0;
      while (byId.putIfAbsent(CatalogueId.folder(mailbox, folder.name(), occurrence), folder)
          != null) {
        occurrence++;
      }
    }
    return byId;
  }

  private Map<UUID, FolderStateRow> openStates() {
    Map<UUID, FolderStateRow> states = new HashMap<>();
    session
        .createSelectionQuery(
            """
            select f from FolderStateRow f
            where f.mailboxId = :mailbox and f.toSeq = :open
            """,
            FolderStateRow.class)
        .setParameter("mailbox", mailboxId)
        .setParameter("open", SnapshotSequence.OPEN)
        .getResultList()
        .forEach(state -> states.put(state.folderId, state));
    return states;
  }

  private long write(UUID id, ManifestFolder folder, @Nullable FolderStateRow before)
      throws IOException {
    long messages;
    long unread;
    long bytes;
    if (before != null && before.listing.equals(folder.listing())) {
      messages = before.messages;
      unread = before.unread;
      bytes = before.bytes == null ? bytes(store.listing(mailbox, folder.listing())) : before.bytes;
    } else {
      Listing listing = store.listing(mailbox, folder.listing());
      writePresences(id, listing);
      messages = listing.messages().size();
      unread = listing.messages().stream().filter(listed -> !listed.flags().seen()).count();
      bytes = bytes(listing);
    }
    FolderStateRow now =
        new FolderStateRow(
            mailboxId,
            id,
            seq,
            folder.specialUse().orElse(null),
            folder.subscribed(),
            folder.busy(),
            messages,
            unread,
            bytes,
            folder.listing());
    if (before == null) {
      nameFolder(id, folder);
      session.insert(now);
    } else if (!before.sameState(now)) {
      end(before);
      session.insert(now);
    }
    return messages;
  }

  private static long bytes(Listing listing) {
    return listing.messages().stream().mapToLong(ListedMessage::size).sum();
  }

  private void nameFolder(UUID id, ManifestFolder folder) {
    session
        .createMutationQuery(
            """
            insert into FolderRow (mailboxId, id, name) values (:mailbox, :id, :name)
            on conflict do nothing
            """)
        .setParameter("mailbox", mailboxId)
        .setParameter("id", id)
        .setParameter("name", CatalogueText.line(folder.name().text(), LONGEST_FOLDER_NAME))
        .executeUpdate();
  }

  private void end(FolderStateRow state) {
    session
        .createMutationQuery(
            """
            update FolderStateRow f set f.toSeq = :seq
            where f.mailboxId = :mailbox and f.folderId = :folder and f.toSeq = :open
            """)
        .setParameter("seq", seq)
        .setParameter("mailbox", mailboxId)
        .setParameter("folder", state.folderId)
        .setParameter("open", SnapshotSequence.OPEN)
        .executeUpdate();
  }

  private void endAllPresences(UUID folder) {
    session
        .createMutationQuery(
            """
            update PresenceRow p set p.toSeq = :seq
            where p.mailboxId = :mailbox and p.folderId = :folder and p.toSeq = :open
            """)
        .setParameter("seq", seq)
        .setParameter("mailbox", mailboxId)
        .setParameter("folder", folder)
        .setParameter("open", SnapshotSequence.OPEN)
        .executeUpdate();
  }

  private void writePresences(UUID folder, Listing listing) {
    Map<UUID, Marks> before = openPresences(folder);
    Set<UUID> seen = HashSet.newHashSet(listing.messages().size());
    List<UUID> ended = new ArrayList<>();
    List<Entry> begun = new ArrayList<>();
    for (ListedMessage listed : listing.messages()) {
      UUID id = entryId(folder, listed, seen);
      Marks now = new Marks(listed.flags().letters(), keywords(listed, listing.keywords()));
      Marks then = before.remove(id);
      if (now.equals(then)) {
        continue;
      }
      if (then != null) {
        ended.add(id);
      }
      begun.add(new Entry(id, listed, now));
    }
    ended.addAll(before.keySet());
    inChunks(ended, this::end);
    inChunks(begun, entries -> begin(folder, entries));
  }

  private UUID entryId(UUID folder, ListedMessage listed, Set<UUID> seen) {
    int occurrence = 0;
    while (true) {
      UUID id =
          CatalogueId.entry(mailbox, folder, listed.baseName(), listed.poolName(), occurrence);
      if (seen.add(id)) {
        return id;
      }
      occurrence++;
    }
  }

  private Map<UUID, Marks> openPresences(UUID folder) {
    Map<UUID, Marks> presences = new HashMap<>();
    session
        .createSelectionQuery(
            """
            select p.entryId, p.flags, p.keywords from PresenceRow p
            where p.mailboxId = :mailbox and p.folderId = :folder and p.toSeq = :open
            """,
            Object[].class)
        .setParameter("mailbox", mailboxId)
        .setParameter("folder", folder)
        .setParameter("open", SnapshotSequence.OPEN)
        .getResultList()
        .forEach(row -> presences.put((UUID) row[0], new Marks((String) row[1], (String) row[2])));
    return presences;
  }

  private void end(List<UUID> entries) {
    session
        .createMutationQuery(
            """
            update PresenceRow p set p.toSeq = :seq
            where p.mailboxId = :mailbox and p.entryId in (:entries) and p.toSeq = :open
            """)
        .setParameter("seq", seq)
        .setParameter("mailbox", mailboxId)
        .setParameterList("entries", entries)
        .setParameter("open", SnapshotSequence.OPEN)
        .executeUpdate();
  }

  /**
   * One statement for many rows, and what they repeat of their Messages never leaves the database.
   */
  private void begin(UUID folder, List<Entry> entries) {
    int written =
        session
            .createNativeMutationQuery(
                """
                insert into presence (mailbox_id, entry_id, from_seq, to_seq, folder_id, message_id,
                    base_name, flags, keywords, sent_at, size, from_key, subject_key,
                    search_text)
                select m.mailbox_id, e.entry_id, :seq, :open, :folder, m.id,
                    e.base_name, e.flags, e.keywords, m.sent_at, m.size, m.from_key, m.subject_key,
                    m.search_text
                from unnest(:entries, :messages, :names, :flags, :keywords)
                    as e (entry_id, message_id, base_name, flags, keywords)
                join message m on m.mailbox_id = :mailbox and m.id = e.message_id
                """)
            .setParameter("seq", seq)
            .setParameter("open", SnapshotSequence.OPEN)
            .setParameter("folder", folder)
            .setParameter("mailbox", mailboxId)
            .setParameter("entries", entries.stream().map(Entry::id).toArray(UUID[]::new))
            .setParameter(
                "messages",
                entries.stream()
                    .map(entry -> CatalogueId.message(entry.listed().poolName()))
                    .toArray(UUID[]::new))
            .setParameter(
                "names",
                entries.stream().map(entry -> entry.listed().baseName()).toArray(String[]::new))
            .setParameter(
                "flags",
                entries.stream().map(entry -> entry.marks().flags()).toArray(String[]::new))
            .setParameter(
                "keywords",
                entries.stream().map(entry -> entry.marks().keywords()).toArray(String[]::new))
            .executeUpdate();
    if (written != entries.size()) {
      throw new IllegalStateException(
          "%d of %d messages of %s have no row"
              .formatted(entries.size() - written, entries.size(), mailbox));
    }
  }

  /** Names of the labels, one a line; the bare letter where the server has no name for it. */
  private static String keywords(ListedMessage listed, SortedMap<Character, String> names) {
    StringBuilder lines = new StringBuilder();
    for (char letter : listed.keywords().toCharArray()) {
      String name = names.getOrDefault(letter, Character.toString(letter));
      lines.append(lines.isEmpty() ? "" : "\n").append(CatalogueText.line(name, 100));
    }
    return lines.toString();
  }

  private static <T> void inChunks(List<T> all, Consumer<List<T>> work) {
    for (int from = 0; from < all.size(); from += CHUNK) {
      work.accept(all.subList(from, Math.min(from + CHUNK, all.size())));
    }
  }

  /** What may differ between two stretches of the same message in the same Folder. */
  private record Marks(String flags, String keywords) {}

  private record Entry(UUID id, ListedMessage listed, Marks marks) {}
}
