package org.mailtimemachine.restore.imap;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An IMAP server for one user, in memory, as far as restores ask it: it can do what is asked, and
 * may have {@link Whim whims}. Strings are a byte a char.
 */
final class PretendImap implements AutoCloseable {

  /** Says what becomes of a command. */
  interface Whim {

    /** It is done, and answered. */
    String DO = "do";

    /** The connection breaks before it is done. */
    String CUT = "cut";

    /** It is done, and nobody is told. */
    String DO_AND_CUT = "do and cut";

    /**
     * Says it of one.
     *
     * @param command without its tag
     * @param literal what it ends in; empty where it has none
     * @return one of these, or what it is answered instead, such as {@code NO not today}
     */
    String about(String command, String literal);
  }

  /** A message. */
  record Held(long uid, String text, Set<String> flags, String date) {}

  /** A mailbox. */
  static final class Mailbox {
    private final long validity;
    private final NavigableMap<Long, Held> messages = new TreeMap<>();
    private long next = 100;

    private Mailbox(long validity) {
      this.validity = validity;
    }

    private Held held(long uid) {
      return Objects.requireNonNull(messages.get(uid));
    }

    private Held add(String text, Set<String> flags, String date) {
      Held held = new Held(next, text, flags, date);
      messages.put(next++, held);
      return held;
    }
  }

  /** Before what is said last, until the tag is known. */
  private static final String TAG = "TAG ";

  private static final Pattern QUOTED = Pattern.compile("\"([^\"]*)\"");
  private static final Pattern LITERAL = Pattern.compile(".*\\{(\\d+)\\+?}$", Pattern.DOTALL);
  private static final Pattern FETCH = Pattern.compile("UID FETCH (\\S+) \\((.*)\\)");
  private static final Pattern PIECE = Pattern.compile("BODY\\.PEEK\\[]<(\\d+)\\.(\\d+)>");
  private static final Pattern STORE =
      Pattern.compile("UID STORE (\\S+)(?: \\([^)]*\\))? \\+FLAGS\\.SILENT \\((.*)\\)");

  private final ServerSocket listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  private final Map<String, Mailbox> mailboxes = new LinkedHashMap<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<Thread> serving = new CopyOnWriteArrayList<>();
  private volatile Whim whim = (command, literal) -> Whim.DO;
  private volatile String namespaces = "((\"\" \".\")) NIL NIL";
  private volatile String uidplus = "UIDPLUS ";
  private volatile int wrongSizes;
  private long validity = 1_000;

  PretendImap() throws IOException {
    make("INBOX");
    Thread.startVirtualThread(this::listen);
  }

  int port() {
    return listening.getLocalPort();
  }

  synchronized Mailbox make(String name) {
    return mailboxes.computeIfAbsent(name, _ -> new Mailbox(++validity));
  }

  synchronized void forget(String name) {
    mailboxes.remove(name);
  }

  /** Its messages keep their numbers. */
  synchronized void rename(String name, String other) {
    mailboxes.put(other, at(name));
    mailboxes.remove(name);
  }

  /** Somebody else adds a message. */
  synchronized long deliver(String mailbox, String text, String date, String... flags) {
    return make(mailbox).add(text, new TreeSet<>(Arrays.asList(flags)), date).uid();
  }

  synchronized void expunge(String mailbox, long uid) {
    make(mailbox).messages.remove(uid);
  }

  synchronized List<String> texts(String mailbox) {
    return mailboxes.containsKey(mailbox)
        ? at(mailbox).messages.values().stream().map(Held::text).sorted().toList()
        : List.of();
  }

  private Mailbox at(String name) {
    return Objects.requireNonNull(mailboxes.get(name), name);
  }

  synchronized boolean has(String mailbox) {
    return mailboxes.containsKey(mailbox);
  }

  /** Waits until all who have gone are gone here too: then nothing more is heard of them. */
  void awaitSilence() throws InterruptedException {
    for (Thread each : serving) {
      each.join();
    }
  }

  List<String> heard() {
    return heard;
  }

  void whim(Whim other) {
    whim = other;
  }

  /** From now on it cannot remove single messages. */
  void withoutUidplus() {
    uidplus = "";
  }

  void namespaces(String other) {
    namespaces = other;
  }

  /** From now on it says of each message that it has so many bytes more. */
  void wrongSizes(int by) {
    wrongSizes = by;
  }

  private void listen() {
    try {
      while (true) {
        Socket client = listening.accept();
        serving.add(Thread.startVirtualThread(() -> serve(client)));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (Socket client = socket) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      OutputStream out = client.getOutputStream();
      say(out, "* OK ready\r\n");
      String[] selected = {""};
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        String tag = line.substring(0, line.indexOf(' '));
        String command = line.substring(tag.length() + 1);
        heard.add(command);
        Matcher literal = LITERAL.matcher(command);
        String text = "";
        if (literal.matches()) {
          text =
              new String(
                  in.readNBytes(Integer.parseInt(literal.group(1))), StandardCharsets.ISO_8859_1);
          if (in.read() != '\r' || in.read() != '\n') {
            return; // without its end it is no command
          }
        }
        String become = whim.about(command, text);
        if (become.equals(Whim.CUT)) {
          return;
        }
        String answer =
            become.startsWith(Whim.DO)
                ? answer(command, text, selected, in, out)
                : TAG + become + "\r\n";
        if (become.equals(Whim.DO_AND_CUT)) {
          return;
        }
        int last = answer.lastIndexOf(TAG);
        say(out, answer.substring(0, last) + tag + " " + answer.substring(last + TAG.length()));
        if (command.equals("LOGOUT")) {
          return;
        }
      }
    } catch (IOException e) {
      // the client has gone
    }
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  /** Without its end; empty at the end of all. */
  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private String answer(
      String command, String literal, String[] selected, InputStream in, OutputStream out)
      throws IOException {
    if (command.startsWith("AUTHENTICATE")) {
      say(out, "+ \r\n");
      line(in);
      return TAG + "OK in\r\n";
    }
    return done(command, literal, selected);
  }

  private synchronized String done(String command, String literal, String[] selected) {
    List<String> quoted = QUOTED.matcher(command).results().map(found -> found.group(1)).toList();
    String verb = command.replaceFirst("^UID ", "").split(" ", 2)[0];
    return switch (verb) {
      case "CAPABILITY" ->
          "* CAPABILITY IMAP4rev1 AUTH=PLAIN LITERAL+ "
              + uidplus
              + "NAMESPACE QUOTA\r\n"
              + TAG
              + "OK\r\n";
      case "NAMESPACE" -> "* NAMESPACE " + namespaces + "\r\n" + TAG + "OK\r\n";
      case "GETQUOTAROOT" -> "* QUOTA \"\" (STORAGE 1 1000000)\r\n" + TAG + "OK\r\n";
      case "LIST" -> list(quoted.getLast());
      case "STATUS" -> status(quoted.getFirst());
      case "SELECT", "EXAMINE" -> select(quoted.getFirst(), verb, selected);
      case "CREATE" -> {
        make(quoted.getFirst());
        yield TAG + "OK\r\n";
      }
      case "DELETE" -> {
        mailboxes.remove(quoted.getFirst());
        yield TAG + "OK\r\n";
      }
      case "APPEND" -> append(command, quoted, literal);
      case "FETCH" -> fetch(command, at(selected[0]));
      case "STORE" -> store(command, at(selected[0]));
      case "EXPUNGE" -> {
        Mailbox mailbox = at(selected[0]);
        for (long uid : uids(command.split(" ", -1)[2], mailbox)) {
          if (mailbox.held(uid).flags().contains("\\Deleted")) {
            mailbox.messages.remove(uid);
          }
        }
        yield TAG + "OK\r\n";
      }
      default -> TAG + "OK\r\n";
    };
  }

  private String list(String pattern) {
    StringBuilder answer = new StringBuilder();
    for (String name : mailboxes.keySet()) {
      if (pattern.endsWith("*")
          ? name.startsWith(pattern.substring(0, pattern.length() - 1))
          : name.equals(pattern)) {
        answer.append("* LIST () \".\" \"").append(name).append("\"\r\n");
      }
    }
    return answer + TAG + "OK\r\n";
  }

  private String status(String name) {
    Mailbox mailbox = mailboxes.get(name);
    return mailbox == null
        ? TAG + "NO [NONEXISTENT] none\r\n"
        : "* STATUS \"%s\" (UIDVALIDITY %d UIDNEXT %d MESSAGES %d)\r\n"
                .formatted(name, mailbox.validity, mailbox.next, mailbox.messages.size())
            + TAG
            + "OK\r\n";
  }

  private String select(String name, String verb, String[] selected) {
    Mailbox mailbox = mailboxes.get(name);
    if (mailbox == null) {
      return TAG + "NO [NONEXISTENT] none\r\n";
    }
    selected[0] = name;
    String keeps = verb.equals("SELECT") ? "\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*" : "";
    return "* %d EXISTS\r\n* OK [UIDVALIDITY %d] ok\r\n* OK [UIDNEXT %d] ok\r\n"
            .formatted(mailbox.messages.size(), mailbox.validity, mailbox.next)
        + "* OK [PERMANENTFLAGS (%s)] ok\r\n".formatted(keeps)
        + TAG
        + "OK\r\n";
  }

  private String append(String command, List<String> quoted, String literal) {
    Mailbox mailbox = mailboxes.get(quoted.getFirst());
    if (mailbox == null) {
      return TAG + "NO [TRYCREATE] none\r\n";
    }
    String flags = command.substring(command.indexOf('(') + 1, command.indexOf(')'));
    Set<String> set = new TreeSet<>(Arrays.asList(flags.split(" ", -1)));
    set.remove("");
    Held held = mailbox.add(literal, set, quoted.get(1));
    return (TAG + "OK [APPENDUID %d %d] done\r\n").formatted(mailbox.validity, held.uid());
  }

  private String fetch(String command, Mailbox mailbox) {
    Matcher asked = FETCH.matcher(command);
    if (!asked.matches()) {
      return TAG + "BAD what?\r\n";
    }
    StringBuilder answer = new StringBuilder();
    for (long uid : uids(asked.group(1), mailbox)) {
      Held held = mailbox.held(uid);
      StringBuilder items = new StringBuilder("UID " + uid);
      String wanted = asked.group(2);
      if (wanted.contains("RFC822.SIZE")) {
        items.append(" RFC822.SIZE ").append(held.text().length() + wrongSizes);
      }
      if (wanted.contains("INTERNALDATE")) {
        items.append(" INTERNALDATE \"").append(held.date()).append('"');
      }
      if (wanted.contains("FLAGS")) {
        items.append(" FLAGS (").append(String.join(" ", held.flags())).append(')');
      }
      if (wanted.contains("HEADER.FIELDS")) {
        String fields = messageIds(held.text());
        boolean all = !wanted.contains("<0.4096>");
        items
            .append(" BODY[HEADER.FIELDS (MESSAGE-ID)]")
            .append(all ? "" : "<0>")
            .append(literal(all ? fields : fields.substring(0, Math.min(4096, fields.length()))));
      }
      Matcher piece = PIECE.matcher(wanted);
      if (piece.find()) {
        int at = Math.min(Integer.parseInt(piece.group(1)), held.text().length());
        int end = Math.min(at + Integer.parseInt(piece.group(2)), held.text().length());
        items.append(" BODY[]<").append(piece.group(1)).append('>');
        items.append(literal(held.text().substring(at, end)));
      }
      answer.append("* 1 FETCH (").append(items).append(")\r\n");
    }
    return answer + TAG + "OK\r\n";
  }

  private static String literal(String text) {
    return " {" + text.length() + "}\r\n" + text;
  }

  /** As a server reads a header: a line that begins with a blank goes on with the one before. */
  private static String messageIds(String text) {
    StringBuilder fields = new StringBuilder();
    boolean wanted = false;
    for (String line : text.substring(0, text.indexOf("\r\n\r\n") + 2).split("(?<=\r\n)", -1)) {
      boolean continued = line.startsWith(" ") || line.startsWith("\t");
      wanted = continued ? wanted : line.regionMatches(true, 0, "Message-ID:", 0, 11);
      fields.append(wanted ? line : "");
    }
    return fields + "\r\n";
  }

  private String store(String command, Mailbox mailbox) {
    Matcher asked = STORE.matcher(command);
    if (!asked.matches()) {
      return TAG + "BAD what?\r\n";
    }
    for (long uid : uids(asked.group(1), mailbox)) {
      mailbox.held(uid).flags().add(asked.group(2));
    }
    return TAG + "OK\r\n";
  }

  /** Of a set those that are there; {@code n:*} always names the last one. */
  private static List<Long> uids(String set, Mailbox mailbox) {
    List<Long> uids = new ArrayList<>();
    for (String range : set.split(",", -1)) {
      String[] ends = range.split(":", -1);
      long last = mailbox.messages.isEmpty() ? 0 : mailbox.messages.lastKey();
      long one = Long.parseLong(ends[0]);
      String end = ends[ends.length - 1];
      long other = end.equals("*") ? last : Long.parseLong(end);
      uids.addAll(
          mailbox.messages.subMap(Math.min(one, other), true, Math.max(one, other), true).keySet());
    }
    return uids;
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
