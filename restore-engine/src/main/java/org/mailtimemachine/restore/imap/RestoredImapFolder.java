package org.mailtimemachine.restore.imap;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.posix.FileCopies;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.ReadableFile;
import org.mailtimemachine.restore.KeptMessages;
import org.mailtimemachine.restore.LiveMailbox;
import org.mailtimemachine.restore.PlannedMessage;
import org.mailtimemachine.restore.Receipt;
import org.mailtimemachine.restore.RefusedException;
import org.mailtimemachine.restore.RestoredFolder;

/**
 * The live Folder that messages are appended to. Before a batch the job says what the next UID is:
 * what is numbered from there on, and has size and SHA-256 of a message of the batch, is that
 * message.
 */
final class RestoredImapFolder implements RestoredFolder {

  private static final System.Logger LOG = System.getLogger(RestoredImapFolder.class.getName());

  /** What a server adds by itself (Dovecot, {@code mail_attachment_detection_options}). */
  private static final Set<String> OF_SERVER =
      Set.of("\\recent", "$hasattachment", "$hasnoattachment");

  private static final String DELETED = "\\deleted";

  /** The UID of what is there, and nobody knows where. */
  private static final long UNKNOWN = 0L;

  /** An APPEND is slow: whoever watches, or stops it, waits for so many. */
  private static final int BATCH = 50;

  /** Who refuses so many without a reason, one behind the other, would refuse them all. */
  private static final int MOST_UNEXPLAINED = 5;

  private final ImapSession session;
  private final String mailbox;
  private final Map<Integer, Begun> begun;
  private final LiveMailbox.@Nullable Trail trail;

  /** A message that is to be appended. */
  private record Waiting(int number, PlannedMessage message, KeptMessages kept, MessageText text) {}

  private final Deque<Waiting> added = new ArrayDeque<>();
  private final List<Integer> cameMeanwhile = new ArrayList<>();
  private final Set<Long> own = new HashSet<>();
  private @Nullable String notMade;
  private @Nullable Map<Integer, ImapSession.Fetched> before;
  private @Nullable Mark batch;
  private ImapSession.Selected selected = ImapSession.Selected.NOTHING;
  private long seenValidity;
  private long seenNext = 1; // what has a lower UID was seen
  private int unexplained;
  private long looked; // HIGHESTMODSEQ when flags were looked at

  /**
   * @param seen what it held when somebody looked; null where it was not there then
   */
  RestoredImapFolder(
      ImapSession session,
      String mailbox,
      Map<Integer, Begun> begun,
      LiveMailbox.@Nullable Trail trail,
      @Nullable ListedFolder seen) {
    this.session = session;
    this.mailbox = mailbox;
    this.begun = begun;
    this.trail = trail;
    if (seen != null) {
      seenValidity = seen.uidValidity();
      seenNext = seen.uidNext();
    }
  }

  /** One that the server does not want to make: its messages are refused, and no others. */
  static RestoredFolder notMade(ImapSession session, String mailbox, ImapRefusal refusal) {
    RestoredImapFolder folder = new RestoredImapFolder(session, mailbox, Map.of(), null, null);
    folder.notMade = refusal.getMessage();
    return folder;
  }

  @Override
  public int batch() {
    return BATCH;
  }

  @Override
  public Optional<String> addedBefore(int number, PlannedMessage message) throws IOException {
    if (!begun.containsKey(number)) {
      return Optional.empty();
    }
    Map<Integer, ImapSession.Fetched> found = before;
    if (found == null) {
      found = findBefore();
      before = found;
    }
    // With other flags or dates it is one that its user has brought back, or has touched.
    return Optional.ofNullable(found.get(number))
        .filter(
            each ->
                each.received() == ImapSession.sayable(message.internalDate()).getEpochSecond()
                    && expected(message, selected).equals(shown(each.flags())))
        .map(each -> PutName.of(selected.uidValidity(), each.uid(), message).text());
  }

  private Map<Integer, ImapSession.Fetched> findBefore() throws IOException {
    Map<Integer, ImapSession.Fetched> found = new HashMap<>();
    Set<String> marks = begun.values().stream().map(Begun::mark).collect(Collectors.toSet());
    for (Mark mark : marks.stream().flatMap(text -> Mark.parse(text).stream()).toList()) {
      found.putAll(match(mark));
    }
    return found;
  }

  /**
   * What of a batch is there: by its text, and in its order, for UIDs rise. What is not found says
   * nothing of those before it, for the one that is may have come from its user: whether it is
   * there is asked as of any other, and where not, it is appended again: rather twice than lost.
   */
  private Map<Integer, ImapSession.Fetched> match(Mark mark) throws IOException {
    selected = select(true); // opened to be read, nothing says what flags it keeps
    if (mark.uidValidity() != selected.uidValidity()) {
      return Map.of(); // its user has made the Folder again, and these were in the one before
    }
    List<ImapSession.Fetched> there = new ArrayList<>(session.from(mark.uidNext()));
    there.sort(Comparator.comparingLong(ImapSession.Fetched::uid));
    Map<Integer, ImapSession.Fetched> found = new HashMap<>();
    Map<Long, String> digests = new HashMap<>();
    long least = mark.uidNext(); // those before it have each taken a UID
    for (Map.Entry<Integer, MessageText> message : mark.texts().entrySet()) {
      for (ImapSession.Fetched each : there) {
        if (each.uid() >= least && isText(each, message.getValue(), digests)) {
          found.put(message.getKey(), each);
          least = each.uid();
          break;
        }
      }
      least++;
    }
    return found;
  }

  /**
   * @param digests of what was read already, by UID
   */
  private boolean isText(ImapSession.Fetched live, MessageText text, Map<Long, String> digests)
      throws IOException {
    if (live.size() != text.size()) {
      return false;
    }
    String digest = digests.get(live.uid());
    if (digest == null) {
      digest = session.sha256(live.uid(), live.size()).orElse("");
      digests.put(live.uid(), digest);
    }
    return digest.equals(text.sha256());
  }

  private ImapSession.Selected select(boolean writable) throws IOException {
    try {
      return session.selectAnew(mailbox, writable);
    } catch (ImapRefusal e) {
      throw session.status(mailbox).isEmpty() ? new FolderGoneException() : e;
    }
  }

  @Override
  public void add(int number, PlannedMessage message, KeptMessages kept) throws IOException {
    if (notMade != null) {
      throw new RefusedException(
          Receipt.Reason.NOT_TAKEN, "%s is not made: %s".formatted(mailbox, notMade));
    }
    kept.require(message);
    try (ReadableFile file = kept.pool().file(FileName.ofEncoded(message.poolName()))) {
      if (FileCopies.hasHoles(file)) {
        throw new RefusedException(
            Receipt.Reason.HOLES, message.poolName() + " has holes: nobody wants to send them");
      }
      MessageText text = MessageText.of(file::read);
      long most = session.limit("APPENDLIMIT");
      if (most >= 0 && text.size() > most) {
        throw new RefusedException(
            Receipt.Reason.NOT_TAKEN,
            "%s has %d bytes, and the server takes %d".formatted(mailbox, text.size(), most));
      }
      added.add(new Waiting(number, message, kept, text));
    }
  }

  /** Numbers, sizes and digests: by these what is there is known again. */
  @Override
  public String ready() throws IOException {
    if (added.isEmpty()) {
      return "";
    }
    Mark mark;
    try {
      ImapSession.Selected now = select(false);
      look(now);
      mark = new Mark(now.uidValidity(), seenNext, texts());
    } catch (FolderGoneException e) {
      mark = new Mark(0, 0, texts()); // appending says so once more
    }
    batch = mark;
    return added.isEmpty() ? "" : mark.text();
  }

  private Map<Integer, MessageText> texts() {
    Map<Integer, MessageText> texts = new LinkedHashMap<>();
    added.forEach(each -> texts.put(each.number(), each.text()));
    return texts;
  }

  /**
   * What has come since somebody looked: hours may have passed, in which its user has brought back
   * himself what is about to be appended.
   */
  private void look(ImapSession.Selected now) throws IOException {
    if (now.uidValidity() != seenValidity) {
      seenValidity = now.uidValidity();
      seenNext = 1;
      own.clear();
    }
    if (now.uidNext() > 0 && now.uidNext() <= seenNext) {
      return;
    }
    Map<Long, String> digests = new HashMap<>();
    for (ImapSession.Fetched each : session.from(seenNext)) {
      seenNext = Math.max(seenNext, each.uid() + 1);
      for (Iterator<Waiting> waiting = added.iterator();
          !own.contains(each.uid()) && waiting.hasNext(); ) {
        Waiting message = waiting.next();
        if (isText(each, message.text(), digests)) {
          cameMeanwhile.add(message.number());
          waiting.remove();
          break;
        }
      }
    }
    seenNext = Math.max(seenNext, now.uidNext());
  }

  @Override
  public void settle(Settled settled) throws IOException {
    cameMeanwhile.forEach(settled::there);
    cameMeanwhile.clear();
    Mark mark = batch;
    if (added.isEmpty() || mark == null) {
      return;
    }
    batch = null;
    Map<Integer, PlannedMessage> nameless = new LinkedHashMap<>();
    while (!added.isEmpty()) {
      Waiting message = added.getFirst();
      try {
        Optional<long[]> numbers = appendTwiceAtMost(message);
        added.removeFirst();
        unexplained = 0;
        if (numbers.isPresent()) {
          own.add(numbers.get()[1]);
          settled.as(
              message.number(),
              PutName.of(numbers.get()[0], numbers.get()[1], message.message()).text());
        } else {
          nameless.put(message.number(), message.message());
        }
      } catch (ImapRefusal e) {
        added.removeFirst();
        settled.refused(message.number(), reason(e));
      }
    }
    if (!nameless.isEmpty()) {
      Map<Integer, ImapSession.Fetched> found = matchIfThere(mark);
      found.values().forEach(each -> own.add(each.uid()));
      nameless.forEach(
          (number, message) -> {
            ImapSession.Fetched there = found.get(number);
            long uid = there == null ? UNKNOWN : there.uid();
            settled.as(number, PutName.of(mark.uidValidity(), uid, message).text());
          });
    }
  }

  private Map<Integer, ImapSession.Fetched> matchIfThere(Mark mark) throws IOException {
    try {
      return match(mark);
    } catch (FolderGoneException e) {
      return Map.of();
    }
  }

  /** Why a server does not take one message; it throws where it takes no others either. */
  private Receipt.Reason reason(ImapRefusal refusal) throws IOException {
    if (refusal.stopsAll()) {
      throw refusal;
    }
    if (session.status(mailbox).isEmpty()) {
      return Receipt.Reason.FOLDER_DELETED;
    }
    if (isOfMessage(refusal) || ++unexplained < MOST_UNEXPLAINED) {
      LOG.log(
          System.Logger.Level.WARNING,
          () -> "A message is not taken into %s: %s".formatted(mailbox, refusal.getMessage()));
      return Receipt.Reason.NOT_TAKEN;
    }
    throw refusal;
  }

  /** Who refuses without a reason is asked again: he may have been busy. */
  private Optional<long[]> appendTwiceAtMost(Waiting message) throws IOException {
    try {
      return appendAnyhow(message);
    } catch (ImapRefusal e) {
      if (e.stopsAll() || isOfMessage(e) || session.status(mailbox).isEmpty()) {
        throw e;
      }
      session.noop();
      return appendAnyhow(message);
    }
  }

  /** A keyword that a server chokes on must keep no message away. */
  private Optional<long[]> appendAnyhow(Waiting message) throws IOException {
    List<String> flags = flags(message.message());
    List<String> keywords = flags.stream().filter(flag -> !flag.startsWith("\\")).toList();
    try {
      return append(message, flags);
    } catch (ImapRefusal e) {
      if (keywords.isEmpty() || trail == null || !isOfMessage(e)) {
        throw e;
      }
      Optional<long[]> numbers =
          append(message, flags.stream().filter(flag -> !keywords.contains(flag)).toList());
      for (String keyword : keywords) {
        trail.note(Receipt.Note.Kind.NO_KEYWORD, keyword);
      }
      return numbers;
    }
  }

  /** Whether a server refuses one message, and would take others. */
  private static boolean isOfMessage(ImapRefusal refusal) {
    return refusal.bad() || refusal.is("TOOBIG", "CANNOT", "BADCHARSET", "UNKNOWN-CTE", "LIMIT");
  }

  private Optional<long[]> append(Waiting message, List<String> flags) throws IOException {
    ReadableFile file =
        message.kept().pool().file(FileName.ofEncoded(message.message().poolName()));
    try (file) {
      Instant received = message.message().internalDate();
      return session.append(
          mailbox,
          flags,
          received,
          new ImapConnection.Literal() {
            @Override
            public long size() {
              return message.text().size();
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
              // Before the line end that makes it a message: what changed meanwhile is none.
              if (!MessageText.writtenTo(file::read, out).equals(message.text())) {
                throw new IOException(message.message().poolName() + " changed while it was sent");
              }
            }
          });
    }
  }

  /** As IMAP calls them; a keyword that the server would not keep is left out, and noted. */
  private List<String> flags(PlannedMessage message) throws IOException {
    List<String> flags = new ArrayList<>();
    for (String flag : wanted(message)) {
      // Of one that is opened to be read a server keeps nothing.
      if (flag.startsWith("\\") || session.select(mailbox, true).keeps(flag)) {
        flags.add(flag);
      } else if (trail != null) {
        trail.note(Receipt.Note.Kind.NO_KEYWORD, flag);
      }
    }
    return flags;
  }

  private static List<String> wanted(PlannedMessage message) {
    List<String> flags = new ArrayList<>();
    if (message.flags().seen()) {
      flags.add("\\Seen");
    }
    if (message.flags().answered()) {
      flags.add("\\Answered");
    }
    if (message.flags().flagged()) {
      flags.add("\\Flagged");
    }
    if (message.flags().draft()) {
      flags.add("\\Draft");
    }
    if (message.flags().forwarded() && !message.keywords().contains("$Forwarded")) {
      flags.add("$Forwarded");
    }
    message.keywords().stream().filter(RestoredImapFolder::isAtom).forEach(flags::add);
    return flags;
  }

  /** What can be said without quotes (RFC 3501, section 9): of keywords nothing else is. */
  private static boolean isAtom(String keyword) {
    return !keyword.isEmpty()
        && keyword.chars().allMatch(c -> c > ' ' && c < 0x7f && "(){%*\"\\]".indexOf(c) < 0);
  }

  @Override
  public void sync() {}

  /** The server has said that it is there. */
  @Override
  public boolean durable() {
    return true;
  }

  /** By the flags: a message never changes its text, and has no others as long as nobody looks. */
  @Override
  public List<String> untouched(List<Kept> messages) throws IOException {
    ImapSession.Selected now;
    try {
      now = select(true);
    } catch (FolderGoneException e) {
      return List.of();
    }
    looked = now.modified();
    Map<Long, Kept> byUid = new LinkedHashMap<>();
    for (Kept each : messages) {
      PutName.parse(each.name())
          .filter(name -> name.uidValidity() == now.uidValidity())
          .ifPresent(name -> byUid.put(name.uid(), each));
    }
    List<String> untouched = new ArrayList<>();
    for (ImapSession.Fetched found : session.flags(byUid.keySet())) {
      Kept each = byUid.get(found.uid());
      if (each != null && expected(each.message(), now).equals(shown(found.flags()))) {
        untouched.add(each.name());
      }
    }
    return untouched;
  }

  private static Set<String> expected(PlannedMessage message, ImapSession.Selected now) {
    return wanted(message).stream()
        .filter(now::keeps)
        .map(flag -> flag.toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  /** Without \Deleted: by us, before we were interrupted, or by its user, who wants just that. */
  private static Set<String> shown(Set<String> flags) {
    return flags.stream()
        .map(flag -> flag.toLowerCase(Locale.ROOT))
        .filter(flag -> !OF_SERVER.contains(flag) && !flag.equals(DELETED))
        .collect(Collectors.toSet());
  }

  @Override
  public Set<String> remove(Collection<String> names) throws IOException {
    if (!session.can("UIDPLUS")) {
      // A plain EXPUNGE would remove also what its user has marked.
      LOG.log(
          System.Logger.Level.WARNING,
          "{0}: the server cannot remove single messages: what was put back stays",
          mailbox);
      return Set.of();
    }
    Map<Long, String> byUid = new LinkedHashMap<>();
    names.forEach(name -> PutName.parse(name).ifPresent(parsed -> byUid.put(parsed.uid(), name)));
    session.select(mailbox, true);
    byUid.keySet().retainAll(session.expunge(byUid.keySet(), looked));
    session.flags(byUid.keySet()).forEach(left -> byUid.remove(left.uid()));
    return Set.copyOf(byUid.values());
  }

  @Override
  public void close() {
    added.clear();
  }
}
