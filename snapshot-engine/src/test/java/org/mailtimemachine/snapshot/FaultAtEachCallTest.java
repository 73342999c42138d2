package org.mailtimemachine.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small night, and a small expiry, with a fault at one system call: the process is killed there,
 * or the call fails, once or from then on. Some calls are tried, chosen at random; {@code
 * -Dmtm.test.faults=all} tries every call that there is.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultAtEachCallTest {

  private static final boolean ALL = "all".equals(System.getProperty("mtm.test.faults"));

  /** Hosts that are made at once, because each must rest for two seconds. */
  private static final int BATCH = 40;

  @TempDir static Path root;

  private final long seed = Long.getLong("mtm.test.seed", System.nanoTime());
  private final Deque<FaultHost> rested = new ArrayDeque<>();
  private int hosts;

  /** The n-th call of that name. */
  private record Point(String call, int number) {}

  /** Something that the engine does, and what must be true after it. */
  private enum Deed {
    TAKE {
      @Override
      void prepare(FaultHost host) throws IOException {
        host.firstNight();
        host.aDayPasses();
      }

      @Override
      void begin(EngineProcess engine, FaultHost host) throws IOException {
        engine.beginTake(host, FaultHost.SECOND);
      }
    },
    FIRST_TAKE {
      @Override
      void prepare(FaultHost host) {}

      @Override
      void begin(EngineProcess engine, FaultHost host) throws IOException {
        engine.beginTake(host, FaultHost.SECOND);
      }
    },
    EXPIRY {
      @Override
      void prepare(FaultHost host) throws IOException {
        host.firstNight();
        host.aDayPasses();
        host.take(FaultHost.SECOND);
      }

      @Override
      void begin(EngineProcess engine, FaultHost host) throws IOException {
        engine.beginExpiry(host, host.today());
      }
    };

    abstract void prepare(FaultHost host) throws IOException;

    abstract void begin(EngineProcess engine, FaultHost host) throws IOException;
  }

  @BeforeAll
  static void straceIsThere() throws Exception {
    Strace.assumeHere();
  }

  @Test
  void aTakeThatIsKilledAtACallLeavesNothingVisibleAndNothingBehind() throws Exception {
    kill(Deed.TAKE, 6);
  }

  @Test
  void aFirstTakeThatIsKilledAtACallIsInNobodysWay() throws Exception {
    kill(Deed.FIRST_TAKE, 3);
  }

  @Test
  void anExpiryThatIsKilledAtACallIsFinishedByTheNextOne() throws Exception {
    kill(Deed.EXPIRY, 4);
  }

  @Test
  void aTakeWhoseCallFailsIsCompleteOrSaysWhatItLacks() throws Exception {
    fail(Deed.TAKE, 14);
  }

  @Test
  void anExpiryWhoseCallFailsIsFinishedByTheNextOne() throws Exception {
    fail(Deed.EXPIRY, 6);
  }

  private void kill(Deed deed, int some) throws Exception {
    List<Point> points = points(deed, Strace.CHANGING, some);
    int killed = 0;
    List<AssertionError> wrong = new ArrayList<>();
    for (Point point : points) {
      FaultHost host = host(deed);
      String what = deed + " killed at " + point + ", seed " + seed;
      Path log = host.root().resolve("strace");
      try (EngineProcess engine = EngineProcess.start()) {
        boolean died;
        Strace strace =
            Strace.inject(engine.pid(), log, point.call, "signal=KILL:when=" + point.number);
        try (strace) {
          deed.begin(engine, host);
          died = engine.answer().isEmpty();
        }
        killed += died || strace.injected() ? 1 : 0;
      }
      try {
        assertGood(deed, host, what, point.number % 2 == 0, false);
      } catch (AssertionError e) {
        wrong.add(e);
      }
      FaultHost.remove(host.root());
    }
    assertThat(wrong).isEmpty();
    report(deed + " killed at a system call", points.size(), killed);
    assertThat(killed).isPositive();
  }

  private void fail(Deed deed, int some) throws Exception {
    List<String> injections = new ArrayList<>();
    List<Point> points = points(deed, Strace.CALLS, some);
    Random random = new Random(seed);
    int failed = 0;
    int runs = 0;
    List<AssertionError> wrong = new ArrayList<>();
    EngineProcess engine = EngineProcess.start();
    try {
      for (Point point : points) {
        injections.clear();
        for (String error : errors(point.call)) {
          injections.add("error=" + error + ":when=" + point.number);
          if (!point.call.equals("pread64")) { // by which the JVM reads its own files, too
            injections.add("error=" + error + ":when=" + point.number + "+");
          }
        }
        if (!ALL) {
          Collections.shuffle(injections, random);
          injections.subList(1, injections.size()).clear();
        }
        for (String injection : injections) {
          FaultHost host = host(deed);
          String what = deed + ", " + point.call + " " + injection + ", seed " + seed;
          Strace strace =
              Strace.inject(engine.pid(), host.root().resolve("strace"), point.call, injection);
          Optional<String> answer;
          try (strace) {
            deed.begin(engine, host);
            answer = engine.answer();
          }
          runs++;
          failed += strace.injected() ? 1 : 0;
          assertThat(answer).as("%s%n%s", what, strace.log()).isPresent();
          boolean sync = point.call.equals("fsync") || point.call.equals("syncfs");
          try {
            assertSaid(deed, host, what, answer.get(), sync && strace.injected());
            assertGood(deed, host, what, point.number % 2 == 0, true);
          } catch (AssertionError e) {
            wrong.add(e);
          }
          FaultHost.remove(host.root());
        }
      }
    } finally {
      engine.close();
    }
    assertThat(wrong).isEmpty();
    report(deed + " with a failing system call", runs, failed);
    assertThat(failed).isPositive();
  }

  private static List<String> errors(String call) {
    return switch (call) {
      case "openat" -> List.of("EIO", "EMFILE", "ENOSPC");
      case "write", "linkat", "mkdirat", "renameat" -> List.of("EIO", "ENOSPC", "EDQUOT");
      default -> List.of("EIO");
    };
  }

  /** Either it is done, or it tells what is missing, or it failed and tells why. */
  private static void assertSaid(
      Deed deed, FaultHost host, String what, String answer, boolean notSynced) throws IOException {
    String context = what + ": " + answer;
    assertThat(answer).as(context).doesNotStartWith("broken").doesNotContain("null");
    if (!answer.equals("done{}[]") && !answer.equals("done[]")) {
      assertThat(answer).as(context).containsAnyOf(host.root().toString(), "@example.test");
    }
    if (notSynced && deed != Deed.EXPIRY) {
      assertThat(answer).as(context).startsWith("failed");
      if (host.seen(FaultHost.SECOND)) {
        // Everything else was on disk by then; only whether its name is, nobody knows.
        assertThat(answer).as(context).contains("fsync " + host.storePath().resolve("runs") + ":");
      }
    }
    if (deed == Deed.EXPIRY || !host.seen(FaultHost.SECOND)) {
      assertThat(deed == Deed.EXPIRY || answer.startsWith("failed")).as(context).isTrue();
      return;
    }
    try (Store store = host.open()) {
      Map<String, String> kept = FaultHost.kept(store, FaultHost.SECOND);
      Map<String, String> live = host.live();
      if (answer.equals("done{}[]") || answer.startsWith("failed")) {
        assertThat(kept).as(context).isEqualTo(live);
      } else {
        // What is missing is of a mailbox that is named; what is too much was there the day before.
        live.forEach(
            (message, digest) -> {
              if (!digest.equals(kept.get(message))) {
                assertThat(answer).as(context).contains(message.replaceFirst("/.*", ""));
              }
            });
        Map<String, String> first =
            host.days().contains(FaultHost.FIRST)
                ? FaultHost.kept(store, FaultHost.FIRST)
                : Map.of();
        kept.forEach(
            (message, digest) ->
                assertThat(Set.of(digest))
                    .as(context + ": " + message)
                    .containsAnyOf(
                        live.getOrDefault(message, ""), first.getOrDefault(message, "")));
      }
      host.expect(FaultHost.SECOND, kept);
    }
  }

  /** After a failed sync the page cache shows what may never have reached the disk. */
  @Test
  void whatASyncFailedOnIsWrittenAgain() throws Exception {
    FaultHost host = host(Deed.TAKE);
    Path listings = host.storePath().resolve("example.test/anna/listings");
    Set<String> before = entries(listings).keySet();
    try (EngineProcess engine = EngineProcess.start();
        Strace strace =
            Strace.inject(
                engine.pid(), host.root().resolve("strace"), "syncfs", "error=EIO:when=1")) {
      assertThat(strace).isNotNull();
      Deed.TAKE.begin(engine, host);
      assertThat(engine.answer().orElseThrow()).startsWith("failed").contains("syncfs");
    }
    Map<String, FileTime> written = entries(listings);
    assertThat(written).hasSizeGreaterThan(before.size());
    host.take(FaultHost.SECOND);
    Map<String, FileTime> again = entries(listings);
    assertThat(again.keySet()).isEqualTo(written.keySet());
    for (String listing : written.keySet()) {
      assertThat(again.get(listing).equals(written.get(listing)))
          .as(listing)
          .isEqualTo(before.contains(listing));
    }
  }

  private static Map<String, FileTime> entries(Path directory) throws IOException {
    Map<String, FileTime> entries = new HashMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        entries.put(file.getFileName().toString(), Files.getLastModifiedTime(file));
      }
    }
    return entries;
  }

  /** Whatever happened: nothing is lost, the next night is good, the next expiry tidies up. */
  private void assertGood(Deed deed, FaultHost host, String what, boolean sameName, boolean failing)
      throws IOException {
    if (deed == Deed.EXPIRY) {
      host.expectPartOf(FaultHost.FIRST); // it expires mailbox by mailbox
      if (failing) {
        host.assertNothingLostButCounted(what, FaultHost.FIRST);
      } else {
        host.assertNothingLost(what);
      }
    } else if (Files.exists(host.storePath().resolve("format"))) {
      if (!host.days().contains(FaultHost.SECOND)) {
        host.seen(FaultHost.SECOND); // published before the fault: then it must be whole
      }
      host.assertNothingLost(what);
    }
    boolean taken = host.days().contains(FaultHost.SECOND);
    if (deed == Deed.TAKE) {
      host.anna().delete("new/6.f"); // perhaps a killed take had linked it
    }
    SnapshotName next = taken || !sameName ? FaultHost.THIRD : FaultHost.SECOND;
    host.take(next);
    if (deed == Deed.EXPIRY && failing) {
      host.assertNothingLostButCounted(what + ", and " + next, FaultHost.FIRST);
    } else {
      host.assertNothingLost(what + ", and " + next);
    }
    Expiry.Outcome expiry = host.expire();
    assertThat(expiry.problems()).as(what).isEmpty();
    for (SnapshotName name : host.days()) {
      if (!name.equals(next)) {
        host.expectPartOf(name); // on the day after it, all others are over
      }
    }
    host.assertNothingLost(what + ", " + next + ", and an expiry");
    assertThat(host.leftovers()).as("left by %s, %s, and an expiry", what, next).isEmpty();
  }

  /** All calls that it makes without a fault, or some of them. */
  private List<Point> points(Deed deed, List<String> calls, int some) throws Exception {
    FaultHost host = host(deed);
    Map<String, Integer> most;
    try (EngineProcess engine = EngineProcess.start()) {
      Strace strace = Strace.count(engine.pid(), host.root().resolve("strace"));
      try (strace) {
        deed.begin(engine, host);
        assertThat(engine.answer().orElseThrow()).startsWith("done");
      }
      most = strace.most();
    }
    FaultHost.remove(host.root());
    System.getLogger("test")
        .log(System.Logger.Level.INFO, "{0}, seed {1}: {2}", deed, Long.toString(seed), most);
    Random random = new Random(seed);
    List<List<Point>> byCall = new ArrayList<>();
    for (String call : calls) {
      List<Point> ofCall = new ArrayList<>();
      for (int number = 1; number <= most.getOrDefault(call, 0); number++) {
        ofCall.add(new Point(call, number));
      }
      if (!ALL) {
        Collections.shuffle(ofCall, random);
      }
      byCall.add(ofCall);
    }
    if (ALL) {
      return byCall.stream().flatMap(List::stream).toList();
    }
    // As many of each call as possible: half of all calls are those that open a directory.
    Collections.shuffle(byCall, random);
    List<Point> points = new ArrayList<>();
    for (int i = 0; points.size() < some && byCall.stream().anyMatch(c -> !c.isEmpty()); i++) {
      List<Point> ofCall = byCall.get(i % byCall.size());
      if (!ofCall.isEmpty()) {
        points.add(ofCall.removeFirst());
      }
    }
    return points;
  }

  private FaultHost host(Deed deed) throws IOException, InterruptedException {
    if (rested.isEmpty()) {
      for (int i = 0; i < BATCH; i++) {
        rested.add(new FaultHost(root.resolve("host" + ++hosts)));
      }
      Thread.sleep(2_100); // so that the times of their directories prove something
    }
    FaultHost host = rested.remove();
    deed.prepare(host);
    return host;
  }

  private static void report(String what, int runs, int met) {
    System.getLogger("test")
        .log(System.Logger.Level.INFO, "RESULT | {0} | {1} runs, {2} met it", what, runs, met);
  }
}
