package org.mailtimemachine.web.search;

import static org.assertj.core.api.Assertions.assertThat;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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

class BodySearchTest {

  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.org");

  private final ExecutorService workers = Executors.newFixedThreadPool(3);
  private final List<MessageLocation> list = new ArrayList<>();
  private final AtomicInteger opened = new AtomicInteger();
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
    return new BodyQuestion(
        ANNA,
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
  void whatIsFoundStandsInTheOrderOfTheList() throws IOException {
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
  void aFinishedSearchIsNotCarriedOutAgain() throws IOException {
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
  void aNewSearchOfTheSessionEndsTheOneBefore() throws IOException {
    messages(11_000);
    List<BodySearch.Result> first = new ArrayList<>();

    searches.search(
        "s",
        asking("fox"),
        result -> {
          first.add(result);
          if (first.size() == 1) {
            searches.search("s", asking("number 7"), inner -> {});
          }
        });

    assertThat(first.getLast().state()).isEqualTo(BodySearch.State.STOPPED);
    assertThat(searches.result("s", asking("number 7")).orElseThrow().state())
        .isEqualTo(BodySearch.State.DONE);
  }

  @Test
  void soManyThatNobodyWouldReadThemEndIt() throws IOException {
    messages(BodySearch.MOST_HITS + 500);

    searches.search("s", asking("number"), result -> {});

    BodySearch.Result result = searches.result("s", asking("number")).orElseThrow();
    assertThat(result.state()).isEqualTo(BodySearch.State.FULL);
    assertThat(result.found()).isEqualTo(BodySearch.MOST_HITS);
  }

  @Test
  void aMessageThatTheDiskDoesNotGiveCostsNoOther() throws IOException {
    messages(20);
    list.add(5, new MessageLocation(new UUID(9, 9), "away"));

    searches.search("s", asking("fox"), result -> {});

    assertThat(searches.result("s", asking("fox")).orElseThrow().found()).isEqualTo(2);
  }

  private Catalogue catalogue() {
    return answering(
        Catalogue.class,
        (proxy, method, arguments) -> {
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
