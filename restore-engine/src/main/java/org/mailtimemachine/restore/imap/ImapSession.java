package org.mailtimemachine.restore.imap;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.mailtimemachine.restore.Hindrance;
import org.mailtimemachine.restore.RestoreException;

/** What restores say to the IMAP server of one signed-in user. Not safe for several threads. */
final class ImapSession implements Closeable {

  /** Of a message's text, as much as is asked for at once. */
  private static final int CHUNK = 256 * 1024;

  /** What a flag takes besides its characters. */
  private static final int FLAG = 32;

  /** Messages of one Folder: as many as of a Maildir. */
  private static final int MOST_MESSAGES = 2_000_000;

  /** Characters of Message-IDs and flags that one look at a Folder remembers. */
  private static final long MOST_REMEMBERED = 128 << 20;

  /** UIDs of one command: a line has its limits (Dovecot: 64 kB). */
  private static final int UIDS = 1_000;

  private static final DateTimeFormatter DATE =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .appendPattern("d-MMM-uuuu HH:mm:ss xx")
          .toFormatter(Locale.ENGLISH);

  private static final DateTimeFormatter APPENDED =
      DateTimeFormatter.ofPattern("dd-MMM-uuuu HH:mm:ss xx", Locale.ENGLISH);

  /** Of a server that does not say what it keeps (RFC 3501, 7.1). */
  private static final String ALL_FLAGS = "\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*";

  private static final Instant LAST = Instant.parse("9999-12-30T00:00:00Z");

  private final ImapConnection connection;
  private String selected = "";
  private Selected state = Selected.NOTHING;

  ImapSession(ImapConnection connection) {
    this.connection = connection;
  }

  /**
   * A mailbox that was opened.
   *
   * @param modified HIGHESTMODSEQ (RFC 7162); 0 where the server has none
   * @param keeps the flags that it keeps, in small letters; {@code \*} among them for all keywords
   * @param writable whether it was opened to change something
   */
  record Selected(
      long uidValidity, long uidNext, long modified, Set<String> keeps, boolean writable) {

    static final Selected NOTHING = new Selected(0, 0, 0, Set.of(), false);

    /** Whether a flag or keyword stays. */
    boolean keeps(String flag) {
      return keeps.contains(flag.toLowerCase(Locale.ROOT))
          || (!flag.startsWith("\\") && keeps.contains("\\*"));
    }
  }

  /** What is known of a message; what was not asked for is 0 or empty. */
  record Fetched(long uid, long size, long received, String messageId, Set<String> flags) {}

  /**
   * Where the user's own mailboxes are.
   *
   * @param own prefix and separator of the first personal namespace
   * @param others prefixes of all others, which may lie within it
   */
  record Namespaces(Entry own, List<String> others) {

    /** Whether a mailbox is the user's own, and no view of it, shared, or another user's. */
    boolean isOwn(String mailbox) {
      return mailbox.equalsIgnoreCase("INBOX")
          || others.stream()
              .filter(other -> other.length() > own.mailbox().length())
              .noneMatch(
                  other ->
                      mailbox.startsWith(other)
                          || (mailbox.length() == other.length() - 1 && other.startsWith(mailbox)));
    }
  }

  /** A mailbox as the server lists it. */
  record Entry(String mailbox, String separator, Set<String> attributes) {}

  boolean can(String capability) {
    return connection.can(capability);
  }

  long limit(String capability) {
    return connection.limit(capability);
  }

  /** A string as an argument. */
  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** Opens a mailbox. */
  Selected select(String mailbox, boolean writable) throws IOException {
    if (mailbox.equals(selected) && (state.writable() || !writable)) {
      return state;
    }
    return selectAnew(mailbox, writable);
  }

  /** The same, to see what it is now. */
  Selected selectAnew(String mailbox, boolean writable) throws IOException {
    selected = "";
    ImapConnection.Answer answer =
        connection.require(
            (writable ? "SELECT " : "EXAMINE ")
                + quoted(mailbox)
                + (can("CONDSTORE") ? " (CONDSTORE)" : ""));
    String keeps = answer.has("PERMANENTFLAGS") ? answer.coded("PERMANENTFLAGS") : ALL_FLAGS;
    state =
        new Selected(
            number(answer.coded("UIDVALIDITY")),
            number(answer.coded("UIDNEXT")),
            number(answer.coded("HIGHESTMODSEQ")),
            Set.of(keeps.replaceAll("[()]", "").toLowerCase(Locale.ROOT).split(" +", -1)),
            writable);
    selected = mailbox;
    return state;
  }

  private static long number(String text) throws ImapSyntaxException {
    return text.isEmpty() ? 0 : ImapConnection.number(text);
  }

  /** UIDVALIDITY, UIDNEXT and the number of messages of a mailbox; empty where there is none. */
  Optional<Map<String, Long>> status(String mailbox) throws IOException {
    try {
      ImapConnection.Answer answer =
          connection.require("STATUS " + quoted(mailbox) + " (UIDVALIDITY UIDNEXT MESSAGES)");
      Map<String, Long> status = new HashMap<>();
      for (ImapConnection.Untagged each : answer.named("STATUS")) {
        if (!each.values().isEmpty() && each.values().getLast() instanceof List<?> list) {
          for (int i = 0; i + 1 < list.size(); i += 2) {
            status.put(
                String.valueOf(list.get(i)).toUpperCase(Locale.ROOT),
                ImapConnection.number(list.get(i + 1)));
          }
        }
      }
      if (!status.keySet().containsAll(Set.of("UIDVALIDITY", "UIDNEXT", "MESSAGES"))) {
        throw new ImapSyntaxException("no answer to STATUS of " + mailbox);
      }
      return Optional.of(status);
    } catch (ImapRefusal e) {
      if (list("", mailbox).stream().noneMatch(each -> each.mailbox().equals(mailbox))) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Mailboxes that match, with their special use where the server tells it. */
  List<Entry> list(String reference, String pattern) throws IOException {
    String uses = can("SPECIAL-USE") && can("LIST-EXTENDED") ? " RETURN (SPECIAL-USE)" : "";
    List<Entry> entries = new ArrayList<>();
    for (ImapConnection.Untagged each :
        connection
            .require("LIST " + quoted(reference) + " " + quoted(pattern) + uses)
            .named("LIST")) {
      List<Object> values = each.values();
      if (values.size() < 3 || !(values.getFirst() instanceof List<?> attributes)) {
        throw new ImapSyntaxException("no list of mailboxes: " + values);
      }
      entries.add(
          new Entry(
              String.valueOf(values.get(2)),
              values.get(1) == ImapReader.NIL ? "" : String.valueOf(values.get(1)),
              attributes.stream()
                  .map(attribute -> String.valueOf(attribute).toLowerCase(Locale.ROOT))
                  .collect(Collectors.toSet())));
    }
    return entries;
  }

  /** What is the user's own, and what is not (RFC 2342). */
  Namespaces namespaces() throws IOException {
    List<Entry> all = new ArrayList<>();
    boolean personal = false;
    if (can("NAMESPACE")) {
      for (ImapConnection.Untagged each : connection.require("NAMESPACE").named("NAMESPACE")) {
        personal = !each.values().isEmpty() && each.values().getFirst() instanceof List<?>;
        for (Object kind : each.values()) {
          if (kind instanceof List<?> namespaces) {
            namespaces.forEach(namespace -> namespace(namespace).ifPresent(all::add));
          }
        }
      }
    }
    if (personal && !all.isEmpty()) {
      return new Namespaces(
          all.getFirst(), all.stream().skip(1).map(Entry::mailbox).distinct().toList());
    }
    Entry root =
        list("", "").stream()
            .findFirst()
            .map(first -> new Entry("", first.separator(), Set.of()))
            .orElse(new Entry("", "", Set.of()));
    return new Namespaces(root, all.stream().map(Entry::mailbox).distinct().toList());
  }

  private static Optional<Entry> namespace(Object said) {
    return said instanceof List<?> parts && parts.size() >= 2
        ? Optional.of(
            new Entry(
                String.valueOf(parts.get(0)),
                parts.get(1) == ImapReader.NIL ? "" : String.valueOf(parts.get(1)),
                Set.of()))
        : Optional.empty();
  }

  /** The quotas of INBOX: by resource, what is used and what may be (RFC 9208). */
  Map<String, long[]> quota() throws IOException {
    Map<String, long[]> found = new HashMap<>();
    if (!can("QUOTA")) {
      return found;
    }
    List<ImapConnection.Untagged> quotas;
    try {
      quotas = connection.require("GETQUOTAROOT INBOX").named("QUOTA");
    } catch (ImapRefusal e) {
      return found; // nobody can say
    }
    for (ImapConnection.Untagged each : quotas) {
      if (!each.values().isEmpty() && each.values().getLast() instanceof List<?> list) {
        for (int i = 0; i + 2 < list.size(); i += 3) {
          found.putIfAbsent(
              String.valueOf(list.get(i)).toUpperCase(Locale.ROOT),
              new long[] {
                ImapConnection.number(list.get(i + 1)), ImapConnection.number(list.get(i + 2))
              });
        }
      }
    }
    return found;
  }

  void create(String mailbox) throws IOException {
    connection.require("CREATE " + quoted(mailbox));
  }

  /** Whether the server still answers: it throws where it does not. */
  void noop() throws IOException {
    connection.require("NOOP");
  }

  void subscribe(String mailbox) throws IOException {
    connection.require("SUBSCRIBE " + quoted(mailbox));
  }

  /**
   * Size, date, flags and Message-ID of what is numbered from there on. Of a header that has many,
   * or long ones, no more than a piece: whoever writes a mail says how many.
   */
  List<Fetched> from(long uid) throws IOException {
    return fetched(
        "UID FETCH "
            + Math.max(1, uid)
            + ":* (UID RFC822.SIZE INTERNALDATE FLAGS"
            + " BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]<0.4096>)",
        uid);
  }

  /** The flags of these, as far as they are there. */
  List<Fetched> flags(Collection<Long> uids) throws IOException {
    List<Fetched> all = new ArrayList<>();
    for (String set : sets(uids)) {
      all.addAll(fetched("UID FETCH " + set + " (UID FLAGS)", 0));
    }
    return all;
  }

  /**
   * @param least UIDs below it are no answer: {@code n:*} always names the last message
   */
  private List<Fetched> fetched(String command, long least) throws IOException {
    List<Fetched> all = new ArrayList<>();
    long[] remembered = {0};
    connection.require(
        command,
        said -> {
          Map<String, Object> items = said.name().equals("FETCH") ? items(said) : Map.of();
          // A change that somebody else makes is told without a UID.
          if (items.containsKey("UID") && number(items, "UID") >= least) {
            Fetched each = fetched(items);
            all.add(each);
            remembered[0] += each.messageId().length();
            each.flags().forEach(flag -> remembered[0] += flag.length() + FLAG);
          }
          if (all.size() > MOST_MESSAGES || remembered[0] > MOST_REMEMBERED) {
            throw new ImapSyntaxException(
                "more messages in %s than anybody can look at: %d".formatted(selected, all.size()));
          }
        });
    return all;
  }

  private static Fetched fetched(Map<String, Object> items) throws IOException {
    String header = "";
    for (Map.Entry<String, Object> item : items.entrySet()) {
      if (item.getKey().startsWith("BODY[")) {
        header = String.valueOf(item.getValue());
      }
    }
    Set<String> flags =
        items.get("FLAGS") instanceof List<?> list
            ? list.stream().map(String::valueOf).collect(Collectors.toSet())
            : Set.of();
    return new Fetched(
        number(items, "UID"),
        number(items, "RFC822.SIZE"),
        items.containsKey("INTERNALDATE") ? seconds(items.getOrDefault("INTERNALDATE", "")) : 0,
        MessageText.messageId(header),
        flags);
  }

  private static Map<String, Object> items(ImapConnection.Untagged fetch) {
    Map<String, Object> items = new HashMap<>();
    if (!fetch.values().isEmpty() && fetch.values().getFirst() instanceof List<?> list) {
      for (int i = 0; i + 1 < list.size(); i += 2) {
        items.put(String.valueOf(list.get(i)).toUpperCase(Locale.ROOT), list.get(i + 1));
      }
    }
    return items;
  }

  private static long number(Map<String, Object> items, String name) throws ImapSyntaxException {
    return ImapConnection.number(items.getOrDefault(name, "0"));
  }

  private static long seconds(Object date) throws ImapSyntaxException {
    try {
      return OffsetDateTime.parse(String.valueOf(date).strip(), DATE).toEpochSecond();
    } catch (DateTimeException e) {
      throw new ImapSyntaxException("no date: " + date);
    }
  }

  /**
   * SHA-256 of the text of a message of the mailbox that is open; empty where it is gone.
   *
   * @param size that the server says it has
   * @throws RestoreException where it sends more or less than that: what is there is found by its
   *     size, and with such a server all would be missing
   */
  Optional<String> sha256(long uid, long size) throws IOException {
    return sha256(uid, 0, size);
  }

  /** What stands in front of an offset; empty where the message is gone. */
  Optional<String> begin(long uid, long length) throws IOException {
    StringBuilder begin = new StringBuilder();
    while (begin.length() < length) {
      Optional<String> chunk = chunk(uid, begin.length());
      if (chunk.isEmpty() || chunk.get().isEmpty()) {
        return Optional.empty();
      }
      begin.append(chunk.get());
    }
    return Optional.of(begin.substring(0, (int) length));
  }

  /** The same from an offset on. */
  Optional<String> sha256(long uid, long from, long size) throws IOException {
    MessageDigest digest = MessageText.sha256Digest();
    long at = from;
    while (true) {
      Optional<String> chunk = chunk(uid, at);
      if (chunk.isEmpty()) {
        return Optional.empty();
      }
      digest.update(chunk.get().getBytes(StandardCharsets.ISO_8859_1));
      at += chunk.get().length();
      if (chunk.get().length() < CHUNK || at > size) {
        break;
      }
    }
    if (at != size) {
      throw new RestoreException(
          Hindrance.SERVER_AWAY,
          "the sizes of this server cannot be believed: it says that message %d of %s has %d bytes,"
                  .formatted(uid, selected, size)
              + " and sends "
              + (at > size ? "more" : at));
    }
    return Optional.of(HexFormat.of().formatHex(digest.digest()));
  }

  private Optional<String> chunk(long uid, long at) throws IOException {
    ImapConnection.Answer answer =
        connection.require("UID FETCH %d (UID BODY.PEEK[]<%d.%d>)".formatted(uid, at, CHUNK));
    for (ImapConnection.Untagged each : answer.named("FETCH")) {
      Map<String, Object> items = items(each);
      Object body = items.get("BODY[]<" + at + ">");
      if (items.containsKey("UID") && number(items, "UID") == uid && body != null) {
        return Optional.of(body instanceof String text ? text : ""); // nothing is behind its end
      }
    }
    return Optional.empty();
  }

  /**
   * Adds a message.
   *
   * @return UIDVALIDITY and UID that it got; empty where the server does not tell (RFC 4315)
   */
  Optional<long[]> append(
      String mailbox, Collection<String> flags, Instant received, ImapConnection.Literal text)
      throws IOException {
    ImapConnection.Answer answer =
        connection.require(
            "APPEND %s (%s) \"%s\""
                .formatted(
                    quoted(mailbox),
                    String.join(" ", flags),
                    APPENDED.format(sayable(received).atOffset(ZoneOffset.UTC))),
            text);
    String[] numbers = answer.coded("APPENDUID").split(" ", -1);
    return numbers.length == 2
        ? Optional.of(
            new long[] {ImapConnection.number(numbers[0]), ImapConnection.number(numbers[1])})
        : Optional.empty();
  }

  /** A file may have come in a year that has no four digits: its owner can set that. */
  static Instant sayable(Instant received) {
    return received.isBefore(Instant.EPOCH) || received.isAfter(LAST) ? Instant.EPOCH : received;
  }

  /**
   * Marks messages as deleted, and removes them: only these (RFC 4315).
   *
   * @param since what was changed after that stays (RFC 7162); 0 where the server cannot tell
   * @return those that were there to be removed: what its user has moved since they were looked at
   *     is none of them
   */
  Set<Long> expunge(Collection<Long> uids, long since) throws IOException {
    Set<Long> expunged = new HashSet<>();
    for (String set : sets(uids)) {
      String condition = since > 0 ? " (UNCHANGEDSINCE " + since + ")" : "";
      ImapConnection.Answer answer =
          connection.require("UID STORE " + set + condition + " +FLAGS.SILENT (\\Deleted)");
      SortedSet<Long> marked = new TreeSet<>(uids(set));
      for (String range : ranges(answer.coded("MODIFIED"))) {
        String[] ends = range.split(":", -1);
        long one = ImapConnection.number(ends[0]);
        long other = ImapConnection.number(ends[ends.length - 1]);
        // A range is a server's to say, and may be longer than memory.
        marked.removeIf(uid -> uid >= Math.min(one, other) && uid <= Math.max(one, other));
      }
      // Of numbers that are not there any more STORE says nothing.
      Set<Long> there = flags(marked).stream().map(Fetched::uid).collect(Collectors.toSet());
      marked.retainAll(there);
      for (String each : sets(marked)) {
        connection.require("UID EXPUNGE " + each);
      }
      expunged.addAll(marked);
    }
    return expunged;
  }

  private static String[] ranges(String set) {
    return set.isEmpty() ? new String[0] : set.split(",", -1);
  }

  /** Of a set that {@link #sets} has made. */
  private static List<Long> uids(String set) throws ImapSyntaxException {
    List<Long> uids = new ArrayList<>();
    for (String range : ranges(set)) {
      String[] ends = range.split(":", -1);
      long first = ImapConnection.number(ends[0]);
      long last = ImapConnection.number(ends[ends.length - 1]);
      for (long uid = Math.min(first, last); uid <= Math.max(first, last); uid++) {
        uids.add(uid);
      }
    }
    return uids;
  }

  /** Sets as commands name them, none longer than a line may be. */
  private static List<String> sets(Collection<Long> uids) {
    List<String> sets = new ArrayList<>();
    List<Long> sorted = new ArrayList<>(new TreeSet<>(uids));
    for (int from = 0; from < sorted.size(); from += UIDS) {
      List<Long> some = sorted.subList(from, Math.min(sorted.size(), from + UIDS));
      StringBuilder set = new StringBuilder();
      for (int i = 0; i < some.size(); i++) {
        int last = i;
        while (last + 1 < some.size() && some.get(last + 1) == some.get(last) + 1) {
          last++;
        }
        set.append(set.isEmpty() ? "" : ",").append(some.get(i));
        if (last > i) {
          set.append(':').append(some.get(last));
        }
        i = last;
      }
      sets.add(set.toString());
    }
    return sets;
  }

  @Override
  public void close() {
    connection.close();
  }
}
