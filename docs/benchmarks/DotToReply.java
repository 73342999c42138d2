import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How long a mail server takes from the dot to its 250, or a disk for a file: p50 and p99 in
 * milliseconds, and how many a second. {@code java DotToReply.java smtp PORT SESSIONS MESSAGES
 * BYTES} or {@code java DotToReply.java disk DIRECTORY SESSIONS FILES BYTES}.
 */
final class DotToReply {

  private interface Session {
    /** One message; its nanoseconds. */
    long one(int number) throws IOException;
  }

  private interface Opener {
    Session open(int session) throws IOException;
  }

  public static void main(String[] arguments) throws Exception {
    int sessions = Integer.parseInt(arguments[2]);
    int messages = Integer.parseInt(arguments[3]);
    byte[] text = text(Integer.parseInt(arguments[4]));
    Opener opener =
        arguments[0].equals("smtp")
            ? session -> smtp(Integer.parseInt(arguments[1]), session, text)
            : session -> disk(Path.of(arguments[1]), session, text);
    run(opener, sessions, messages / 5); // Java and the other side become warm
    long start = System.nanoTime();
    List<Long> times = run(opener, sessions, messages);
    double seconds = (System.nanoTime() - start) / 1e9;
    Collections.sort(times);
    System.out.printf(
        "%.2f %.2f %.0f%n",
        times.get(times.size() / 2) / 1e6,
        times.get(times.size() * 99 / 100) / 1e6,
        times.size() / seconds);
  }

  private static List<Long> run(Opener opener, int sessions, int messages) throws Exception {
    List<Long> times = Collections.synchronizedList(new ArrayList<>());
    try (ExecutorService threads = Executors.newFixedThreadPool(sessions)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < sessions; i++) {
        int number = i;
        all.add(
            threads.submit(
                () -> {
                  Session session = opener.open(number);
                  for (int message = 0; message < messages / sessions; message++) {
                    times.add(session.one(message));
                  }
                  return null;
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    return times;
  }

  private static Session smtp(int port, int session, byte[] text) throws IOException {
    Socket socket = new Socket("127.0.0.1", port);
    socket.setTcpNoDelay(true);
    BufferedReader replies =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    expect(replies, "220");
    say(socket, "EHLO bench.example.test\r\n", replies, "250");
    return number -> {
      say(socket, "MAIL FROM:<a@example.test>\r\n", replies, "250");
      say(socket, "RCPT TO:<b@example.test>\r\n", replies, "250");
      say(socket, "DATA\r\n", replies, "354");
      socket
          .getOutputStream()
          .write(
              ("Message-ID: <" + System.nanoTime() + "." + session + "@bench.example.test>\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(text);
      long start = System.nanoTime();
      say(socket, ".\r\n", replies, "250");
      return System.nanoTime() - start;
    };
  }

  /** What a mail server's queue costs at least: a file and its name. */
  private static Session disk(Path directory, int session, byte[] text) throws IOException {
    FileChannel names = FileChannel.open(directory);
    return number -> {
      Path file = directory.resolve(session + "." + System.nanoTime());
      long start = System.nanoTime();
      try (FileChannel out =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        out.write(ByteBuffer.wrap(text));
        out.force(true);
      }
      names.force(true);
      long time = System.nanoTime() - start;
      Files.delete(file);
      return time;
    };
  }

  private static byte[] text(int bytes) {
    return ("text ".repeat(15) + "\r\n")
        .repeat(bytes / 77)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static void say(Socket socket, String line, BufferedReader replies, String code)
      throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(line.getBytes(StandardCharsets.US_ASCII));
    expect(replies, code);
  }

  private static void expect(BufferedReader replies, String code) throws IOException {
    String reply;
    do {
      reply = replies.readLine();
      if (reply == null || !reply.startsWith(code)) {
        throw new IOException("it says " + reply + " in place of " + code);
      }
    } while (reply.startsWith(code + "-"));
  }
}
