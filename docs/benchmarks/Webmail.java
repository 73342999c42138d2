import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The webmail as its users feel it: whole pages, over HTTP, from the real server. Run it as a source
 * file; webmail.sh does.
 *
 * <pre>
 * java Webmail.java make ROOT MESSAGES            one large mailbox and 49 small ones
 * java Webmail.java time URL CREDENTIALS PID      prints what each page took
 * java Webmail.java sessions URL CREDENTIALS PID  prints how many bytes of the server a session is
 * </pre>
 *
 * Times are of the whole page, from the request to its last byte, on the loopback device. The same
 * seed gives the same mail and asks for the same pages.
 */
final class Webmail {

  private static final long SEED = 4;
  private static final int USERS = 50;
  private static final int SMALL_MAILBOX = 500;
  private static final int BODY_SEARCHES = 8;
  private static final int WARM_UP = 400;
  private static final int TIMES = 300;
  private static final Duration BROWSE = Duration.ofSeconds(60);
  private static final int MANY = 10_000;
  private static final int SESSIONS = 2_000;
  private static final long LAST_ARRIVAL = 1_790_000_000L;
  private static final String[] WORDS =
      ("invoice meeting report question holiday contract update order photo notes plan budget review"
              + " perché città über straße naïve garçon delivery ticket draft")
          .split(" ");
  private static final String[] SORTS = {"date", "from", "subject", "size"};
  private static final Pattern FOLDER =
      Pattern.compile("href=\"(mailbox\\.xhtml\\?[^\"]*folder=[0-9a-f-]{36})[^\"]*\"");
  private static final Pattern MESSAGE =
      Pattern.compile("href=\"(mailbox\\.xhtml\\?[^\"]*message=[0-9a-f-]{36}[^\"]*)\"");

  private final Random random = new Random(SEED);
  private final String address;

  private Webmail(String address) {
    this.address = address.endsWith("/") ? address : address + "/";
  }

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "make" -> make(Path.of(arguments[1]), Integer.parseInt(arguments[2]));
      case "time" ->
          new Webmail(arguments[1]).time(Path.of(arguments[2]), Long.parseLong(arguments[3]));
      case "sessions" ->
          new Webmail(arguments[1]).sessions(Path.of(arguments[2]), Long.parseLong(arguments[3]));
      default -> throw new IllegalArgumentException("make, time or sessions: " + arguments[0]);
    }
  }

  // The mail

  private static void make(Path root, int messages) throws IOException {
    Random random = new Random(SEED);
    for (int user = 0; user < USERS; user++) {
      Path box = root.resolve("mailbox.example").resolve("user%02d".formatted(user));
      for (String folder : new String[] {"", ".Sent", ".Archive", ".Trash"}) {
        Files.createDirectories(box.resolve(folder).resolve("cur"));
        Files.createDirectories(box.resolve(folder).resolve("new"));
      }
      int count = user == 0 ? messages : SMALL_MAILBOX;
      for (int i = 0; i < count; i++) {
        String name =
            "%d.M%06dP1.mx1".formatted(LAST_ARRIVAL - 600L * i, random.nextInt(1_000_000));
        String flags = ":2," + (random.nextInt(20) == 0 ? "F" : "") + (random.nextInt(10) == 0 ? "" : "S");
        Files.writeString(box.resolve("cur").resolve(name + flags), message(random, i), UTF_8);
      }
    }
  }

  private static String message(Random random, int number) {
    String sender = "person%03d".formatted(random.nextInt(700));
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.ofEpochSecond(LAST_ARRIVAL - 600L * number).atOffset(ZoneOffset.UTC));
    String subject = words(random, 5) + " " + number;
    String text = words(random, (int) Math.clamp(Math.exp(4.6 + .8 * random.nextGaussian()), 10, 4000));
    String head =
        "From: %s Example <%s@sender.example>\nTo: user@mailbox.example\nDate: %s\nSubject: =?UTF-8?B?%s?=\nMessage-ID: <%d.%d@sender.example>\nMIME-Version: 1.0\n"
            .formatted(
                sender, sender, date, Base64.getEncoder().encodeToString(subject.getBytes(UTF_8)),
                number, random.nextInt(1_000_000));
    String plain = "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n\n" + text + "\n";
    if (number % 3 != 0) {
      return head + plain;
    }
    String html =
        "Content-Type: text/html; charset=UTF-8\nContent-Transfer-Encoding: base64\n\n"
            + Base64.getMimeEncoder().encodeToString(("<p>" + text.replace("\n", "</p><p>") + "</p>").getBytes(UTF_8))
            + "\n";
    return head + "Content-Type: multipart/alternative; boundary=b\n\n--b\n" + plain + "--b\n" + html + "--b--\n";
  }

  private static String words(Random random, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : i % 12 == 0 ? "\n" : " ").append(WORDS[random.nextInt(WORDS.length)]);
    }
    return count <= 12 ? text.toString().replace('\n', ' ') : text.toString();
  }

  // The pages

  private void time(Path credentials, long server) throws Exception {
    List<String> accounts = Files.readAllLines(credentials);
    Visitor visitor = new Visitor();
    visitor.signIn(accounts.getFirst());
    String inbox = visitor.folder();
    for (int i = 0; i < WARM_UP; i++) {
      visitor.get(inbox + "&sort=" + SORTS[i % SORTS.length] + "&page=" + (1 + random.nextInt(1000)));
    }
    List<String> messages = new ArrayList<>();
    for (int page = 1; page <= 1000; page += 100) {
      messages.addAll(messages(visitor.get(inbox + "&page=" + page)));
    }
    for (int i = 0; i < WARM_UP / 2; i++) {
      visitor.get(messages.get(random.nextInt(messages.size())));
      visitor.get(inbox + "&q=" + WORDS[i % WORDS.length]);
    }

    System.out.printf("| %-58s | %6s | %6s | %6s |%n|---|---|---|---|%n", "whole pages, ms", "p50", "p95", "p99");
    row("sign-in and the first page", () -> new Visitor().signIn(accounts.getFirst()), 20);
    for (String sort : SORTS) {
      for (String order : new String[] {"", "&order=asc"}) {
        String list = inbox + "&sort=" + sort + order + "&page=";
        row("a page of 50 of " + sort + (order.isEmpty() ? "" : " ascending") + ", any page",
            () -> visitor.get(list + (1 + random.nextInt(1000))), TIMES);
      }
    }
    row("a page of what is gone since", () -> visitor.get(inbox + "&show=gone"), 50);
    row("a message, opened by its address with the list beside it",
        () -> visitor.get(messages.get(random.nextInt(messages.size()))), TIMES);
    row("a search in subject and sender, a word of every third message",
        () -> visitor.get(inbox + "&q=" + word(WORDS[random.nextInt(WORDS.length)])), 100);
    row("the same, a rare one", () -> visitor.get(inbox + "&q=" + (10_000 + random.nextInt(30_000))), 100);

    // Each another one: what was found is kept for a while.
    String bodies = inbox.replaceFirst(".*[?]", "api/v1/search?") + "&in=body&q=";
    int[] number = {0};
    row("a search through all bodies, a word that none has",
        () -> visitor.get(bodies + "zyx" + number[0]++), BODY_SEARCHES);
    row("the same, a word that many have (it ends at 10,000)",
        () -> visitor.get(bodies + word(WORDS[number[0]++ % WORDS.length])), BODY_SEARCHES);

    row("50 users at once: a page of 50", browse(accounts));
    long before = heap(server);
    for (int i = 0; i < MANY; i++) {
      visitor.get(inbox + "&page=" + (1 + i % 1000));
    }
    long after = heap(server);
    System.out.printf(
        "%nheap in use after a collection: %,d KB, and %,d KB after %,d more pages%n", before, after, MANY);
  }

  // The sessions

  private void sessions(Path credentials, long server) throws Exception {
    List<String> accounts = Files.readAllLines(credentials);
    for (int i = 0; i < SESSIONS / 10; i++) {
      session(accounts.get(i % accounts.size()));
    }
    long before = heap(server);
    for (int i = 0; i < SESSIONS; i++) {
      session(accounts.get(i % accounts.size()));
    }
    long after = heap(server);
    System.out.printf(
        "%,d sessions more, each with a message read and a search: %,d KB more of live objects, %,d bytes a session%n",
        SESSIONS, after - before, 1024 * (after - before) / SESSIONS);
  }

  private void session(String account) throws Exception {
    Visitor visitor = new Visitor();
    try {
      List<String> messages = messages(visitor.signIn(account));
      visitor.get(messages.getFirst());
      visitor.get(visitor.folder() + "&q=plan");
    } finally {
      visitor.browser.close();
    }
  }

  private static String word(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  /** All of them browse for a while, a click every three seconds; each page of a list is timed. */
  private List<Double> browse(List<String> accounts) throws Exception {
    List<Double> all = new ArrayList<>();
    try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Double>>> visits = new ArrayList<>();
      for (int user = 0; user < USERS; user++) {
        String account = accounts.get(user % accounts.size());
        Random choice = new Random(SEED + user);
        visits.add(users.submit(() -> visit(account, choice)));
      }
      for (Future<List<Double>> visit : visits) {
        all.addAll(visit.get());
      }
    }
    return all;
  }

  private List<Double> visit(String account, Random choice) throws Exception {
    List<Double> times = new ArrayList<>();
    Visitor user = new Visitor();
    user.signIn(account);
    String inbox = user.folder();
    long end = System.nanoTime() + BROWSE.toNanos();
    read(choice); // nobody comes at the same moment
    while (System.nanoTime() < end) {
      String list = inbox + "&sort=" + SORTS[choice.nextInt(SORTS.length)] + "&page=" + (1 + choice.nextInt(10));
      long start = System.nanoTime();
      String page = user.get(list);
      times.add((System.nanoTime() - start) / 1e6);
      List<String> messages = messages(page);
      read(choice);
      if (!messages.isEmpty()) {
        user.get(messages.get(choice.nextInt(messages.size())));
      }
      read(choice);
    }
    return times;
  }

  /** Somebody looks at a page: three seconds, give or take two. */
  private static void read(Random choice) throws InterruptedException {
    Thread.sleep(1000 + choice.nextInt(4000));
  }

  private static List<String> messages(String page) {
    Set<String> found = new LinkedHashSet<>();
    Matcher link = MESSAGE.matcher(page);
    while (link.find()) {
      found.add(link.group(1).replace("&amp;", "&"));
    }
    return List.copyOf(found);
  }

  private static void row(String what, Callable<?> page, int times) throws Exception {
    List<Double> took = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      took.add(milliseconds(page));
    }
    row(what, took);
  }

  private static void row(String what, List<Double> took) {
    double[] sorted = took.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    System.out.printf(
        Locale.ROOT, "| %-58s | %6.1f | %6.1f | %6.1f |%n", what,
        sorted[sorted.length / 2], sorted[sorted.length * 95 / 100], sorted[sorted.length * 99 / 100]);
  }

  private static double milliseconds(Callable<?> page) throws Exception {
    long start = System.nanoTime();
    page.call();
    return (System.nanoTime() - start) / 1e6;
  }

  /** Kilobytes of live objects, counted by the server's own JVM. */
  private static long heap(long server) throws IOException, InterruptedException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    new ProcessBuilder(jcmd, Long.toString(server), "GC.run").start().waitFor();
    Process histogram = new ProcessBuilder(jcmd, Long.toString(server), "GC.class_histogram").start();
    String last = "";
    try (var lines = histogram.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line.startsWith("Total") ? line : last;
      }
    }
    String[] total = last.trim().split("\\s+");
    return Long.parseLong(total[2]) / 1024;
  }

  /** Somebody with a browser of their own. */
  private final class Visitor {

    private final HttpClient browser =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .cookieHandler(new CookieManager())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    private String first = "";

    /** Signs in with a line of the credentials, and loads the first page. */
    String signIn(String account) throws Exception {
      String[] words = account.split(" ");
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(address + "signin"))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .header("Sec-Fetch-Site", "same-origin")
              .POST(HttpRequest.BodyPublishers.ofString(
                      "address=" + word(words[0]) + "&password=" + word(words[1])))
              .build();
      var answer = browser.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200 || !answer.body().contains("message=")) {
        throw new IllegalStateException(words[0] + " is not shown a list: " + answer.statusCode());
      }
      first = answer.body();
      return first;
    }

    /** The address of the first Folder, which is INBOX. */
    String folder() {
      Matcher link = FOLDER.matcher(first);
      if (!link.find()) {
        throw new IllegalStateException("no folder on the first page");
      }
      return link.group(1).replace("&amp;", "&");
    }

    String get(String page) throws Exception {
      var answer = browser.send(HttpRequest.newBuilder(URI.create(address + page)).build(), BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(page + " answers " + answer.statusCode());
      }
      return answer.body();
    }
  }
}
