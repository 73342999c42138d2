package org.mailtimemachine.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.StorageStrategy;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.TakeProgress;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/**
 * A restore in a process of its own that is killed at one system call, by links and by copies. Some
 * calls are tried, chosen at random; {@code -Dmtm.test.faults=all} tries every call that there is.
 */
class KilledRestoreTest {

  private static final boolean ALL = "all".equals(System.getProperty("mtm.test.faults"));
  private static final int SOME = 4;
  private static final String STRACE = "/usr/bin/strace";

  /** The calls that change something, and that the JVM makes only when it is told to. */
  private static final List<String> CALLS =
      List.of(
          "linkat",
          "renameat",
          "mkdirat",
          "unlinkat",
          "fsync",
          "syncfs",
          "fchown",
          "fchmod",
          "utimensat",
          "flock");

  /** Those of which one may fail, and the next one not. */
  private static final Set<String> FAILING = Set.of("renameat", "fsync", "syncfs");

  private static final String RUN = "run";
  private static final String TAKE_BACK = "take-back";

  private static final Pattern CALL = Pattern.compile("^(\\d+) +(\\w+)\\(", Pattern.MULTILINE);
  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.test");
  private static final SnapshotName DAY = new SnapshotName("2026-11-20");
  private static final Clock THEN =
      Clock.fixed(Instant.parse("2026-11-20T12:00:00Z"), ZoneOffset.UTC);

  @TempDir Path root;
  private int hosts;

  /** The n-th call of that name. */
  private record Point(String call, int number) {}

  @BeforeAll
  static void straceIsThere() throws Exception {
    assumeThat(Files.isExecutable(Path.of(STRACE)))
        .as("needs strace (apt-get install strace)")
        .isTrue();
    Process sleeper = new ProcessBuilder("sleep", "60").start();
    Process trial =
        new ProcessBuilder(STRACE, "-o", "/dev/null", "-p", Long.toString(sleeper.pid())).start();
    String said = trial.errorReader().readLine();
    trial.destroy();
    sleeper.destroy();
    assumeThat(said).as("strace may not attach to processes here").contains("attached");
  }

  @Test
  void aRestoreThatIsKilledAtACallIsFinishedByTheNextRun() throws Exception {
    long seed = Long.getLong("mtm.test.seed", System.nanoTime());
    Random random = new Random(seed);
    int killed = 0;
    int points = 0;
    for (StorageStrategy strategy : List.of(StorageStrategy.HARDLINK, StorageStrategy.COPY)) {
      List<Point> all = points(strategy, RUN);
      Collections.shuffle(all, random);
      for (Point point : ALL ? all : all.subList(0, Math.min(SOME, all.size()))) {
        String what = strategy + " killed at " + point + ", -Dmtm.test.seed=" + seed;
        points++;
        killed += kill(strategy, point, what) ? 1 : 0;
      }
    }
    System.getLogger("test")
        .log(
            System.Logger.Level.INFO,
            "RESULT | RESTORE killed at a system call | {0} runs, {1} met it",
            points,
            killed);
    assertThat(killed).isPositive();
  }

  /**
   * One that fails is written down as far as it came, and nothing is said to be its user's doing.
   */
  @Test
  void aRestoreWhoseCallsFailIsFinishedByTheNextRun() throws Exception {
    long seed = Long.getLong("mtm.test.seed", System.nanoTime());
    List<Point> all = new ArrayList<>(points(StorageStrategy.COPY, RUN));
    all.removeIf(point -> !FAILING.contains(point.call));
    Collections.shuffle(all, new Random(seed));
    for (Point point : ALL ? all : all.subList(0, Math.min(SOME, all.size()))) {
      String what = "COPY failed at " + point + ", -Dmtm.test.seed=" + seed;
      Host host = new Host(StorageStrategy.COPY);
      UUID id = host.accepted();
      host.runTraced(
          RUN, id, point.call, "-e", "inject=" + point.call + ":error=EIO:when=" + point.number);
      assertThat(host.receipt(id).entries())
          .as(what)
          .extracting(Receipt.Entry::outcome)
          .allMatch(Receipt.Outcome.ADDED::equals);
      assertThat(host.run(id).count(Receipt.Outcome.ADDED)).as(what).isEqualTo(7);
      assertThat(host.texts("")).as(what).containsExactly("0", "1", "2", "3", "stays");
      assertThat(host.texts(".Gone")).as(what).containsExactly("4", "5", "6");
    }
  }

  @Test
  void whatItsUserDeletesAfterAKillStaysDeletedAndTheRestComesBack() throws Exception {
    long seed = Long.getLong("mtm.test.seed", System.nanoTime());
    for (StorageStrategy strategy : List.of(StorageStrategy.HARDLINK, StorageStrategy.COPY)) {
      List<Point> all = new ArrayList<>(points(strategy, RUN));
      all.removeIf(point -> !FAILING.contains(point.call));
      Collections.shuffle(all, new Random(seed));
      for (Point point : ALL ? all : all.subList(0, Math.min(SOME / 2, all.size()))) {
        String what = strategy + " killed at " + point + ", -Dmtm.test.seed=" + seed;
        Host host = new Host(strategy);
        UUID id = host.accepted();
        host.runTraced(
            RUN,
            id,
            point.call,
            "-e",
            "inject=" + point.call + ":signal=KILL:when=" + point.number);
        List<String> deleted = host.deleteWhatCameBack();
        Receipt receipt = host.run(id);
        List<String> texts = new ArrayList<>(host.texts(""));
        texts.addAll(host.texts(".Gone"));
        texts.addAll(deleted);
        assertThat(texts)
            .as(what)
            .containsExactlyInAnyOrder("0", "1", "2", "3", "4", "5", "6", "stays");
        assertThat(receipt.count(Receipt.Outcome.ADDED)).as(what).isEqualTo(7);
      }
    }
  }

  @Test
  void aTakeBackThatIsKilledAtACallIsFinishedByTheNextAndForgetsNothing() throws Exception {
    long seed = Long.getLong("mtm.test.seed", System.nanoTime());
    List<Point> all = new ArrayList<>(points(StorageStrategy.HARDLINK, TAKE_BACK));
    Collections.shuffle(all, new Random(seed));
    int killed = 0;
    for (Point point : ALL ? all : all.subList(0, Math.min(SOME, all.size()))) {
      String what = "taken back, killed at " + point + ", -Dmtm.test.seed=" + seed;
      Host host = new Host(StorageStrategy.HARDLINK);
      UUID id = host.restored();
      killed +=
          host.runTraced(
                  TAKE_BACK,
                  id,
                  point.call,
                  "-e",
                  "inject=" + point.call + ":signal=KILL:when=" + point.number)
              ? 1
              : 0;
      assertThat(host.takeBack(id)).as(what).isEqualTo(new Restorer.TakenBack(6, 1));
      assertThat(host.texts("")).as(what).containsExactly("0", "stays");
      assertThat(host.box.resolve(".Gone")).as(what).doesNotExist();
      assertThat(host.box.resolve(".Empty")).as(what).doesNotExist();
      assertThat(Files.readString(host.box.resolve("subscriptions")))
          .as(what)
          .doesNotContain("Gone", "Empty");
      assertThat(host.leftovers()).as(what).isEmpty();
      assertThat(host.takeBack(id)).as(what).isEqualTo(new Restorer.TakenBack(6, 1));
    }
    assertThat(killed).isPositive();
  }

  private boolean kill(StorageStrategy strategy, Point point, String what) throws Exception {
    Host host = new Host(strategy);
    UUID id = host.accepted();
    boolean killed =
        host.runTraced(
            RUN,
            id,
            point.call,
            "-e",
            "inject=" + point.call + ":signal=KILL:when=" + point.number);
    Receipt receipt = host.run(id);
    assertThat(receipt.count(Receipt.Outcome.ADDED)).as(what).isEqualTo(7);
    assertThat(host.texts("")).as(what).containsExactly("0", "1", "2", "3", "stays");
    assertThat(host.texts(".Gone")).as(what).containsExactly("4", "5", "6");
    assertThat(host.box.resolve(".Empty/cur")).as(what).exists();
    assertThat(Files.readString(host.box.resolve("subscriptions")))
        .as(what)
        .contains("Gone\n", "Empty\n");
    assertThat(host.leftovers()).as(what).isEmpty();
    assertThat(host.run(id)).as(what).isEqualTo(receipt);
    return killed;
  }

  private List<Point> points(StorageStrategy strategy, String action) throws Exception {
    Host host = new Host(strategy);
    UUID id = action.equals(RUN) ? host.accepted() : host.restored();
    assertThat(host.runTraced(action, id, String.join(",", CALLS))).isFalse();
    Map<String, Integer> byThread = new HashMap<>();
    Map<String, Integer> most = new HashMap<>();
    Matcher calls = CALL.matcher(Files.readString(host.log, StandardCharsets.ISO_8859_1));
    while (calls.find()) {
      int times = byThread.merge(calls.group(1) + calls.group(2), 1, Integer::sum);
      most.merge(calls.group(2), times, Math::max);
    }
    List<Point> points = new ArrayList<>();
    for (String call : CALLS) {
      for (int number = 1; number <= most.getOrDefault(call, 0); number++) {
        points.add(new Point(call, number));
      }
    }
    return points;
  }

  /** The process itself: mail, Store, id, what to do. It begins when a line is written to it. */
  public static void main(String[] arguments) throws IOException {
    try (Store store = Store.open(Path.of(arguments[1]))) {
      System.out.println("ready");
      System.in.read();
      Restorer restorer =
          new Restorer(
              store, MailboxSettings.inDirectories(Path.of(arguments[0])), Clock.systemUTC());
      UUID id = UUID.fromString(arguments[2]);
      if (arguments[3].equals(RUN)) {
        restorer.run(id, RestoreProgress.NONE);
      } else {
        restorer.takeBack(id);
      }
    }
  }

  /** A mailbox from which seven messages, a folder of theirs and an empty one are gone. */
  private final class Host {
    private final Path directory = root.resolve("host" + ++hosts);
    private final Path mail = directory.resolve("mail");
    private final Path box = mail.resolve("example.test/anna");
    private final Path storePath = directory.resolve("store");
    private final Path log = directory.resolve("strace");

    Host(StorageStrategy strategy) throws IOException {
      for (String folder : List.of("", ".Gone", ".Empty")) {
        for (String part : List.of("cur", "new", "tmp")) {
          Files.createDirectories(box.resolve(folder).resolve(part));
        }
      }
      Files.writeString(box.resolve("dovecot-keywords"), "0 Later\n");
      List<Path> lost = new ArrayList<>();
      for (int i = 0; i < 7; i++) {
        lost.add(deliver(i < 4 ? "" : ".Gone", i + ".a:2,Sa", Integer.toString(i)));
      }
      deliver("", "8.a:2,", "stays");
      try (SnapshotEngine engine =
          SnapshotEngine.open(
              MailboxSettings.inDirectories(mail), storePath, Optional.of(strategy), THEN)) {
        assertThat(engine.take(DAY, TakeProgress.NONE).complete()).isTrue();
      }
      for (Path file : lost) {
        Files.delete(file);
      }
      for (String folder : List.of(".Gone", ".Empty")) {
        for (String part : List.of("cur", "new", "tmp", "")) {
          Files.delete(box.resolve(folder).resolve(part));
        }
      }
      Files.writeString(box.resolve("dovecot-keywords"), "0 Other\n");
    }

    private Path deliver(String folder, String name, String text) throws IOException {
      Path file = box.resolve(folder).resolve("cur").resolve(name);
      return Files.writeString(file, "Subject: " + text + "\n\n" + text + "\n");
    }

    private Restorer restorer(Store store) {
      return new Restorer(store, MailboxSettings.inDirectories(mail), Clock.systemUTC());
    }

    UUID accepted() throws IOException {
      RestoreRequest request =
          new RestoreRequest(
              UUID.randomUUID(),
              ANNA,
              DAY,
              new RestoreScope.WholeMailbox(),
              RestoreRequest.Target.ORIGINAL_FOLDERS,
              false,
              Instant.EPOCH,
              "");
      try (Store store = Store.open(storePath)) {
        RestorePlan plan =
            new RestorePlanner(store, MailboxSettings.inDirectories(mail), Clock.systemUTC())
                .plan(request);
        restorer(store).accept(plan);
      }
      return request.id();
    }

    Receipt run(UUID id) throws IOException {
      try (Store store = Store.open(storePath)) {
        return restorer(store).run(id, RestoreProgress.NONE);
      }
    }

    /** A restore that is done, and of which its user has read one message since. */
    UUID restored() throws IOException {
      UUID id = accepted();
      run(id);
      try (Stream<Path> files = Files.list(box.resolve("cur"))) {
        for (Path file : files.toList()) {
          String name = file.getFileName().toString();
          if (name.contains("restored") && Files.readString(file).endsWith("\n0\n")) {
            Files.move(file, file.resolveSibling(name.replace(":2,S", ":2,RS")));
          }
        }
      }
      return id;
    }

    /** As its user does it, and not the folders. @return the texts of that */
    List<String> deleteWhatCameBack() throws IOException {
      List<String> deleted = new ArrayList<>();
      for (String folder : List.of("", ".Gone")) {
        Path cur = box.resolve(folder).resolve("cur");
        if (Files.exists(cur)) {
          try (Stream<Path> files = Files.list(cur)) {
            for (Path file : files.filter(each -> each.toString().contains("restored")).toList()) {
              deleted.add(Files.readString(file).lines().toList().getLast());
              Files.delete(file);
            }
          }
        }
      }
      return deleted;
    }

    Receipt receipt(UUID id) throws IOException {
      try (Store store = Store.open(storePath)) {
        return restorer(store).receipt(id);
      }
    }

    Restorer.TakenBack takeBack(UUID id) throws IOException {
      try (Store store = Store.open(storePath)) {
        return restorer(store).takeBack(id);
      }
    }

    /**
     * Runs it in a process of its own, which strace takes hold of when it has started: what a JVM
     * calls by then is none of ours.
     *
     * @return whether it was killed
     */
    boolean runTraced(String action, UUID id, String calls, String... options) throws Exception {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-XX:-UsePerfData",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  KilledRestoreTest.class.getName(),
                  mail.toString(),
                  storePath.toString(),
                  id.toString(),
                  action)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try {
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
        List<String> command = new ArrayList<>(List.of(STRACE, "-f", "-o", log.toString()));
        command.addAll(List.of("-e", "signal=none", "-e", "trace=" + calls));
        command.addAll(List.of(options));
        command.addAll(List.of("-p", Long.toString(process.pid())));
        Process strace =
            new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        assertThat(strace.errorReader().readLine()).contains("attached");
        process.outputWriter().append('\n').flush();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        strace.waitFor();
        return process.exitValue() != 0;
      } finally {
        process.destroyForcibly();
      }
    }

    List<String> texts(String folder) throws IOException {
      List<String> texts = new ArrayList<>();
      try (Stream<Path> files = Files.list(box.resolve(folder).resolve("cur"))) {
        for (Path file : files.toList()) {
          texts.add(Files.readString(file).lines().toList().getLast());
        }
      }
      texts.sort(null);
      return texts;
    }

    /** What nobody will ever remove; a lock of the dead is taken over by whoever wants it next. */
    List<Path> leftovers() throws IOException {
      try (Stream<Path> files = Files.walk(box)) {
        return files
            .filter(
                file ->
                    file.getParent().endsWith("tmp")
                        || file.getFileName().toString().startsWith("..")
                        || file.getFileName().toString().endsWith(".mtm"))
            .toList();
      }
    }
  }
}
