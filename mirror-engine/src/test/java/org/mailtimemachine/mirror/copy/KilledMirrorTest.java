package org.mailtimemachine.mirror.copy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.smtp.SmtpSink;

/**
 * The mirror is killed (SIGKILL), loses its power or the syncs of its disk at random moments while
 * a mail server that keeps what was not answered sends through it; one of the mirrors cannot be
 * written to for every second while. {@code -Dmtm.test.mails=100000 -Dmtm.test.mirror.kills=200
 * -Dmtm.test.mirror.cuts=100} is the long form.
 */
class KilledMirrorTest {

  private static final int MAILS = Integer.getInteger("mtm.test.mails", 400);
  private static final int KILLS = Integer.getInteger("mtm.test.mirror.kills", 4);
  private static final int CUTS = Integer.getInteger("mtm.test.mirror.cuts", 3);
  private static final int MAILS_OF_CUTS = 40 * CUTS;
  private static final int SESSIONS = 8;

  /** The next hop refuses every seventh. */
  private static final int REFUSED = 7;

  @TempDir private Path directory;

  /** Each message that was answered, by its queue id: the digest of its bytes. */
  private final Map<String, String> ledger = new ConcurrentHashMap<>();

  /** Those that were refused. */
  private final Map<String, String> refused = new ConcurrentHashMap<>();

  private final AtomicInteger repliesLost = new AtomicInteger();

  /** The test has failed: nobody sends any more. */
  private final AtomicBoolean over = new AtomicBoolean();

  /** Of the machine; a process that is killed does not end it. */
  private final AtomicInteger runs = new AtomicInteger();

  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  void whatWasAnsweredIsAtTheNextHopAndOnceInItsMirrors() throws Exception {
    Interruption kill =
        new Interruption() {
          @Override
          public Process begin(SmtpSink hop, int port) throws IOException {
            return start(List.of(), directory, hop, port);
          }

          @Override
          public void end(Process process, SmtpSink hop, int port) throws Exception {
            kill(process);
          }
        };
    interrupted("kills of the mirror", directory, MAILS, KILLS, kill);
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  void theSameWhereThePowerFails() throws Exception {
    LoopDisk.runOrSkip("xfs_io", "-V");
    try (LoopDisk disk = LoopDisk.make(directory.resolve("disk"), 512)) {
      Interruption cut =
          new Interruption() {
            @Override
            public Process begin(SmtpSink hop, int port) throws IOException {
              return start(List.of(), disk.root(), hop, port);
            }

            @Override
            public void end(Process process, SmtpSink hop, int port) throws Exception {
              cut(disk, process);
            }
          };
      interrupted("power loss under the mirror", disk.root(), MAILS_OF_CUTS, CUTS, cut);
    }
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  void theSameWhereSyncsFailForAWhile() throws Exception {
    LoopDisk.runOrSkip("strace", "-V");
    LoopDisk.runOrSkip("xfs_io", "-V");
    try (LoopDisk disk = LoopDisk.make(directory.resolve("disk"), 512)) {
      interrupted(
          "failed syncs of the mirror, and power loss",
          disk.root(),
          MAILS_OF_CUTS,
          CUTS,
          new FailedSyncs(disk));
    }
  }

  /** What could not be synced is lost: whoever had been answered all the same would miss it. */
  private final class FailedSyncs implements Interruption {
    private final LoopDisk disk;
    private int times;

    FailedSyncs(LoopDisk disk) {
      this.disk = disk;
    }

    @Override
    public Process begin(SmtpSink hop, int port) throws IOException {
      return start(List.of(), disk.root(), hop, port);
    }

    @Override
    public void end(Process process, SmtpSink hop, int port) throws Exception {
      kill(process);
      // strace counts each call by itself: of each session that of the journal, that of the
      // directory, or that of the text.
      String call = List.of("fdatasync", "fsync", "fsync").get(times % 3);
      int which = List.of(1, 2, 1).get(times % 3);
      times++;
      Process failing =
          start(
              List.of(
                  "strace",
                  "-f",
                  "-qq",
                  "-o",
                  "/dev/null",
                  "-e",
                  "trace=" + call,
                  "-e",
                  "inject=" + call + ":error=EIO:when=" + which),
              disk.root(),
              hop,
              port);
      int wanted = repliesLost.get() + SESSIONS;
      while (repliesLost.get() < wanted && answered() < MAILS_OF_CUTS) {
        TimeUnit.MILLISECONDS.sleep(1); // bounded by the timeout
      }
      if (times < CUTS) { // in the last one no mail may be left that could fail
        assertThat(repliesLost.get()).isGreaterThanOrEqualTo(wanted);
      }
      cut(disk, failing);
    }
  }

  private void cut(LoopDisk disk, Process process) throws IOException, InterruptedException {
    disk.cutPower();
    kill(process);
    disk.restorePower();
    runs.incrementAndGet();
  }

  /** What comes to a process in the middle of its work. */
  private interface Interruption {
    Process begin(SmtpSink hop, int port) throws IOException;

    void end(Process process, SmtpSink hop, int port) throws Exception;
  }

  private void interrupted(String what, Path root, int mails, int times, Interruption interruption)
      throws Exception {
    long seed = Long.getLong("mtm.test.seed", System.nanoTime());
    System.getLogger("test").log(Level.INFO, "seed {0}", Long.toString(seed));
    Random random = new Random(seed);
    int port = freePort();
    Files.createDirectories(root.resolve("mail"));
    try (SmtpSink hop = SmtpSink.start(id -> number(id) % REFUSED == 3);
        ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
        Closeable _ = () -> over.set(true)) {
      InetSocketAddress mirror = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      AtomicInteger next = new AtomicInteger();
      List<Future<?>> sessions = new ArrayList<>();
      for (int i = 0; i < SESSIONS; i++) {
        sessions.add(senders.submit(() -> send(mirror, next, mails)));
      }
      for (int time = 0; time < times; time++) {
        Process process = interruption.begin(hop, port);
        int until = (int) ((time + random.nextDouble()) * mails / times);
        while (answered() < until) {
          TimeUnit.MILLISECONDS.sleep(1); // bounded by the timeout
        }
        interruption.end(process, hop, port);
        // What is for Bob waits then, and what is for others as well does not.
        if (time % 2 == 0 && time + 1 < times) {
          Files.writeString(inTheWay(), "");
        } else {
          Files.deleteIfExists(inTheWay());
        }
      }
      Process last = start(List.of(), root, hop, port);
      for (Future<?> session : sessions) {
        session.get();
      }
      try (BufferedReader said = last.inputReader()) {
        last.getOutputStream().write('\n');
        last.getOutputStream().flush();
        assertThat(said.readLine()).isEqualTo("delivered");
        last.getOutputStream().close(); // it ends as a process should
        assertThat(last.waitFor()).isZero();
      }

      assertThat(gaps()).as("seed %d", seed).doesNotExist();
      assertThat(leftIn(root.resolve("spool"))).as("seed %d", seed).isEmpty();
      assertThat(answered()).as("seed %d", seed).isEqualTo(mails);
      assertThat(refused).as("seed %d", seed).hasSize((mails + REFUSED - 4) / REFUSED);
      Map<String, List<String>> taken = new HashMap<>();
      for (SmtpSink.Taken each : hop.taken()) {
        taken.computeIfAbsent(each.queueId(), _ -> new ArrayList<>()).add(each.sha256());
      }
      ledger.forEach(
          (id, sha256) ->
              assertThat(taken.get(id))
                  .as("%s, seed %d", id, seed)
                  .isNotNull()
                  .containsOnly(sha256));
      assertThat(taken.keySet()).as("seed %d", seed).isEqualTo(ledger.keySet());
      int twice = hop.taken().size() - ledger.size();
      assertThat(twice).as("seed %d", seed).isBetween(0, repliesLost.get());
      requireMirrored(root, MirrorProcess.MIRROR, 1, seed);
      requireMirrored(root, MirrorProcess.OF_BOB, 2, seed);
      System.getLogger("test")
          .log(
              Level.INFO,
              "RESULT | {0} | {1} mails, {2} times: none lost, {3} twice at the next hop, none"
                  + " twice in a mirror",
              what,
              mails,
              times,
              twice);
    }
  }

  /** What the processes have noted as lost. */
  private Path gaps() {
    return directory.resolve("gaps");
  }

  /** Bob's mirror cannot be written to while it is there. */
  private Path inTheWay() {
    return directory.resolve("in-the-way");
  }

  /** Texts, envelopes and journals, also damaged ones. */
  private static List<Path> leftIn(Path spool) throws IOException {
    try (Stream<Path> files = Files.walk(spool)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(spool.resolve("ledgers")))
          .filter(file -> !file.endsWith("lock") && !file.endsWith("journals"))
          .toList();
    }
  }

  private int answered() {
    return ledger.size() + refused.size();
  }

  private static int number(String id) {
    return Integer.parseInt(id.substring(1));
  }

  /** Exactly what was accepted; after a power cut also some of what was refused. */
  private void requireMirrored(Path root, MailboxAddress mailbox, int every, long seed)
      throws IOException {
    Map<String, Integer> there = mirrored(root, mailbox);
    Map<String, Integer> wanted = sorted(ledger, every);
    if (runs.get() > 0) {
      there.keySet().removeAll(sorted(refused, every).keySet());
    }
    assertThat(there).as("%s, seed %d", mailbox, seed).isEqualTo(wanted);
    Path ledgerOfIt = root.resolve("spool/ledgers/" + mailbox.domain() + "/" + mailbox.localPart());
    List<String> keys = new ArrayList<>();
    Ledger.read(ledgerOfIt, line -> keys.add(line.key()));
    assertThat(keys)
        .as("%s, seed %d", mailbox, seed)
        .doesNotHaveDuplicates()
        .hasSize((int) Ledger.verify(ledgerOfIt).lines())
        .hasSizeGreaterThanOrEqualTo(wanted.values().stream().mapToInt(Integer::intValue).sum());
    if (runs.get() == 0) {
      assertThat(keys).as("%s, seed %d", mailbox, seed).hasSize(there.size());
    }
  }

  private static void kill(Process process) throws InterruptedException {
    // Of a strace what it traces lives on, and keeps its disk from being mounted anew.
    List<ProcessHandle> all = process.descendants().toList();
    all.forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
    all.forEach(each -> each.onExit().join());
  }

  /** One session after the other, as a mail server's queue manager does it. */
  private void send(InetSocketAddress mirror, AtomicInteger next, int mails) {
    for (int number = next.getAndIncrement(); number < mails; number = next.getAndIncrement()) {
      String id = "Q%06d".formatted(number);
      // every second one is also for Bob
      String text =
          "Received: by mx.example.test id %s\r\nSubject: %d\r\n\r\n%s\r\n"
              .formatted(id, number, "text ".repeat(1 + number % 150));
      while (!over.get()) {
        boolean dotted = false;
        try (SmtpSink.Client client = new SmtpSink.Client(mirror)) {
          client.begin(id, number % 2 == 0 ? List.of("carol", "bob") : List.of("carol"));
          dotted = true;
          (client.end(text) ? ledger : refused)
              .put(id, DigestUtils.sha256Hex(text.getBytes(StandardCharsets.ISO_8859_1)));
          break;
        } catch (IOException e) {
          if (dotted) {
            repliesLost.incrementAndGet();
          }
          LockSupport.parkNanos(5_000_000); // nobody may listen now
        }
      }
    }
  }

  /** Digests of what is to be in a mirror of which every such message is a part. */
  private static Map<String, Integer> sorted(Map<String, String> ledger, int every) {
    Map<String, Integer> digests = new TreeMap<>();
    ledger.forEach(
        (id, sha256) -> {
          if (number(id) % every == 0) {
            digests.merge(sha256, 1, Integer::sum);
          }
        });
    return digests;
  }

  private static Map<String, Integer> mirrored(Path root, MailboxAddress mailbox)
      throws IOException {
    Map<String, Integer> digests = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root.resolve("mail").resolve(mailbox.toString()))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        digests.merge(DigestUtils.sha256Hex(Files.readAllBytes(file)), 1, Integer::sum);
      }
    }
    return digests;
  }

  private Process start(List<String> before, Path root, SmtpSink hop, int port) throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            MirrorProcess.class.getName(),
            root.toString(),
            Integer.toString(hop.port()),
            Integer.toString(port),
            Integer.toString(runs.get()),
            gaps().toString(),
            inTheWay().toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.inputReader().readLine();
    return process;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
