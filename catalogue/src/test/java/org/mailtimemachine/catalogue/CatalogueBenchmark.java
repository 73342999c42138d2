package org.mailtimemachine.catalogue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.mime.MessageReader;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.TakeProgress;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CatalogueIndex;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MessagePage;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.snapshot.catalogue.MessageQuery.Sort;

/**
 * How fast the Catalogue is on this machine: a folder of many messages in a real Store, indexed,
 * aged by 15 nights, then asked. Run by hand:
 *
 * <pre>
 * ./mvnw -Dquick -pl catalogue -am test -Dtest=CatalogueBenchmark \
 *     -Dsurefire.failIfNoSpecifiedTests=false -Dcatalogue.benchmark=50000
 * </pre>
 */
@EnabledIfSystemProperty(named = "catalogue.benchmark", matches = "\\d+")
class CatalogueBenchmark {

  private static final System.Logger LOG = System.getLogger(CatalogueBenchmark.class.getName());

  private static final int NIGHTS = 15;
  private static final int ROUNDS = 100;
  private static final MailboxAddress MAILBOX = MailboxAddress.of("user@example.org");
  private static final List<String> WORDS =
      List.of("invoice", "meeting", "report", "draft", "holiday", "contract", "order", "photo");

  private final int messages = Integer.getInteger("catalogue.benchmark", 50_000);
  private final Random random = new Random(1);

  @Test
  void indexingAndPages(@TempDir Path directory) throws IOException, SQLException {
    Path inbox = makeMaildir(directory.resolve("maildirs/example.org/user"));
    Clock clock = Clock.system(ZoneOffset.UTC);
    TestDatabase database = TestDatabase.open();
    try (SnapshotEngine engine =
        SnapshotEngine.open(directory.resolve("maildirs"), directory.resolve("store"), clock)) {
      Catalogue catalogue = new JpaCatalogue(database.sessions(), engine.store());
      CatalogueIndex index =
          new JpaCatalogueIndex(
              database.sessions(), database.dataSource(), engine.store(), new MessageReader());
      SnapshotName last = SnapshotName.nightly(LocalDate.of(2026, 11, 1));
      engine.take(last, TakeProgress.NONE);
      Duration processorBefore = processorTime();
      long started = System.nanoTime();
      index.catchUp();
      double seconds = (System.nanoTime() - started) / 1e9;
      double processor = processorTime().minus(processorBefore).toMillis() / 1e3;
      say(
          "first night",
          "%.1f s, %.0f messages/s; %.1f s of processor time with PostgreSQL's"
              .formatted(seconds, messages / seconds, processor));

      for (int night = 1; night < NIGHTS; night++) {
        live(inbox);
        last = SnapshotName.nightly(LocalDate.of(2026, 11, 1).plusDays(night));
        engine.take(last, TakeProgress.NONE);
      }
      started = System.nanoTime();
      index.catchUp();
      say(
          "next nights",
          "%.0f ms each, 2 %% of the folder changed"
              .formatted((System.nanoTime() - started) / 1e6 / (NIGHTS - 1)));
      ask(catalogue, last);
    }
  }

  /** Of this JVM and of PostgreSQL: what counts on a machine that has other things to do. */
  private static Duration processorTime() {
    return ProcessHandle.allProcesses()
        .filter(
            process ->
                process.equals(ProcessHandle.current())
                    || process.info().command().orElse("").contains("mtm-postgres-"))
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  private void ask(Catalogue catalogue, SnapshotName day) {
    FolderSummary folder = catalogue.folders(MAILBOX, day).getFirst();
    time("folders", () -> catalogue.folders(MAILBOX, day));
    for (Sort sort : Sort.values()) {
      for (long offset : List.of(0L, folder.messages() / 2, folder.messages() - 50)) {
        time(
            "page of 50 by " + sort + " at " + offset,
            () -> page(catalogue, day, folder.id(), new MessageQuery(offset, 50, sort, false, "")));
      }
    }
    UUID message =
        catalogue
            .messages(MAILBOX, day, folder.id(), new MessageQuery(0, 1, Sort.DATE, false, ""))
            .orElseThrow()
            .messages()
            .getFirst()
            .id();
    time("one message", () -> catalogue.message(MAILBOX, day, message));
    for (String text : List.of("zebra", "holiday contract", "holiday")) {
      time(
          "search for '" + text + "'",
          () -> page(catalogue, day, folder.id(), new MessageQuery(0, 50, Sort.DATE, false, text)));
    }
  }

  private static MessagePage page(
      Catalogue catalogue, SnapshotName day, UUID folder, MessageQuery query) {
    return catalogue.messages(MAILBOX, day, folder, query).orElseThrow();
  }

  private static void time(String what, Supplier<?> question) {
    for (int i = 0; i < 20; i++) {
      Objects.requireNonNull(question.get());
    }
    long[] nanos = new long[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      long started = System.nanoTime();
      Objects.requireNonNull(question.get());
      nanos[i] = System.nanoTime() - started;
    }
    Arrays.sort(nanos);
    say(
        what,
        "p50 %.1f ms, p99 %.1f ms"
            .formatted(nanos[ROUNDS / 2] / 1e6, nanos[ROUNDS * 99 / 100] / 1e6));
  }

  private static void say(String what, String figures) {
    LOG.log(System.Logger.Level.INFO, what + ": " + figures);
  }

  private Path makeMaildir(Path root) throws IOException {
    Path cur = Files.createDirectories(root.resolve("cur"));
    Files.createDirectories(root.resolve("new"));
    Files.createDirectories(root.resolve("tmp"));
    for (int i = 0; i < messages; i++) {
      deliver(cur, i);
    }
    return cur;
  }

  private void deliver(Path cur, int number) throws IOException {
    String subject = word() + " " + word() + " " + word() + " " + number;
    String text =
        """
        From: %s %s <%s@%s.example>
        To: user@example.org
        Subject: %s
        Date: %02d Oct %d %02d:%02d:00 +0000
        Message-ID: <%d@example.org>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8

        %s
        """
            .formatted(
                word(),
                word(),
                word(),
                word(),
                subject,
                1 + random.nextInt(28),
                2020 + random.nextInt(6),
                random.nextInt(24),
                random.nextInt(60),
                number,
                (word() + " ").repeat(100 + random.nextInt(300)));
    Files.writeString(
        cur.resolve("17%08d.M%dP1.host,S=%d:2,S".formatted(number, number, text.length())), text);
  }

  private String word() {
    return WORDS.get(random.nextInt(WORDS.size()));
  }

  /** New mail, changed flags and expunged mail: 2 % of the folder. */
  private void live(Path cur) throws IOException {
    List<Path> all;
    try (var files = Files.list(cur)) {
      all = files.sorted().toList();
    }
    int share = messages / 150;
    for (int i = 0; i < share; i++) {
      deliver(cur, 10_000_000 + random.nextInt(80_000_000));
      Files.deleteIfExists(all.get(random.nextInt(all.size())));
      Path flagged = all.get(random.nextInt(all.size()));
      if (Files.exists(flagged)) {
        String name = flagged.getFileName().toString();
        String base = name.substring(0, name.indexOf(":2,"));
        Files.move(flagged, cur.resolve(base + (name.endsWith("FS") ? ":2,S" : ":2,FS")));
      }
    }
  }
}
