package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.mime.MessageReader;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.TakeProgress;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.snapshot.catalogue.MessageQuery.Sort;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

/** A database that goes away and comes back, and a Store that does not care. */
class DatabaseAwayTest {

  private static final MailboxAddress ANNA = new MailboxAddress("anna", "example.org");
  private static final LocalDate FIRST = LocalDate.of(2026, 11, 1);

  @TempDir Path root;
  private TestDatabase database;
  private boolean stopped;

  @BeforeEach
  void mailbox() throws IOException, SQLException {
    database = TestDatabase.open();
    for (String part : List.of("cur", "new", "tmp")) {
      Files.createDirectories(root.resolve("mail/example.org/anna").resolve(part));
    }
  }

  @AfterEach
  void bringItBack() {
    if (stopped) {
      start();
    }
  }

  private void stop() {
    TestDatabase.stopServer();
    stopped = true;
  }

  private void start() {
    TestDatabase.startServer();
    stopped = false;
  }

  private void deliver(int day, int messages) throws IOException {
    for (int i = 0; i < messages; i++) {
      Files.writeString(
          root.resolve("mail/example.org/anna/cur/%d.M%d.host:2,S".formatted(day, i)),
          "Subject: message %d of day %d\n\nbody\n".formatted(i, day));
    }
  }

  private void take(int day) throws IOException {
    try (SnapshotEngine engine =
        SnapshotEngine.open(
            root.resolve("mail"),
            root.resolve("store"),
            Clock.fixed(Instant.parse("2026-11-22T00:00:00Z"), ZoneOffset.UTC))) {
      engine.take(SnapshotName.nightly(FIRST.plusDays(day)), TakeProgress.NONE);
    }
  }

  private JpaCatalogueIndex index(SnapshotStore store) {
    return new JpaCatalogueIndex(
        database.sessions(), database.dataSource(), store, new MessageReader());
  }

  @Test
  void aTakeNeedsNoDatabaseAndTheIndexCatchesUpLater() throws IOException {
    deliver(0, 20);
    take(0);
    try (Store store = Store.open(root.resolve("store"))) {
      JpaCatalogueIndex index = index(store);
      JpaCatalogueState state = new JpaCatalogueState(database.sessions());
      assertThat(state.answers()).isTrue();
      assertThat(state.isEmpty()).isTrue();
      index.catchUp();
      assertThat(state.isEmpty()).isFalse();
      stop();
      assertThat(state.answers()).isFalse();
      deliver(1, 20);
      take(1);
      assertThatThrownBy(index::catchUp).isInstanceOf(RuntimeException.class);
      take(2);
      start();
      assertThat(state.answers()).isTrue();
      assertThat(state.messages()).isNotNegative();
      assertThat(index.catchUp()).isEqualTo(2);
      assertThat(answers(store)).isEqualTo(afterRebuild(store));
    }
  }

  @Test
  void aDatabaseThatGoesAwayWhileItIsFilledIsFilledToTheEndLater() throws IOException {
    deliver(0, 1_100); // three chunks
    take(0);
    deliver(1, 10);
    take(1);
    try (Store store = Store.open(root.resolve("store"))) {
      AtomicInteger reads = new AtomicInteger();
      JpaCatalogueIndex index =
          index(
              each(
                  store,
                  () -> {
                    if (reads.incrementAndGet() == 600) {
                      stop();
                    }
                  }));
      assertThatThrownBy(index::catchUp).isInstanceOf(RuntimeException.class);
      start();
      index.catchUp();
      assertThat(answers(store)).isEqualTo(afterRebuild(store));
      assertThat(store.digests(ANNA)).hasSize(1_110);
    }
  }

  /** The Store, and something that happens whenever a message is opened. */
  private static SnapshotStore each(Store store, Runnable opened) {
    return (SnapshotStore)
        Proxy.newProxyInstance(
            SnapshotStore.class.getClassLoader(),
            new Class<?>[] {SnapshotStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("message")) {
                opened.run();
              }
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private List<Object> afterRebuild(Store store) throws IOException {
    index(store).rebuild();
    return answers(store);
  }

  private List<Object> answers(Store store) {
    JpaCatalogue catalogue = new JpaCatalogue(database.sessions(), store);
    List<Object> answers = new ArrayList<>(catalogue.snapshots(ANNA));
    for (SnapshotSummary day : catalogue.snapshots(ANNA)) {
      assertThat(day.indexed()).isTrue();
      for (FolderSummary folder : catalogue.folders(ANNA, day.name())) {
        answers.add(folder);
        for (long offset = 0; offset < folder.messages(); offset += MessageQuery.MOST) {
          answers.add(
              catalogue.messages(
                  ANNA,
                  day.name(),
                  folder.id(),
                  new MessageQuery(offset, MessageQuery.MOST, Sort.SUBJECT, true, "")));
        }
      }
    }
    return answers;
  }
}
