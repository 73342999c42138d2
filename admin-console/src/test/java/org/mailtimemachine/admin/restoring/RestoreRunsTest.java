package org.mailtimemachine.admin.restoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.admin.SmallHost;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.desk.RequestState;

class RestoreRunsTest {

  private static final String ANNA = "anna@example.test";
  private static final String MARCO = "marco@example.test";
  private static final String INFO = "info@example.test";

  @TempDir private Path directory;
  private SmallHost host;
  private Instant now = SmallHost.NOW;
  private final Deque<Runnable> started = new ArrayDeque<>();
  private RestoreRuns runs;

  @BeforeEach
  void open() throws Exception {
    host = new SmallHost(directory, ANNA, MARCO, INFO);
    runs = newRuns();
  }

  private RestoreRuns newRuns() {
    return new RestoreRuns(host.desk, host.book, started::add, () -> now);
  }

  private RequestState state(UUID id) {
    return host.book.find(id).orElseThrow().state();
  }

  @Test
  void whatIsConfirmedIsCarriedOutAndWhatWaitsIsNot() throws Exception {
    UUID confirmed = host.confirmed(ANNA);
    UUID pending = host.request(MARCO, "").id();

    runs.look();
    assertThat(runs.progress(confirmed)).contains(RunProgress.NONE);
    started.remove().run();

    assertThat(state(confirmed)).isEqualTo(RequestState.DONE);
    assertThat(runs.progress(confirmed)).isEmpty();
    assertThat(state(pending)).isEqualTo(RequestState.PENDING);
    assertThat(host.messages(ANNA)).hasSize(3);
    assertThat(host.messages(MARCO)).isEmpty();
  }

  @Test
  void twoRestoresGoOnAtOnceAndTheThirdFollowsAsSoonAsOneEnds() throws Exception {
    host.confirmed(ANNA);
    host.confirmed(MARCO);
    UUID third = host.confirmed(INFO);

    runs.look();
    runs.look();
    assertThat(started).hasSize(2);
    assertThat(runs.progress(third)).isEmpty();
    started.remove().run();

    assertThat(started).hasSize(2);
    assertThat(runs.progress(third)).isPresent();
  }

  @Test
  void oneRestoreAtATimeWorksInAMailbox() throws Exception {
    UUID first = host.confirmed(ANNA);
    UUID second = host.confirmed(ANNA);

    runs.look();
    assertThat(started).hasSize(1);
    while (!started.isEmpty()) {
      started.remove().run();
    }

    assertThat(state(first)).isEqualTo(RequestState.DONE);
    assertThat(state(second)).isEqualTo(RequestState.DONE);
    assertThat(host.messages(ANNA)).hasSize(3);
  }

  @Test
  void anotherServerGoesOnAfterOneThatDied() throws Exception {
    UUID id = host.confirmed(ANNA);
    runs.look();
    started.clear(); // it died

    newRuns().look();
    started.remove().run();

    assertThat(state(id)).isEqualTo(RequestState.DONE);
  }

  @Test
  void whatHadToStopSaysWhyAndIsTriedAgainLaterAndLater() throws Exception {
    UUID id = host.confirmed(ANNA);
    Path away = directory.resolve("away");
    Files.move(host.maildir(ANNA), away);

    runs.look();
    started.remove().run();
    assertThat(host.book.find(id).orElseThrow().hindrance()).contains(Hindrance.MAILBOX_GONE);
    assertThat(started).isEmpty();
    now = now.plus(RestoreRuns.FIRST_PAUSE);
    assertThat(runs.nextTry(id)).contains(now);
    runs.look();
    started.remove().run();
    now = now.plus(RestoreRuns.FIRST_PAUSE);
    runs.look();
    assertThat(started).isEmpty();

    Files.move(away, host.maildir(ANNA));
    now = now.plus(RestoreRuns.FIRST_PAUSE);
    runs.look();
    started.remove().run();
    assertThat(state(id)).isEqualTo(RequestState.DONE);
    assertThat(host.messages(ANNA)).hasSize(3);
  }

  @Test
  void whatAnotherServerIsAtWorkOnIsLeftToItQuietly() throws Exception {
    UUID id = host.confirmed(ANNA);
    runs.look();
    RestoreRuns other = newRuns();
    other.look();
    Runnable first = started.remove();
    Runnable second = started.remove();
    List<Optional<Instant>> tries = new ArrayList<>();

    host.desk.carryOut(
        id,
        (done, total) -> {
          if (done == 1) {
            second.run();
            tries.add(other.nextTry(id));
          }
        });

    assertThat(tries).containsExactly(Optional.of(now.plus(RestoreRuns.OTHER_SERVER)));
    assertThat(host.book.find(id).orElseThrow().problem()).isEmpty();
    first.run();
    assertThat(runs.nextTry(id)).as("it was done by the other one").isEmpty();
    assertThat(host.messages(ANNA)).hasSize(3);
  }

  @Test
  void whatIsStoppedIsNotStartedAgainUntilItMayGoOn() throws Exception {
    UUID id = host.confirmed(ANNA);
    host.desk.stop(id, "root");
    runs.look();
    assertThat(started).isEmpty();

    host.desk.resume(id, "root");
    runs.look();
    started.remove().run();
    assertThat(state(id)).isEqualTo(RequestState.DONE);
  }

  @Test
  void aServerThatStopsLeavesTheRestToTheNextOne() throws Exception {
    UUID id = host.confirmed(ANNA);
    runs.look();

    Thread.currentThread().interrupt();
    started.remove().run();
    assertThat(Thread.interrupted()).isTrue();

    assertThat(state(id)).isEqualTo(RequestState.CONFIRMED);
    newRuns().look();
    started.remove().run();
    assertThat(state(id)).isEqualTo(RequestState.DONE);
    assertThat(host.messages(ANNA)).hasSize(3);
  }
}
