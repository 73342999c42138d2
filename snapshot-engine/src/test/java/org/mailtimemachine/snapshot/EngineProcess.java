package org.mailtimemachine.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;

/**
 * The engine in a process of its own that can be killed, or whose system calls can be made to fail.
 * It answers by datagrams: {@code write} may be the call that fails.
 */
final class EngineProcess implements Closeable {

  private static final int PATIENCE_MILLIS = 120_000;

  private final DatagramSocket socket;
  private final Process process;
  private final Writer commands;

  private EngineProcess(DatagramSocket socket, Process process) {
    this.socket = socket;
    this.process = process;
    this.commands = process.outputWriter(UTF_8);
  }

  /** Starts one, and returns when it has loaded its classes and waits. */
  static EngineProcess start() throws IOException {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-XX:ActiveProcessorCount=1", // one worker: its n-th call is the same one each time
                "-Xmx256m",
                "-Duser.timezone=UTC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                EngineProcess.class.getName(),
                Integer.toString(socket.getLocalPort()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    EngineProcess engine = new EngineProcess(socket, process);
    assertThat(engine.answer()).hasValue("ready");
    return engine;
  }

  long pid() {
    return process.pid();
  }

  void beginTake(FaultHost host, SnapshotName name) throws IOException {
    say("take\t" + host.mail() + "\t" + host.storePath() + "\t" + name);
  }

  void beginExpiry(FaultHost host, LocalDate today) throws IOException {
    say("expire\t" + host.storePath() + "\t" + today);
  }

  void beginCopy(FaultHost host, Path to) throws IOException {
    say("copy\t" + host.storePath() + "\t" + to);
  }

  private void say(String command) throws IOException {
    commands.write(command + "\n");
    commands.flush();
  }

  /** What came of the command; empty where the process died. */
  Optional<String> answer() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[60_000], 60_000);
    socket.setSoTimeout(100);
    long start = System.nanoTime();
    while (true) {
      boolean alive = process.isAlive();
      try {
        socket.receive(packet);
        return Optional.of(new String(packet.getData(), 0, packet.getLength(), UTF_8));
      } catch (SocketTimeoutException e) {
        if (!alive) {
          return Optional.empty();
        }
        if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS)) {
          throw new IOException("the engine's process does not answer", e);
        }
      }
    }
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  @Override
  public void close() throws IOException {
    try {
      kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      socket.close();
    }
  }

  /** The process itself. */
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    try (DatagramSocket socket = new DatagramSocket();
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      warmUp();
      String answer = "ready";
      while (true) {
        byte[] bytes = answer.getBytes(UTF_8);
        socket.send(
            new DatagramPacket(bytes, bytes.length, InetAddress.getLoopbackAddress(), port));
        String command = commands.readLine();
        if (command == null) {
          return;
        }
        answer = carryOut(command.split("\t", -1));
      }
    }
  }

  private static StoreCopy.Outcome copy(Path from, Path to) throws IOException {
    try (Store store = Store.open(from)) {
      return StoreCopy.run(store, to, true, false, TakeProgress.NONE);
    }
  }

  private static String carryOut(String[] command) {
    try {
      return switch (command[0]) {
        case "take" -> {
          Run run =
              FaultHost.take(
                  Path.of(command[1]), Path.of(command[2]), new SnapshotName(command[3]));
          yield (run.complete() && run.warnings().isEmpty() ? "done" : "done but")
              + run.failed()
              + run.warnings();
        }
        case "expire" -> {
          Expiry.Outcome outcome =
              FaultHost.expire(Path.of(command[1]), LocalDate.parse(command[2]));
          yield (outcome.problems().isEmpty() ? "done" : "done but") + outcome.problems();
        }
        case "copy" -> {
          List<String> problems = copy(Path.of(command[1]), Path.of(command[2])).problems();
          yield (problems.isEmpty() ? "done" : "done but") + problems;
        }
        default -> throw new IllegalArgumentException(command[0]);
      };
    } catch (IOException e) {
      StringBuilder all = new StringBuilder("failed");
      for (Throwable t = e; t != null; t = t.getCause()) {
        all.append(": ").append(t);
      }
      return all.toString();
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
      return "broken: " + e;
    }
  }

  /**
   * Loads all classes now, so that the calls that fail later are the engine's and not the JVM's.
   */
  private static void warmUp() throws Exception {
    for (Class<?> in : new Class<?>[] {SnapshotEngine.class, DirectoryHandle.class}) {
      Path classes = Path.of(in.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(classes)) {
        try (Stream<Path> files = Files.walk(classes)) {
          for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
            String name = classes.relativize(file).toString().replace('/', '.');
            if (!name.endsWith("-info.class")) {
              Class.forName(name.substring(0, name.length() - ".class".length()));
            }
          }
        }
      }
    }
    Path scratch = Files.createTempDirectory("engine-process");
    try {
      FaultHost host = new FaultHost(scratch);
      host.firstNight();
      host.aDayPasses();
      host.take(FaultHost.SECOND);
      host.expire();
      carryOut(new String[] {"take", "/nowhere", "/nowhere", "2026-01-01"});
    } finally {
      FaultHost.remove(scratch);
    }
  }
}
