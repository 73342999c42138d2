package org.mailtimemachine.catalogue;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hibernate.StatelessSession;
import org.hibernate.query.SelectionQuery;
import org.mailtimemachine.mailstore.mime.FoldedText;
import org.mailtimemachine.snapshot.catalogue.Comparison;
import org.mailtimemachine.snapshot.catalogue.MessageFilter;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.snapshot.catalogue.SearchWords;

/**
 * What must hold of a stretch {@code p}, as the conditions of a query and the values of their
 * parameters. Words from outside are values alone.
 */
final class Conditions {

  /** Another Snapshot has its Message in its Folder no more, or did not yet. */
  static final String NOT_HERE =
      """
       and not exists (
        select 1 from PresenceRow q
        where q.mailboxId = :mailbox and q.messageId = p.messageId and q.folderId = p.folderId
          and q.fromSeq <= :other and q.toSeq > :other)
      """;

  /** Another Snapshot has its Message in some Folder. */
  static final String SOMEWHERE =
      """
      exists (
        select 1 from PresenceRow w
        where w.mailboxId = :mailbox and w.messageId = p.messageId
          and w.fromSeq <= :other and w.toSeq > :other)
      """;

  /** Another Snapshot has it in its Folder, marked otherwise. */
  static final String MARKED =
      """
       and exists (
        select 1 from PresenceRow q
        where q.mailboxId = :mailbox and q.entryId = p.entryId
          and q.fromSeq <= :other and q.toSeq > :other
          and (q.flags <> p.flags or q.keywords <> p.keywords))
      """;

  /** What changed between two Snapshots ended or began between them. */
  static final String NOT_THEN = " and (p.toSeq <= :other or p.fromSeq > :other)";

  private static final String WITH_ATTACHMENT =
      """
       and exists (
        select 1 from MessageRow e
        where e.mailboxId = :mailbox and e.id = p.messageId and e.attachments > 0)
      """;

  private static final Map<MessageFilter.Field, List<Integer>> LINES =
      Map.of(
          MessageFilter.Field.SUBJECT, List.of(1),
          MessageFilter.Field.SENDER, List.of(2),
          MessageFilter.Field.RECIPIENTS, List.of(3, 4));

  private final StringBuilder conditions = new StringBuilder("p.mailboxId = :mailbox");
  private final Map<String, Object> values = new HashMap<>();

  Conditions(long mailboxId) {
    values.put("mailbox", mailboxId);
  }

  /** In a Snapshot. */
  Conditions on(long seq) {
    conditions.append(" and p.fromSeq <= :seq and p.toSeq > :seq");
    values.put("seq", seq);
    return this;
  }

  /** In one of these Folders. */
  Conditions in(Set<UUID> folders) {
    if (folders.size() == 1) {
      conditions.append(" and p.folderId = :folder");
      values.put("folder", folders.iterator().next());
    } else {
      conditions.append(" and p.folderId in (:folders)");
      values.put("folders", folders);
    }
    return this;
  }

  /** One of these messages. */
  Conditions among(List<UUID> entries) {
    conditions.append(" and p.entryId in (:entries)");
    values.put("entries", entries);
    return this;
  }

  /** The last stretch of its Message up to a Snapshot. */
  Conditions lastUntil(long newest) {
    conditions.append(
        """
         and p.fromSeq <= :newest and not exists (
          select 1 from PresenceRow l
          where l.mailboxId = :mailbox and l.messageId = p.messageId and l.fromSeq <= :newest
            and (l.toSeq > p.toSeq or (l.toSeq = p.toSeq
              and (l.fromSeq > p.fromSeq or (l.fromSeq = p.fromSeq and l.entryId > p.entryId)))))
        """);
    values.put("newest", newest);
    return this;
  }

  Conditions matching(MessageQuery query) {
    query.compared().ifPresent(this::differing);
    filter(query.filter());
    return this;
  }

  private void differing(Comparison comparison) {
    conditions.append(NOT_THEN);
    values.put("other", SnapshotSequence.of(comparison.other()));
    conditions.append(
        switch (comparison.difference()) {
          case NOT_HERE -> NOT_HERE;
          case NOWHERE -> " and not " + SOMEWHERE;
          case ELSEWHERE -> NOT_HERE + " and " + SOMEWHERE;
          case MARKED -> MARKED;
        });
  }

  private void filter(MessageFilter filter) {
    for (MessageFilter.Mark mark : filter.marks()) {
      switch (mark) {
        case UNREAD -> conditions.append(" and locate('S', p.flags) = 0");
        case FLAGGED -> conditions.append(" and locate('F', p.flags) > 0");
        case ANSWERED -> conditions.append(" and locate('R', p.flags) > 0");
        case ATTACHMENT -> {} // the Message's own
      }
    }
    filter
        .since()
        .map(CatalogueText::storable)
        .ifPresent(
            since -> {
              conditions.append(" and p.sentAt >= :since");
              values.put("since", since);
            });
    filter
        .until()
        .map(CatalogueText::storable)
        .ifPresent(
            until -> {
              conditions.append(" and p.sentAt < :until");
              values.put("until", until);
            });
    // What is nothing but marks searches for nothing.
    List<String> words =
        filter.words().stream()
            .map(word -> FoldedText.of(CatalogueText.line(word, SearchWords.LONGEST)).strip())
            .filter(word -> !word.isEmpty())
            .toList();
    for (int i = 0; i < words.size(); i++) {
      conditions.append(" and ").append(found(":word" + i, filter.fields()));
      values.put("word" + i, words.get(i));
    }
    if (filter.marks().contains(MessageFilter.Mark.ATTACHMENT)) {
      conditions.append(WITH_ATTACHMENT);
    }
  }

  /** The text of each field is a line of its own ({@link MessageEnvelope}). */
  private static String found(String word, Set<MessageFilter.Field> fields) {
    if (fields.size() == MessageFilter.Field.values().length) {
      return "locate(" + word + ", p.searchText) > 0";
    }
    return fields.stream()
        .sorted()
        .flatMap(field -> LINES.getOrDefault(field, List.of()).stream())
        .map(
            line ->
                "locate(%s, cast(sql('split_part(?, chr(10), %d)', p.searchText) as String)) > 0"
                    .formatted(word, line))
        .collect(Collectors.joining(" or ", "(", ")"));
  }

  /**
   * A query over the stretches that meet them.
   *
   * @param selected at least two things
   * @param joins to {@code p}; may be empty
   * @param order behind the conditions; may be empty
   */
  SelectionQuery<Object[]> select(
      StatelessSession session, String selected, String joins, String order) {
    SelectionQuery<Object[]> query =
        session.createSelectionQuery(
            "select %s from PresenceRow p %s where %s %s"
                .formatted(selected, joins, conditions, order),
            Object[].class);
    values.forEach(
        (name, value) -> {
          if (value instanceof Collection<?> several) {
            query.setParameterList(name, several);
          } else {
            query.setParameter(name, value);
          }
        });
    return query;
  }

  /** How many stretches meet them. */
  long count(StatelessSession session) {
    return (Long) select(session, "count(*), 0", "", "").getSingleResult()[0];
  }

  /** The columns of an index, so ties fall the same way on every page and backwards alike. */
  static String order(MessageQuery.Sort sort, boolean ascending) {
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
}
