package org.mailtimemachine.mirror.copy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mirror.MirrorRules;
import org.mailtimemachine.mirror.smtp.Copies;
import org.mailtimemachine.mirror.smtp.Envelope;

/**
 * Where copies wait until they are in their mirror mailboxes: a message {@code ID}, and its
 * envelope in the {@link Journal}. Safe for use by several threads; one process at a time.
 *
 * <p>Order of writes: the text and the envelope are synced, in any order, before the client is
 * answered; an envelope tells which text is its own. A process that comes after one that died finds
 * them again. Where only the process had died, it knows what the next hop had accepted, and the
 * others were not answered for: the mail server sends these again under the same {@link
 * Arrival#key}, which says what becomes of them. Where the machine had, all that is whole is
 * mirrored: the next hop may have it, and a mirror that has a message too many is better than one
 * that lacks it. What is damaged may have been answered for as well, and is a {@link Gap}.
 */
public final class Spool implements Copies, Closeable {

  private static final Logger LOG = System.getLogger(Spool.class.getName());
  private static final int MODE = 0600;

  private static final FileName LOCK = new FileName("lock");
  private static final Pattern ID =
      Pattern.compile("[0-9]+\\.M[0-9]+P[0-9]+Q[0-9]+\\..+(?<!\\.whole|\\.accepted|\\.unanswered)");

  /** For those that are being taken when it is closed; the process ends in any case. */
  private static final Duration TO_END = Duration.ofSeconds(10);

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /**
   * For the links and ledgers of what was taken already; the mail itself needs the disk as well.
   */
  private static final long RESERVED_BYTES = 64L * 1024 * 1024;

  /** After so many bytes of a text the reserve is looked at again. */
  private static final long BYTES_BETWEEN_LOOKS = 4L * 1024 * 1024;

  private final DirectoryHandle directory;
  private final NewFile lock;
  private final SyncedNames names;
  private final Journal journal;
  private final Supplier<MirrorRules> mirrors;
  private final FailurePolicy policy;
  private final Clock clock;
  private final String host;
  private final MirrorDelivery delivery;
  private final HeldMessages held;
  private final Consumer<Gap> gaps;
  private final long process = ProcessHandle.current().pid();
  private final AtomicLong messages = new AtomicLong();

  private volatile boolean sound = true;
  private int begun; // and not closed
  private boolean closed;

  private Spool(
      DirectoryHandle directory,
      NewFile lock,
      SyncedNames names,
      Journal journal,
      Supplier<MirrorRules> mirrors,
      FailurePolicy policy,
      Clock clock,
      String host,
      MirrorDelivery delivery,
      HeldMessages held,
      Consumer<Gap> gaps) {
    this.directory = directory;
    this.lock = lock;
    this.names = names;
    this.journal = journal;
    this.mirrors = mirrors;
    this.policy = policy;
    this.clock = clock;
    this.host = host;
    this.delivery = delivery;
    this.held = held;
    this.gaps = gaps;
  }

  /** Opens it where nobody notes what passes without a copy. */
  public static Spool open(
      Path path,
      MirrorMailboxes mailboxes,
      Supplier<MirrorRules> mirrors,
      FailurePolicy policy,
      Clock clock,
      String host)
      throws IOException {
    return open(path, mailboxes, mirrors, policy, clock, host, _ -> {});
  }

  /**
   * Opens it, and hands on what an earlier process left.
   *
   * @param path on the file system of the mirror mailboxes, so that copies can be links
   * @param mirrors the rules as they are now
   * @param host this host's name, as it stands in file names
   * @param gaps told of each message that passes without its copy
   * @throws IOException also where another process has it open
   */
  public static Spool open(
      Path path,
      MirrorMailboxes mailboxes,
      Supplier<MirrorRules> mirrors,
      FailurePolicy policy,
      Clock clock,
      String host,
      Consumer<Gap> gaps)
      throws IOException {
    return open(path, mailboxes, mirrors, policy, clock, host, gaps, boot());
  }

  /** What tells this run of the machine from others; empty where nothing does. */
  private static String boot() {
    try {
      return Files.readString(BOOT_ID, US_ASCII).strip();
    } catch (IOException e) {
      return ""; // each process is taken for one of another run then
    }
  }

  /**
   * The same.
   *
   * @param boot see {@link Journal}
   */
  static Spool open(
      Path path,
      MirrorMailboxes mailboxes,
      Supplier<MirrorRules> mirrors,
      FailurePolicy policy,
      Clock clock,
      String host,
      Consumer<Gap> gaps,
      String boot)
      throws IOException {
    Files.createDirectories(path);
    DirectoryHandle directory = DirectoryHandle.open(path);
    NewFile lock = directory.append(LOCK, MODE);
    try {
      if (!lock.tryLock()) {
        throw new IOException("another process mirrors from " + path);
      }
      Syncs syncs = Syncs.OF_THE_KERNEL;
      SyncedNames names = new SyncedNames(directory, syncs);
      DamagedCopies damaged = new DamagedCopies(directory, names, clock, gaps);
      EnvelopeFiles envelopes = new EnvelopeFiles(directory, damaged, names);
      CopyLinks links = new CopyLinks(path, directory, mailboxes, damaged, syncs);
      MirrorDelivery delivery = new MirrorDelivery(directory, links, envelopes, damaged);
      HeldMessages held = new HeldMessages(directory, envelopes, clock);
      Journal journal = new Journal(path, directory, boot, names, syncs);
      Spool spool =
          new Spool(
              directory, lock, names, journal, mirrors, policy, clock, host, delivery, held, gaps);
      spool.recover(envelopes, damaged);
      return spool;
    } catch (IOException e) {
      try (lock;
          directory) {
        throw e;
      }
    }
  }

  @Override
  public Copy begin(Envelope envelope) throws IOException {
    Set<MailboxAddress> destinations =
        destinations(addresses(envelope.recipients()), mirrors.get()).keySet();
    if (destinations.isEmpty()) {
      return Copy.NONE;
    }
    try {
      if (delivery.hasEnded()) {
        throw new IOException("nothing is linked into the mirror mailboxes any more");
      }
      Optional<MailboxAddress> overfull = delivery.overfull(destinations);
      if (overfull.isPresent()) {
        throw new IOException("too much waits for the mirror mailbox " + overfull.get());
      }
      requireRoom();
      return new StagedCopy(envelope);
    } catch (IOException e) {
      tolerate(envelope, e);
      return new MissedCopy(envelope, e);
    }
  }

  /** Also between two pieces of a text, which the disk is to survive however long it is. */
  private void requireRoom() throws IOException {
    long free = directory.freeSpace().availableBytes();
    if (free < RESERVED_BYTES) {
      throw new IOException("only %,d bytes are free in %s".formatted(free, directory.path()));
    }
  }

  @Override
  public boolean isSound() {
    return sound;
  }

  /** Goes on without a copy, if that is how the administrator wants it. */
  private void tolerate(Envelope envelope, IOException cause) throws IOException {
    if (policy == FailurePolicy.DEFER) {
      throw cause;
    }
    LOG.log(
        Level.ERROR,
        "a message of <%s> passed without a copy: %s".formatted(envelope.sender(), cause),
        cause);
  }

  /** The next hop has answered for a message of which there is no copy. */
  private void missed(Envelope envelope, List<String> recipients, IOException cause) {
    MirrorRules rules = mirrors.get();
    List<String> covered =
        recipients.stream().filter(each -> !rules.destinations(each).isEmpty()).toList();
    if (!covered.isEmpty()) {
      gaps.accept(
          new Gap(
              clock.instant(),
              envelope.queueId().orElse(""),
              envelope.sender(),
              covered,
              cause.toString()));
    }
  }

  /** What waits for each mirror mailbox. */
  public Map<MailboxAddress, Backlog> waiting() {
    return delivery.waiting();
  }

  /** Waits until everything that was accepted so far is in its mirror mailboxes. */
  public void awaitDelivered() throws InterruptedException {
    delivery.awaitEmpty();
  }

  /** Stops; what is not yet in its mirror mailboxes waits for the next process. */
  @Override
  public void close() throws IOException {
    boolean all = awaitCopies();
    delivery.close();
    if (!all) {
      // They would write to whatever has the number of a closed file by then, and the next process
      // would take what is theirs: the end of this one closes and unlocks it.
      LOG.log(Level.WARNING, "messages are being taken still, and end with the process");
      return;
    }
    try (directory;
        lock;
        journal) {
      LOG.log(Level.DEBUG, "the spool is closed");
    }
  }

  /** Whether no message is being taken any more. */
  private synchronized boolean awaitCopies() {
    closed = true;
    long end = System.nanoTime() + TO_END.toNanos();
    try {
      for (long left = TO_END.toMillis(); begun > 0 && left > 0; ) {
        wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return begun == 0;
  }

  private synchronized void beginOne() throws IOException {
    if (closed) {
      throw new IOException("the spool is closed");
    }
    begun++;
  }

  private synchronized void endOne() {
    begun--;
    notifyAll();
  }

  private void recover(EnvelopeFiles envelopes, DamagedCopies damaged) throws IOException {
    Rereads rereads = new Rereads();
    Journal.Reading left = journal.read(rereads);
    for (FileName each : left.damaged()) {
      damaged.keep(each); // before one of them goes
    }
    envelopes.removeUnfinished();
    Map<String, SpooledMessage> waiting =
        envelopes.read(rereads, Set.of(), EnvelopeFiles.ACCEPTED, EnvelopeFiles.WHOLE);
    Map<String, SpooledMessage> unanswered =
        envelopes.read(rereads, waiting.keySet(), EnvelopeFiles.UNANSWERED);
    Set<String> over = new HashSet<>(left.gone());
    List<SpooledMessage> done = new ArrayList<>();
    for (Journal.Found each : left.messages()) {
      String id = each.id().bytes();
      SpooledMessage message = new SpooledMessage(each.id(), each.entry(), each.arrival(), true);
      if (waiting.containsKey(id) || unanswered.containsKey(id)) {
        done.add(message); // it has a file of its own
      } else if (each.accepted()) {
        waiting.put(id, message);
      } else if (!each.sameBoot() && !left.complete()) {
        waiting.put(id, message); // a damaged text is a gap at once
      } else {
        long bytes = bytes(each.id());
        if (bytes == 0 && each.arrival().bytes() > 0) {
          // Nobody was told that it is kept: its text was never synced, or has gone behind a note
          // that is not on the disk. The mail server sends it again, if it was not refused.
          LOG.log(each.sameBoot() ? Level.DEBUG : Level.WARNING, "its text is not there: " + each);
          done.add(message);
          over.add(id);
        } else if (each.sameBoot() || bytes < each.arrival().bytes()) {
          unanswered.put(id, message); // what is cut off is a gap if it is not sent again
        } else {
          waiting.put(id, message);
        }
      }
    }
    for (DirectoryEntry entry : directory.list()) {
      String id = entry.name().bytes();
      if (ID.matcher(id).matches() && !waiting.containsKey(id) && !unanswered.containsKey(id)) {
        removeOrSetAside(entry.name(), left.complete() || over.contains(id), left, damaged);
      }
    }
    // Not before: a damaged journal goes with its last message, and with it what tells that texts
    // without an envelope may be those of messages that were answered for.
    done.forEach(Spool::forget);
    held.add(unanswered.values());
    journal.removeOld();
    delivery.add(List.copyOf(waiting.values()));
    mirrorWhatIsNotSentAgain();
  }

  /** A text without an envelope: it never came whole, or is not needed any more. */
  private void removeOrSetAside(
      FileName text, boolean certain, Journal.Reading left, DamagedCopies damaged)
      throws IOException {
    if (certain || directory.status(text).size() == 0) {
      directory.unlink(text);
      return;
    }
    damaged.setAside(
        text,
        new FileName(text.bytes() + EnvelopeFiles.WHOLE),
        new IOException(
            "its envelope may be in what is damaged (%s) or missing (%s)"
                .formatted(left.damaged(), left.missing())));
  }

  /** How long a text is; what was never synced is empty, or not there. */
  private long bytes(FileName text) throws IOException {
    try {
      return directory.status(text).size();
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return 0;
      }
      throw e;
    }
  }

  private static void forget(SpooledMessage message) {
    try {
      message.noted().forget();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "it will be looked at once more: " + message.id(), e);
    }
  }

  /**
   * Mirrors what was not answered for when the last process died and did not come again for as long
   * as mail servers try: the next hop may have had it. To be called now and then.
   */
  public void mirrorWhatIsNotSentAgain() {
    List<SpooledMessage> overdue = held.takeOverdue();
    if (!overdue.isEmpty()) {
      delivery.add(overdue);
    }
  }

  /** How many messages wait for the mail server to send them again, or not. */
  public int held() {
    return held.size();
  }

  private static List<String> addresses(List<Envelope.Recipient> recipients) {
    // They came byte by byte; addresses beyond ASCII are UTF-8 (RFC 6531).
    return recipients.stream()
        .map(each -> new String(each.address().getBytes(ISO_8859_1), UTF_8))
        .toList();
  }

  /** The mirror mailboxes, each with those whose mirror it is. */
  private static Map<MailboxAddress, List<String>> destinations(
      List<String> recipients, MirrorRules rules) {
    Map<MailboxAddress, List<String>> destinations = new LinkedHashMap<>();
    for (String recipient : recipients) {
      for (MailboxAddress mailbox : rules.destinations(recipient)) {
        destinations.computeIfAbsent(mailbox, _ -> new ArrayList<>()).add(recipient);
      }
    }
    return destinations;
  }

  /** A message that goes on without a copy. */
  private final class MissedCopy implements Copy {
    private final Envelope envelope;
    private final IOException cause;

    MissedCopy(Envelope envelope, IOException cause) {
      this.envelope = envelope;
      this.cause = cause;
    }

    @Override
    public void write(byte[] bytes, int length) {}

    @Override
    public void sync() {}

    @Override
    public void accepted(List<Envelope.Recipient> recipients) {
      missed(envelope, addresses(recipients), cause);
    }

    @Override
    public void close() {}
  }

  /** One message while it comes. */
  private final class StagedCopy implements Copy {
    private final Envelope envelope;
    private final FileName id;
    private final NewFile file;
    private final MessageDigest digest = DigestUtils.getSha256Digest();
    private long bytes;
    private Optional<IOException> failure = Optional.empty();
    private Optional<Arrival> arrival = Optional.empty();
    private Journal.@Nullable Entry entry;
    private final int since;
    private boolean handedOn;

    StagedCopy(Envelope envelope) throws IOException {
      this.envelope = envelope;
      this.since = names.failures();
      Instant now = clock.instant();
      String name =
          "%d.M%06dP%dQ%d.%s"
              .formatted(
                  now.getEpochSecond(),
                  now.getNano() / 1000,
                  process,
                  messages.incrementAndGet(),
                  host);
      this.id = new FileName(name);
      beginOne();
      try {
        this.file = directory.create(id, MODE);
      } catch (IOException | RuntimeException | Error e) {
        endOne();
        throw e;
      }
    }

    @Override
    public void write(byte[] content, int length) throws IOException {
      if (failure.isPresent()) {
        return;
      }
      try {
        if (bytes / BYTES_BETWEEN_LOOKS < (bytes + length) / BYTES_BETWEEN_LOOKS) {
          requireRoom();
        }
        file.write(content, 0, length);
      } catch (IOException e) {
        failed(e);
        return;
      }
      digest.update(content, 0, length);
      bytes += length;
    }

    @Override
    public void sync() throws IOException {
      if (failure.isPresent()) {
        return;
      }
      try {
        List<String> recipients = addresses(envelope.recipients());
        arrival = arrivalOf(recipients);
        if (arrival.isEmpty()) {
          return; // the rules were changed meanwhile
        }
        file.beginSync();
        entry = journal.add(id, arrival.get(), since);
        file.sync();
        entry.sync();
        sound = true;
      } catch (IOException e) {
        sound = false;
        failed(e);
      }
    }

    private Optional<Arrival> arrivalOf(List<String> recipients) {
      MirrorRules rules = mirrors.get();
      List<String> covered =
          recipients.stream()
              .distinct()
              .filter(each -> !rules.destinations(each).isEmpty())
              .toList();
      if (covered.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new Arrival(
              clock.instant(),
              envelope.queueId(),
              envelope.sender(),
              covered,
              destinations(covered, rules),
              HexFormat.of().formatHex(digest.digest()),
              bytes));
    }

    private void failed(IOException e) throws IOException {
      tolerate(envelope, e);
      failure = Optional.of(e);
    }

    @Override
    public void accepted(List<Envelope.Recipient> recipients) {
      if (failure.isPresent()) {
        missed(envelope, addresses(recipients), failure.get());
      } else if (arrival.isPresent()) {
        accept(arrival.get(), new LinkedHashSet<>(addresses(recipients)));
      }
    }

    private void accept(Arrival came, Set<String> recipients) {
      List<String> got = new ArrayList<>(came.recipients());
      got.retainAll(recipients);
      Arrival accepted = came;
      if (got.size() < came.recipients().size()) {
        Map<MailboxAddress, List<String>> destinations = destinations(got, mirrors.get());
        if (destinations.isEmpty()) {
          held.settle(came, got);
          return; // those whom a mirror covers were refused
        }
        accepted =
            new Arrival(
                came.time(),
                came.queueId(),
                came.sender(),
                got,
                destinations,
                came.sha256(),
                came.bytes());
      }
      Noted noted = noted(came, accepted);
      delivery.add(List.of(new SpooledMessage(id, noted, accepted, false)));
      handedOn = true;
      held.settle(came, got);
    }

    /**
     * Not synced: whoever comes after us knows it, unless the machine goes down. Then all that is
     * whole is mirrored, also for those who were refused: nothing is to be sent again.
     */
    private Noted noted(Arrival came, Arrival accepted) {
      Journal.Entry written = Objects.requireNonNull(entry, "accepted, and not synced");
      try {
        written.accepted(accepted.equals(came) ? Optional.empty() : Optional.of(accepted));
      } catch (IOException e) {
        LOG.log(Level.WARNING, "a message that was accepted is not noted as such: " + id, e);
      }
      return written;
    }

    @Override
    public void refused(List<Envelope.Recipient> recipients) {
      arrival.ifPresent(came -> held.settle(came, addresses(recipients)));
    }

    @Override
    public void close() {
      try {
        file.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "what is to be forgotten could not be written: " + id, e);
      }
      try {
        if (!handedOn) {
          forget();
        }
      } finally {
        endOne();
      }
    }

    private void forget() {
      Journal.Entry written = entry;
      if (written != null) {
        try {
          written.forget();
        } catch (IOException e) {
          LOG.log(Level.WARNING, "what is not to be mirrored is not noted as such: " + id, e);
        }
      }
      remove(id);
    }

    private void remove(FileName name) {
      try {
        directory.unlink(name);
      } catch (PosixException e) {
        if (!e.is(Errno.ENOENT)) { // not all that is begun comes to have its envelope
          LOG.log(Level.WARNING, "what is not to be mirrored could not be removed: " + name, e);
        }
      } catch (IOException e) {
        LOG.log(Level.WARNING, "what is not to be mirrored could not be removed: " + name, e);
      }
    }
  }
}
