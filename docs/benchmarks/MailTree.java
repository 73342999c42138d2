import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Makes a tree of Maildir++ mailboxes, and lets days pass in it. Run it as a source file:
 *
 * <pre>
 * java MailTree.java make ROOT MAILBOXES MESSAGES SEED
 * java MailTree.java more ROOT MESSAGES SEED
 * java MailTree.java day  ROOT SEED
 * </pre>
 *
 * Mailboxes have log-normal sizes, 8 Folders each. In a day 30 % of the mailboxes are active: 2 % of
 * their INBOX is delivered, flagged, moved to Trash or expunged. {@code more} puts
 * messages where no day changes anything. The same seed gives the same tree.
 */
final class MailTree {

  private static final String[] FOLDERS = {
    "", ".Sent", ".Archive", ".Trash", ".Archive.2025", ".Lists", ".Drafts", ".Junk"
  };
  private static final double[] SHARES = {.55, .15, .15, .05, .05, .03, .01, .01};
  private static final String WORDS =
      "invoice meeting report question holiday contract update order photo notes plan budget review";
  private static final long EPOCH = 1_780_000_000L;

  private final Random random;
  private int sequence;

  private MailTree(long seed) {
    this.random = new Random(seed);
  }

  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "make" ->
          new MailTree(Long.parseLong(arguments[4]))
              .make(root, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
      case "more" ->
          new MailTree(Long.parseLong(arguments[3])).more(root, Integer.parseInt(arguments[2]));
      case "day" -> new MailTree(Long.parseLong(arguments[2])).day(root);
      default -> throw new IllegalArgumentException("make, more or day: " + arguments[0]);
    }
  }

  private void make(Path root, int mailboxes, int messages) throws IOException {
    double[] weights = random.doubles(mailboxes).map(d -> Math.exp(1.2 * random.nextGaussian())).toArray();
    double total = Arrays.stream(weights).sum();
    for (int m = 0; m < mailboxes; m++) {
      Path box = root.resolve("d" + m % Math.max(1, mailboxes / 20) + ".example").resolve("user" + m);
      for (int f = 0; f < FOLDERS.length; f++) {
        Path folder = box.resolve(FOLDERS[f]);
        for (String part : new String[] {"cur", "new", "tmp"}) {
          Files.createDirectories(folder.resolve(part));
        }
        long count = Math.round(messages * weights[m] / total * SHARES[f]);
        for (long i = 0; i < count; i++) {
          deliver(folder.resolve("cur"), ":2," + (random.nextInt(10) == 0 ? "" : "S"));
        }
      }
      Files.writeString(box.resolve("subscriptions"), "V\t2\n\nSent\nArchive\nTrash\n");
    }
  }

  private void more(Path root, int messages) throws IOException {
    List<Path> boxes = new ArrayList<>();
    for (Path domain : sorted(root)) {
      boxes.addAll(sorted(domain));
    }
    for (int i = 0; i < messages; i++) {
      deliver(boxes.get(i % boxes.size()).resolve(".Archive/cur"), ":2,S");
    }
  }

  private void day(Path root) throws IOException {
    for (Path domain : sorted(root)) {
      for (Path box : sorted(domain)) {
        if (random.nextDouble() < .3) {
          live(box);
        }
      }
    }
  }

  private void live(Path box) throws IOException {
    Path cur = box.resolve("cur");
    List<Path> names = new ArrayList<>(sorted(cur));
    int n = (int) Math.max(1, Math.round(names.size() * .02 / 4));
    for (int i = 0; i < 3 * n && !names.isEmpty(); i++) {
      Path message = names.remove(random.nextInt(names.size()));
      String name = message.getFileName().toString();
      switch (i % 3) {
        case 0 -> {
          String base = name.substring(0, name.indexOf(":2,") + 3);
          Files.move(message, cur.resolve(base + (name.contains("F") ? "S" : "FS")));
        }
        case 1 -> Files.move(message, box.resolve(".Trash/cur").resolve(name));
        default -> Files.delete(message);
      }
    }
    for (int i = 0; i < n; i++) {
      deliver(box.resolve("new"), "");
    }
  }

  private void deliver(Path directory, String info) throws IOException {
    String[] words = WORDS.split(" ");
    StringBuilder text = new StringBuilder("From: a@mail.example\nSubject: ");
    text.append(words[random.nextInt(words.length)]).append(' ').append(++sequence).append("\n\n");
    double size = Math.max(200, Math.exp(Math.log(1500) + .6 * random.nextGaussian()));
    while (text.length() < size) {
      text.append(words[random.nextInt(words.length)]).append(text.length() % 9 == 0 ? '\n' : ' ');
    }
    byte[] bytes = text.append('\n').toString().getBytes(UTF_8);
    String name =
        "%d.M%06dP%dQ%d.mx1,S=%d".formatted(
            EPOCH - random.nextInt(94_608_000), random.nextInt(1_000_000), random.nextInt(99_999), sequence, bytes.length);
    Files.write(directory.resolve(name + info), bytes);
  }

  private static List<Path> sorted(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    }
  }
}
