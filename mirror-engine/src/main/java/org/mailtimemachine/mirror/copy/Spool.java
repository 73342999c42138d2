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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;
import org.mailtimemachine.mirror.MirrorRules;
import org.mailtimemachine.mirror.smtp.Copies;
import org.mailtimemachine.mirror.smtp.Envelope;

/**
 * Where copies wait until they are in their mirror mailboxes: a message {@code ID} and, once it is
 * whole, its envelope {@code ID.whole}; where the next hop takes it for some of its recipients
 * only, {@code ID.accepted} in the place of that. Safe for use by several threads; one process at a
 * time.
 *
 * <p>Order of writes: the text and the envelope are synced, in any order, before the client is
 * answered; an envelope tells which text is its own. A process that dies behind the next hop's
 * answer finds them again. What it finds whole, of which the answer did not come, is mirrored as
 * well: the next hop may have it, and a mirror that has a message too many, which the sender then
 * sends again under the same {@link Arrival#key}, is better than one that lacks it. What it finds
 * damaged may have been answered for as well, and is a {@link Gap}.
 */
public final class Spool implements Copies, Closeable {

  private static final Logger LOG = System.getLogger(Spool.class.getName());
  private static final int MODE = 0600;
  private static final String WHOLE = ".whole";
  private static final String ACCEPTED = ".accepted";
  private static final FileName LOCK = new FileName("lock");
  private static final Pattern ID =
      Pattern.compile("[0-9]+\\.M[0-9]+P[0-9]+Q[0-9]+\\..+(?<!\\.whole|\\.accepted)");

  /**
   * For the links and ledgers of what was taken already; the mail itself needs the disk as well.
   */
  private static final long RESERVED_BYTES = 64L * 1024 * 1024;

  /** After so many bytes of a text the reserve is looked at again. */
  private static final long BYTES_BETWEEN_LOOKS = 4L * 1024 * 1024;

  private static final int MOST_ENVELOPE_BYTES = 16 * 1024 * 1024;

  private final DirectoryHandle directory;
  private final NewFile lock;
  private final Supplier<MirrorRules> mirrors;
  private final FailurePolicy policy;
  private final Clock clock;
  private final String host;
  private final MirrorDelivery delivery;
  private final Consumer<Gap> gaps;
  private final long process = ProcessHandle.current().pid();
  private final AtomicLong messages = new AtomicLong();
  private volatile boolean sound = true;

  private Spool(
      DirectoryHandle directory,
      NewFile lock,
      Supplier<MirrorRules> mirrors,
      FailurePolicy policy,
      Clock clock,
      String host,
      MirrorDelivery delivery,
      Consumer<Gap> gaps) {
    this.directory = directory;
    this.lock = lock;
    this.mirrors = mirrors;
    this.policy = policy;
    this.clock = clock;
    this.host = host;
    this.delivery = delivery;
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
    Files.createDirectories(path);
    DirectoryHandle directory = DirectoryHandle.open(path);
    NewFile lock = directory.append(LOCK, MODE);
    try {
      if (!lock.tryLock()) {
        throw new IOException("another process mirrors from " + path);
      }
      DamagedCopies damaged = new DamagedCopies(directory, clock, gaps);
      MirrorDelivery delivery = new MirrorDelivery(path, directory, mailboxes, damaged);
      Spool spool = new Spool(directory, lock, mirrors, policy, clock, host, delivery, gaps);
      spool.recover(damaged);
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
    try (directory;
        lock) {
      delivery.close();
    }
  }

  private void recover(DamagedCopies damaged) throws IOException {
    Set<String> waiting = new HashSet<>();
    List<MirrorDelivery.Waiting> found = new ArrayList<>();
    // What was accepted knows better for whom than what was only whole.
    for (String end : List.of(ACCEPTED, WHOLE)) {
      for (DirectoryEntry entry : directory.list()) {
        String name = entry.name().bytes();
        if (!name.endsWith(end)) {
          continue;
        }
        FileName id = new FileName(name.substring(0, name.length() - end.length()));
        if (waiting.contains(id.bytes()) || isEmpty(entry.name())) {
          directory.unlink(entry.name()); // a second one, or one that was never synced
          continue;
        }
        try {
          Arrival arrival = arrival(entry.name());
          waiting.add(id.bytes());
          found.add(new MirrorDelivery.Waiting(id, entry.name(), arrival, true));
        } catch (IOException e) { // one sector must not keep all the others, and all mail, waiting
          damaged.setAside(id, entry.name(), e);
        }
      }
    }
    for (DirectoryEntry entry : directory.list()) {
      String name = entry.name().bytes();
      boolean text = ID.matcher(name).matches();
      if (text && !waiting.contains(name)) {
        directory.unlink(entry.name()); // it never came whole
      }
    }
    delivery.add(found);
  }

  private boolean isEmpty(FileName name) throws IOException {
    return directory.status(name).size() == 0;
  }

  private Arrival arrival(FileName name) throws IOException {
    try (ReadableFile file = directory.file(name)) {
      if (file.status().size() > MOST_ENVELOPE_BYTES) {
        throw new IOException("larger than any envelope: " + name);
      }
      return Arrival.parse(file.stream().readAllBytes())
          .orElseThrow(() -> new IOException("not the envelope that was written: " + name));
    }
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
    private final FileName whole;
    private final NewFile file;
    private final MessageDigest digest = DigestUtils.getSha256Digest();
    private long bytes;
    private Optional<IOException> failure = Optional.empty();
    private Optional<Arrival> arrival = Optional.empty();
    private boolean handedOn;

    StagedCopy(Envelope envelope) throws IOException {
      this.envelope = envelope;
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
      this.whole = new FileName(name + WHOLE);
      this.file = directory.create(id, MODE);
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
        try (NewFile written = written(whole, arrival.get())) {
          written.beginSync();
          file.sync();
          written.sync();
        }
        directory.sync();
        sound = true;
      } catch (IOException e) {
        sound = false;
        failed(e);
      }
    }

    private NewFile written(FileName name, Arrival envelopeOfIt) throws IOException {
      byte[] text = envelopeOfIt.text().getBytes(US_ASCII);
      if (text.length > MOST_ENVELOPE_BYTES) {
        throw new IOException("an envelope of %,d bytes: %s".formatted(text.length, name));
      }
      NewFile written = directory.create(name, MODE);
      try {
        written.write(text);
        return written;
      } catch (IOException e) {
        try (written) {
          throw e;
        }
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
      handedOn = true;
      delivery.add(List.of(new MirrorDelivery.Waiting(id, noted(came, accepted), accepted, false)));
    }

    /**
     * Where it is on disk for whom it is. What is whole is taken for accepted by a process that
     * comes after us, so that only what was refused for some has to be written anew; if that cannot
     * be, it is mirrored for all of them: nothing is to be sent again.
     */
    private FileName noted(Arrival came, Arrival accepted) {
      if (accepted.equals(came)) {
        return whole;
      }
      FileName name = new FileName(id.bytes() + ACCEPTED);
      try (NewFile written = written(name, accepted)) {
        written.sync(); // the other one goes, and may be gone first
      } catch (IOException e) {
        LOG.log(Level.WARNING, "a message that was accepted is not noted as such: " + id, e);
        return whole;
      }
      remove(whole);
      return name;
    }

    @Override
    public void close() {
      try {
        file.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "what is to be forgotten could not be written: " + id, e);
      }
      if (!handedOn && (arrival.isPresent() || failure.isPresent())) {
        remove(whole);
      }
      if (!handedOn) {
        remove(id);
      }
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
