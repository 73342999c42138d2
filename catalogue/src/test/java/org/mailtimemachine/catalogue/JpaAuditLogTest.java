package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.audit.AuditFilter;
import org.mailtimemachine.snapshot.audit.AuditLog;
import org.mailtimemachine.snapshot.audit.SealedEntry;

class JpaAuditLogTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123456789Z");

  private TestDatabase database;
  private AuditLog log;

  @BeforeEach
  void open() throws SQLException {
    database = TestDatabase.open();
    log = new JpaAuditLog(database.sessions());
  }

  private static AuditEntry entry(String subject, String detail) {
    return new AuditEntry(NOW, "admin", "restore.confirmed", subject, detail);
  }

  private void tamper(String statement) {
    database
        .sessions()
        .inStatelessTransaction(
            session -> {
              session
                  .createNativeMutationQuery("set local session_replication_role = replica")
                  .executeUpdate();
              session.createNativeMutationQuery(statement).executeUpdate();
            });
  }

  @Test
  void theNewestLinesComeFirstAndAFilterLetsSomeThrough() {
    log.append(entry("anna@example.org", "Request 1"));
    log.append(entry("marco@example.net", "request 2"));
    SealedEntry last = log.append(entry("anna@example.org", "request 3"));

    assertThat(last.number()).isEqualTo(3);
    assertThat(log.read(AuditFilter.ALL, Long.MAX_VALUE, 2))
        .extracting(SealedEntry::number)
        .containsExactly(3L, 2L);
    assertThat(log.read(AuditFilter.ALL, 2, 10))
        .extracting(SealedEntry::number)
        .containsExactly(1L);
    assertThat(numbers(new AuditFilter(Optional.of(Set.of("example.org")), "")))
        .containsExactly(3L, 1L);
    assertThat(numbers(new AuditFilter(Optional.of(Set.of("ample.org")), ""))).isEmpty();
    assertThat(numbers(new AuditFilter(Optional.of(Set.of()), ""))).isEmpty();
    assertThat(numbers(new AuditFilter(Optional.empty(), "REQUEST 1"))).containsExactly(1L);
    assertThat(numbers(new AuditFilter(Optional.empty(), "%"))).isEmpty();
  }

  private List<Long> numbers(AuditFilter filter) {
    return log.read(filter, Long.MAX_VALUE, 10).stream().map(SealedEntry::number).toList();
  }

  @Test
  void theProgramCannotChangeALine() {
    log.append(entry("anna@example.org", "1"));

    for (String statement :
        List.of(
            "update audit_entry set who = 'nobody'",
            "delete from audit_entry",
            "truncate audit_entry")) {
      assertThatThrownBy(
              () ->
                  database
                      .sessions()
                      .inStatelessTransaction(
                          session -> session.createNativeMutationQuery(statement).executeUpdate()))
          .hasStackTraceContaining("only added to");
    }
  }

  @Test
  void whoeverChangesRemovesOrInsertsALineIsFoundOut() {
    for (int line = 1; line <= 5; line++) {
      log.append(entry("anna@example.org", "request " + line));
    }
    assertThat(log.firstBroken()).isEmpty();

    tamper("update audit_entry set who = 'nobody' where number = 3");
    assertThat(log.firstBroken()).contains(3L);
    tamper("update audit_entry set who = 'admin' where number = 3");
    assertThat(log.firstBroken()).isEmpty();
    tamper("delete from audit_entry where number = 2");
    assertThat(log.firstBroken()).contains(3L);
  }

  @Test
  void linesOfManyAtOnceStandOneAfterTheOther() throws Exception {
    List<Callable<SealedEntry>> writers =
        IntStream.range(0, 20)
            .<Callable<SealedEntry>>mapToObj(
                number -> () -> log.append(entry("anna@example.org", "request " + number)))
            .toList();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      threads.invokeAll(writers);
    }

    assertThat(numbers(AuditFilter.ALL)).hasSize(10).startsWith(20L);
    assertThat(log.firstBroken()).isEmpty();
  }
}
