package org.mailtimemachine.catalogue;

import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.UUID;
import org.hibernate.StatelessSession;

/**
 * Removes from the Catalogue what no Snapshot of a Mailbox shows any more, in the transaction of
 * its session.
 */
final class Forgetting {

  private static final int CHUNK = 500;

  private final StatelessSession session;
  private final long mailboxId;

  Forgetting(StatelessSession session, long mailboxId) {
    this.session = session;
    this.mailboxId = mailboxId;
  }

  /**
   * Forgets some Snapshots. Only stretches that ended between two that are kept are looked at, so
   * it costs what changed in those days.
   *
   * @param kept the other ones; the newest of all is among them
   */
  void forget(Set<Long> gone, NavigableSet<Long> kept) {
    Set<UUID> messages = new HashSet<>();
    for (long seq : gone) {
      delete("delete from SnapshotRow s where s.mailboxId = :mailbox and s.seq = :seq", seq);
      Long before = kept.lower(seq);
      Long after = kept.higher(seq);
      if (after == null) {
        throw new IllegalArgumentException("the newest Snapshot cannot be forgotten alone: " + seq);
      }
      messages.addAll(deletePresences(before == null ? -1 : before, after));
    }
    forgetUnused(List.copyOf(messages));
  }

  /** Keeps the Messages: they need not be read again. */
  void forgetAllSnapshots() {
    delete("delete from SnapshotRow s where s.mailboxId = :mailbox");
    delete("delete from PresenceRow p where p.mailboxId = :mailbox");
    delete("delete from FolderStateRow f where f.mailboxId = :mailbox");
    delete("delete from FolderRow f where f.mailboxId = :mailbox");
  }

  void forgetMessagesWithoutPresence() {
    delete(
        """
        delete from MessageRow m where m.mailboxId = :mailbox and not exists (
          select 1 from PresenceRow p where p.mailboxId = :mailbox and p.messageId = m.id)
        """);
  }

  void forgetMailbox() {
    delete("delete from MessageRow m where m.mailboxId = :mailbox");
    for (String row : List.of("PreferencesRow", "AcceptedPasswordRow")) {
      delete(
          """
          delete from %s p where exists (
            select 1 from MailboxRow m
            where m.id = :mailbox and m.domain = p.domain and m.localPart = p.localPart)
          """
              .formatted(row));
    }
    delete("delete from MailboxRow m where m.id = :mailbox");
  }

  /** The stretches between two kept Snapshots; returns the Messages they were of. */
  private List<UUID> deletePresences(long before, long after) {
    // The literal lets PostgreSQL use the index of ended stretches, whatever the parameters are.
    String between =
        """
        .mailboxId = :mailbox and %1$s.toSeq > :before and %1$s.toSeq <= :after
        and %1$s.toSeq < 9223372036854775807L and %1$s.fromSeq > :before
        """;
    List<UUID> messages =
        session
            .createSelectionQuery(
                "select distinct p.messageId from PresenceRow p where p" + between.formatted("p"),
                UUID.class)
            .setParameter("mailbox", mailboxId)
            .setParameter("before", before)
            .setParameter("after", after)
            .getResultList();
    for (String row : List.of("PresenceRow", "FolderStateRow")) {
      session
          .createMutationQuery("delete from " + row + " r where r" + between.formatted("r"))
          .setParameter("mailbox", mailboxId)
          .setParameter("before", before)
          .setParameter("after", after)
          .executeUpdate();
    }
    delete(
        """
        delete from FolderRow f where f.mailboxId = :mailbox and not exists (
          select 1 from FolderStateRow s where s.mailboxId = :mailbox and s.folderId = f.id)
        """);
    return messages;
  }

  private void forgetUnused(List<UUID> messages) {
    for (int from = 0; from < messages.size(); from += CHUNK) {
      session
          .createMutationQuery(
              """
              delete from MessageRow m where m.mailboxId = :mailbox and m.id in (:ids)
              and not exists (
                select 1 from PresenceRow p where p.mailboxId = :mailbox and p.messageId = m.id)
              """)
          .setParameter("mailbox", mailboxId)
          .setParameterList("ids", messages.subList(from, Math.min(from + CHUNK, messages.size())))
          .executeUpdate();
    }
  }

  private void delete(String statement) {
    session.createMutationQuery(statement).setParameter("mailbox", mailboxId).executeUpdate();
  }

  private void delete(String statement, long seq) {
    session
        .createMutationQuery(statement)
        .setParameter("mailbox", mailboxId)
        .setParameter("seq", seq)
        .executeUpdate();
  }
}
