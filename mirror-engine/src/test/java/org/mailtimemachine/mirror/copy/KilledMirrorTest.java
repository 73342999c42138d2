package org.mailtimemachine.mirror.copy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.smtp.SmtpSink;

/**
 * The mirror is killed (SIGKILL) at random moments while a mail server that keeps what was not
 * answered sends through it. {@code -Dmtm.test.mails=100000 -Dmtm.test.mirror.kills=200} is the
 * long form.
 */
class KilledMirrorTest {

  private static final int MAILS = Integer.getInteger("mtm.test.mails", 400);
  private static final int KILLS = Integer.getInteger("mtm.test.mirror.kills", 4);
  private static final int SESSIONS = 8;

  @TempDir private Path directory;

  /** Each message that was answered, by its queue id: the digest of its bytes. */
  private final Map<String, String> ledger = new ConcurrentHashMap<>();

  private final AtomicInteger repliesLost = new AtomicInteger();

  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  void whatWasAnsweredIsAtTheNextHopAndOnceInItsMirrors() throws Exception {
    long seed = Long.getLong("mtm.test.seed", System.nanoTime());
    System.getLogger("test").log(Level.INFO, "seed {0}", Long.toString(seed));
    Random random = new Random(seed);
    int port = freePort();
    Files.createDirectories(directory.resolve("mail"));
    try (SmtpSink hop = SmtpSink.start();
        ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
      InetSocketAddress mirror = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      AtomicInteger next = new AtomicInteger();
      List<Future<?>> sessions = new ArrayList<>();
      for (int i = 0; i < SESSIONS; i++) {
        sessions.add(senders.submit(() -> send(mirror, next)));
      }
      for (int kill = 0; kill < KILLS; kill++) {
        Process process = start(hop, port);
        int until = (int) ((kill + random.nextDouble()) * MAILS / KILLS);
        while (ledger.size() < until) {
          TimeUnit.MILLISECONDS.sleep(1); // bounded by the timeout
        }
        process.destroyForcibly().waitFor();
      }
      Process last = start(hop, port);
      for (Future<?> session : sessions) {
        session.get();
      }
      try (BufferedReader said = last.inputReader()) {
        last.getOutputStream().write('\n');
        last.getOutputStream().flush();
        assertThat(said.readLine()).isEqualTo("delivered");
      }
      last.destroy();
      last.waitFor();

      assertThat(ledger).as("seed %d", seed).hasSize(MAILS);
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
      int twice = hop.taken().size() - MAILS;
      assertThat(twice).as("seed %d", seed).isBetween(0, repliesLost.get());
      assertThat(mirrored(MirrorProcess.MIRROR)).as("seed %d", seed).isEqualTo(sorted(ledger, 1));
      assertThat(mirrored(MirrorProcess.OF_BOB)).as("seed %d", seed).isEqualTo(sorted(ledger, 2));
      for (MailboxAddress each : List.of(MirrorProcess.MIRROR, MirrorProcess.OF_BOB)) {
        assertThat(
                Ledger.verify(
                        directory.resolve(
                            "spool/ledgers/" + each.domain() + "/" + each.localPart()))
                    .lines())
            .isPositive();
      }
      System.getLogger("test")
          .log(
              Level.INFO,
              "RESULT | kills of the mirror | {0} mails, {1} kills: none lost, {2} twice at the"
                  + " next hop, none twice in a mirror",
              MAILS,
              KILLS,
              twice);
    }
  }

  /** One session after the other, as a mail server's queue manager does it. */
  private void send(InetSocketAddress mirror, AtomicInteger next) {
    for (int number = next.getAndIncrement(); number < MAILS; number = next.getAndIncrement()) {
      String id = "Q%06d".formatted(number);
      // every second one is also for Bob
      String text =
          "Received: by mx.example.test id %s\r\nSubject: %d\r\n\r\n%s\r\n"
              .formatted(id, number, "text ".repeat(1 + number % 150));
      while (true) {
        boolean dotted = false;
        try (SmtpSink.Client client = new SmtpSink.Client(mirror)) {
          client.begin(id, number % 2 == 0 ? List.of("carol", "bob") : List.of("carol"));
          dotted = true;
          client.end(text);
          ledger.put(id, DigestUtils.sha256Hex(text.getBytes(StandardCharsets.ISO_8859_1)));
          break;
        } catch (IOException e) {
          if (dotted) {
            repliesLost.incrementAndGet();
          }
        }
      }
    }
  }

  /** Digests of what is to be in a mirror of which every such message is a part. */
  private static Map<String, Integer> sorted(Map<String, String> ledger, int every) {
    Map<String, Integer> digests = new TreeMap<>();
    ledger.forEach(
        (id, sha256) -> {
          if (Integer.parseInt(id.substring(1)) % every == 0) {
            digests.merge(sha256, 1, Integer::sum);
          }
        });
    return digests;
  }

  private Map<String, Integer> mirrored(MailboxAddress mailbox) throws IOException {
    Map<String, Integer> digests = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory.resolve("mail").resolve(mailbox.toString()))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        digests.merge(DigestUtils.sha256Hex(Files.readAllBytes(file)), 1, Integer::sum);
      }
    }
    return digests;
  }

  private Process start(SmtpSink hop, int port) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                MirrorProcess.class.getName(),
                directory.toString(),
                Integer.toString(hop.port()),
                Integer.toString(port))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.inputReader().readLine();
    return process;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
