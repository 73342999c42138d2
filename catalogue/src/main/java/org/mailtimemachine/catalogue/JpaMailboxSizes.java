package org.mailtimemachine.catalogue;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.hibernate.SessionFactory;
import org.hibernate.query.NativeQuery;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.MailboxSizes;

/** Sizes of Mailboxes in PostgreSQL. */
final class JpaMailboxSizes implements MailboxSizes {

  /** States of Folders that are open are those of the newest Snapshot. */
  private static final String ALL =
      """
      select m.local_part, m.domain, d.days, s.name, s.messages, f.bytes
      from mailbox m
      join lateral (
        select count(*) as days, max(seq) as newest from snapshot where mailbox_id = m.id) d on true
      join snapshot s on s.mailbox_id = m.id and s.seq = d.newest
      left join lateral (
        select case when count(*) = count(bytes) then cast(coalesce(sum(bytes), 0) as bigint) end
          as bytes
        from folder_state where mailbox_id = m.id and to_seq = :open) f on true
      """;

  private final SessionFactory sessions;

  JpaMailboxSizes(SessionFactory sessions) {
    this.sessions = sessions;
  }

  @Override
  public Map<MailboxAddress, Size> all(Optional<Set<String>> domains) {
    if (domains.filter(Set::isEmpty).isPresent()) {
      return Map.of();
    }
    return domains.isPresent()
        ? sizes(
            " where lower(m.domain) in (:domains)",
            query -> query.setParameterList("domains", domains.get()))
        : sizes("", query -> query);
  }

  @Override
  public Map<MailboxAddress, Size> of(Collection<MailboxAddress> mailboxes) {
    if (mailboxes.isEmpty()) {
      return Map.of();
    }
    // By an index, and then a few too many: of each local part in each of the domains.
    Map<MailboxAddress, Size> sizes =
        sizes(
            " where m.domain in (:domains) and m.local_part in (:locals)",
            query ->
                query
                    .setParameterList(
                        "domains",
                        mailboxes.stream().map(MailboxAddress::domain).distinct().toList())
                    .setParameterList(
                        "locals",
                        mailboxes.stream().map(MailboxAddress::localPart).distinct().toList()));
    sizes.keySet().retainAll(Set.copyOf(mailboxes));
    return sizes;
  }

  private Map<MailboxAddress, Size> sizes(
      String where, UnaryOperator<NativeQuery<Object[]>> parameters) {
    Map<MailboxAddress, Size> sizes = new HashMap<>();
    sessions.inStatelessSession(
        session -> {
          NativeQuery<Object[]> query =
              session
                  .createNativeQuery(ALL + where, Object[].class)
                  .setParameter("open", SnapshotSequence.OPEN);
          for (Object[] row : parameters.apply(query).getResultList()) {
            sizes.put(new MailboxAddress((String) row[0], (String) row[1]), size(row));
          }
        });
    return sizes;
  }

  private static Size size(Object[] row) {
    @Nullable Object bytes = row[5];
    return new Size(
        ((Number) row[2]).longValue(),
        new SnapshotName((String) row[3]),
        ((Number) row[4]).longValue(),
        bytes == null ? OptionalLong.empty() : OptionalLong.of(((Number) bytes).longValue()));
  }
}
