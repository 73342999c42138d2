package org.mailtimemachine.web.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.mime.SearchField;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.SnapshotStore.OpenPool;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.MessageFilter;
import org.mailtimemachine.snapshot.catalogue.MessageLocation;
import org.mailtimemachine.snapshot.catalogue.MessagePage;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

class BodySearchTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.org");

  private final ExecutorService workers = Executors.newFixedThreadPool(3);
  private final List<MessageLocation> list = new ArrayList<>();
  private final AtomicInteger opened = new AtomicInteger();
  private final List<String> days = new CopyOnWriteArrayList<>(List.of("2026-11-22"));
  private final BodySearches searches =
      new BodySearches(
          catalogue(),
          store(),
          Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC),
          workers);

  @AfterEach
  void stop() {
    workers.shutdownNow();
  }

  /** Message {@code n} says "number n", and every tenth is a fox. */
  private void messages(int count) {
    IntStream.range(0, count)
        .mapToObj(n -> new MessageLocation(new UUID(0, n), Integer.toString(n)))
        .forEach(list::add);
  }

  private static BodyQuestion asking(String word) {
    return asking(ANNA, word);
  }

  private static BodyQuestion asking(MailboxAddress mailbox, String word) {
    return new BodyQuestion(
        mailbox,
        Optional.of(new SnapshotName("2026-11-22")),
        Set.of(new UUID(1, 1)),
        List.of(word),
        Set.of(SearchField.BODY),
        MessageFilter.ALL,
        Optional.empty(),
        MessageQuery.Sort.DATE,
        false);
  }

  @Test
  void whatIsFoundStandsInTheOrderOfTheList() throws Exception {
    messages(12_000);
    List<BodySearch.Result> told = new ArrayList<>();

    searches.search("s", asking("fox"), told::add);

    BodySearch.Result result = searches.result("s", asking("fox")).orElseThrow();
    assertThat(result.state()).isEqualTo(BodySearch.State.DONE);
    assertThat(result.read()).isEqualTo(12_000);
    assertThat(result.total()).isEqualTo(12_000);
    assertThat(result.found()).isEqualTo(1_200);
    assertThat(result.hits(0, 3)).containsExactly(new UUID(0, 0), new UUID(0, 10), new UUID(0, 20));
    assertThat(result.hits(1_199, 50)).containsExactly(new UUID(0, 11_990));
    assertThat(result.hits(9_999_999_999L, 50)).isEmpty();
    assertThat(told).extracting(BodySearch.Result::read).isSorted();
    assertThat(told.getLast()).isEqualTo(result);
  }

  @Test
  void aFinishedSearchIsNotCarriedOutAgain() throws Exception {
    messages(100);
    searches.search("s", asking("fox"), result -> {});
    int before = opened.get();

    List<BodySearch.Result> told = new ArrayList<>();
    searches.search("s", asking("fox"), told::add);

    assertThat(opened).hasValue(before);
    assertThat(told).singleElement().extracting(BodySearch.Result::found).isEqualTo(10);
    assertThat(searches.result("other session", asking("fox"))).isEmpty();
    assertThat(searches.result("s", asking("bear"))).isEmpty();
  }

  @Test
  void itEndsWhenNobodyWaitsAnyMore() {
    messages(11_000);

    assertThatThrownBy(
            () ->
                searches.search(
                    "s",
                    asking("fox"),
                    result -> {
                      if (result.read() > 1_000) {
                        throw new IOException("the connection is closed");
                      }
                    }))
        .isInstanceOf(IOException.class);

    BodySearch.Result result = searches.result("s", asking("fox")).orElseThrow();
    assertThat(result.state()).isEqualTo(BodySearch.State.STOPPED);
    assertThat(result.read()).isLessThan(10_000);
  }

  @Test
  void aNewSearchOfTheSessionEndsTheOneBefore() throws Exception {
    messages(11_000);
    List<BodySearch.Result> first = new ArrayList<>();

    searches.search(
        "s",
        asking("fox"),
        result -> {
          first.add(result);
          if (first.size() == 1) {
            try {
              searches.search("s", asking("number 7"), inner -> {});
            } catch (TooManySearches e) {
              throw new IOException(e);
            }
          }
        });

    assertThat(first.getLast().state()).isEqualTo(BodySearch.State.STOPPED);
    assertThat(searches.result("s", asking("number 7")).orElseThrow().state())
        .isEqualTo(BodySearch.State.DONE);
  }

  @Test
  void soManyThatNobodyWouldReadThemEndIt() throws Exception {
    messages(BodySearch.MOST_HITS + 500);

    searches.search("s", asking("number"), result -> {});

    BodySearch.Result result = searches.result("s", asking("number")).orElseThrow();
    assertThat(result.state()).isEqualTo(BodySearch.State.FULL);
    assertThat(result.found()).isEqualTo(BodySearch.MOST_HITS);
  }

  @Test
  void aMessageThatTheDiskDoesNotGiveCostsNoOther() throws Exception {
    messages(20);
    list.add(5, new MessageLocation(new UUID(9, 9), "away"));

    searches.search("s", asking("fox"), result -> {});

    assertThat(searches.result("s", asking("fox")).orElseThrow().found()).isEqualTo(2);
  }

  @Test
  void aDayThatExpiresMeanwhileIsNoEnd() throws Exception {
    messages(11_000);
    List<BodySearch.Result> told = new ArrayList<>();

    searches.search(
        "s",
        asking("fox"),
        result -> {
          told.add(result);
          days.clear();
        });

    assertThat(told.getLast().state()).isEqualTo(BodySearch.State.EXPIRED);
    assertThat(told.getLast().goesOn()).isFalse();
  }

  @Test
  void ofOneMailboxTheOldestThatWaitsMakesPlaceForTheNewest() throws Exception {
    messages(100);
    try (Crowd crowd = new Crowd()) {
      crowd.search(ANNA, BodySearches.MOST_OF_MAILBOX + BodySearches.MOST_WAITING_OF_MAILBOX);
      assertThat(crowd.states()).doesNotContain(BodySearch.State.STOPPED);

      crowd.search(ANNA, 1);

      assertThat(crowd.states())
          .containsExactly(
              BodySearch.State.RUNNING,
              BodySearch.State.RUNNING,
              BodySearch.State.STOPPED,
              BodySearch.State.WAITING,
              BodySearch.State.WAITING);
    }
  }

  @Test
  void whereTooManyWaitOneMoreIsTurnedAwayAndNobodyElseEnds() throws Exception {
    messages(100);
    try (Crowd crowd = new Crowd()) {
      for (int i = 0; i < (BodySearches.MOST_AT_ONCE + BodySearches.MOST_WAITING) / 2; i++) {
        crowd.search(MailboxAddress.of("user" + i + "@example.org"), 2);
      }

      assertThatExceptionOfType(TooManySearches.class)
          .isThrownBy(() -> searches.search("one more", asking("fox"), result -> {}))
          .satisfies(refused -> assertThat(refused.retryAfter()).isPositive());
      assertThat(crowd.states()).doesNotContain(BodySearch.State.STOPPED);
    }
  }

  @Test
  void manySearchesOfOneMailboxCostNobodyElseHis() throws Exception {
    messages(100);
    MailboxAddress marco = MailboxAddress.of("marco@example.org");
    searches.search("marco's", asking(marco, "fox"), result -> {});
    try (Crowd crowd = new Crowd()) {
      crowd.search(MailboxAddress.of("clara@example.org"), 1);

      for (int i = 0; i < 2 * BodySearches.MOST_KEPT; i++) {
        searches.search("anna's " + i, asking("fox"), result -> {});
      }

      assertThat(searches.result("marco's", asking(marco, "fox"))).isPresent();
      assertThat(crowd.states()).containsExactly(BodySearch.State.RUNNING);
      assertThat(searches.result("anna's 0", asking("fox"))).isEmpty();
    }
  }

  /** Searches of several, none of which ends before it is closed. */
  private final class Crowd implements AutoCloseable {

    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<BodyQuestion> asked = new ArrayList<>();

    /** Begins them one after the other; returns when each of them has its place. */
    void search(MailboxAddress mailbox, int count) {
      for (int i = 0; i < count; i++) {
        BodyQuestion question = asking(mailbox, "fox");
        String session = "session " + asked.size();
        asked.add(question);
        CountDownLatch told = new CountDownLatch(1);
        threads.execute(
            () -> {
              try {
                searches.search(
                    session,
                    question,
                    result -> {
                      told.countDown();
                      if (result.state() == BodySearch.State.RUNNING) {
                        await(end);
                      }
                    });
              } catch (IOException | TooManySearches e) {
                throw new IllegalStateException(e);
              }
            });
        await(told);
      }
    }

    private void await(CountDownLatch latch) {
      try {
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    List<BodySearch.State> states() {
      return IntStream.range(0, asked.size())
          .mapToObj(i -> searches.result("session " + i, asked.get(i)).orElseThrow().state())
          .toList();
    }

    @Override
    public void close() {
      end.countDown();
      threads.close();
    }
  }

  private Catalogue catalogue() {
    return answering(
        Catalogue.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals("snapshots")) {
            return days.stream()
                .map(day -> new SnapshotSummary(new SnapshotName(day), Instant.EPOCH, 0, true))
                .toList();
          }
          MessageQuery query = (MessageQuery) arguments[3];
          return switch (method.getName()) {
            case "search" -> new MessagePage(list.size(), List.of());
            case "locations" ->
                list.stream().skip(query.offset()).limit(Catalogue.MOST_LOCATIONS).toList();
            default -> throw new UnsupportedOperationException(method.getName());
          };
        });
  }

  private SnapshotStore store() {
    return answering(SnapshotStore.class, (proxy, method, arguments) -> (OpenPool) this::message);
  }

  private StoredMessage message(String poolName) throws IOException {
    opened.incrementAndGet();
    if (poolName.equals("away")) {
      throw new IOException("away");
    }
    int number = Integer.parseInt(poolName);
    String text = "Subject: x\n\nnumber " + number + (number % 10 == 0 ? " is a fox" : "") + "\n";
    return new InMemory(text.getBytes(StandardCharsets.UTF_8));
  }

  private static <T> T answering(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static final class InMemory implements StoredMessage {

    private final byte[] bytes;

    InMemory(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public int read(long position, byte[] buffer, int offset, int length) {
      int read = (int) Math.min(length, bytes.length - position);
      if (read <= 0) {
        return -1;
      }
      System.arraycopy(bytes, (int) position, buffer, offset, read);
      return read;
    }

    @Override
    public void close() {}
  }
}
