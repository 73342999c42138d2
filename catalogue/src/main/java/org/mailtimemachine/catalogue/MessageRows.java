package org.mailtimemachine.catalogue;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.StatelessSession;
import org.jspecify.annotations.Nullable;

/**
 * Writes many Messages by one statement, whatever the driver is set to. A batch of single inserts
 * costs the database several times as much.
 */
final class MessageRows {

  private static final String INSERT =
      """
      insert into message (mailbox_id, id, pool_name, subject, from_text, to_text, cc_text,
          header_id, sent_at, internal_date, size, attachments, preview, sha256, from_key,
          subject_key, search_text)
      select :mailbox, id, pool_name, subject, from_text, to_text, cc_text, header_id,
          timestamptz 'epoch' + sent_at * interval '1 microsecond',
          timestamptz 'epoch' + internal_date * interval '1 microsecond',
          size, attachments, preview, decode(sha256, 'hex'), from_key, subject_key, search_text
      from unnest(:ids, :pools, :subjects, :froms, :tos, :ccs, :headers, :sents, :internals,
          :sizes, :attachments, :previews, :digests, :fromKeys, :subjectKeys, :searchTexts)
        as m (id, pool_name, subject, from_text, to_text, cc_text, header_id, sent_at,
          internal_date, size, attachments, preview, sha256, from_key, subject_key, search_text)
      """;

  private MessageRows() {}

  /** Of one Mailbox. */
  static void insert(StatelessSession session, List<MessageRow> rows) {
    session
        .createNativeMutationQuery(INSERT)
        .setParameter("mailbox", rows.getFirst().mailboxId)
        .setParameter("ids", rows.stream().map(row -> row.id).toArray(UUID[]::new))
        .setParameter("pools", texts(rows, row -> row.poolName))
        .setParameter("subjects", texts(rows, row -> row.subject))
        .setParameter("froms", texts(rows, row -> row.from))
        .setParameter("tos", texts(rows, row -> row.to))
        .setParameter("ccs", texts(rows, row -> row.cc))
        .setParameter("headers", texts(rows, row -> row.headerId))
        .setParameter("sents", numbers(rows, row -> micros(row.sentAt)))
        .setParameter("internals", numbers(rows, row -> micros(row.internalDate)))
        .setParameter("sizes", numbers(rows, row -> row.size))
        .setParameter(
            "attachments", rows.stream().map(row -> row.attachments).toArray(Integer[]::new))
        .setParameter("previews", texts(rows, row -> row.preview))
        .setParameter(
            "digests",
            texts(rows, row -> row.sha256 == null ? null : HexFormat.of().formatHex(row.sha256)))
        .setParameter("fromKeys", texts(rows, row -> row.fromKey))
        .setParameter("subjectKeys", texts(rows, row -> row.subjectKey))
        .setParameter("searchTexts", texts(rows, row -> row.searchText))
        .executeUpdate();
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static Long[] numbers(List<MessageRow> rows, Function<MessageRow, Long> column) {
    return rows.stream().map(column).toArray(Long[]::new);
  }

  private static String[] texts(
      List<MessageRow> rows, Function<MessageRow, @Nullable String> column) {
    return rows.stream().map(column).toArray(String[]::new);
  }
}
