package org.mailtimemachine.mirror.expiry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.mailstore.maildir.MessageFileName;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileType;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;
import org.mailtimemachine.mirror.copy.Ledger;
import org.mailtimemachine.mirror.copy.LedgerLine;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.RegisteredMirror;

/**
 * The mailbox of a read-only mirror. Its ledger of arrivals, and another one of expiries beside it,
 * prove what it holds: the expiries are the first of the arrivals, in the same order, and each
 * arrival behind them is a file with the SHA-256 that the ledger says.
 */
public final class SealedMailbox {

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final String NO_SEAL = "0".repeat(64);
  private static final Set<FileName> PARTS =
      Set.of(MaildirFolder.CUR, MaildirFolder.NEW, MaildirFolder.TMP);

  /** A change of the days that is made during a scan may be seen by it or not. */
  private static final Duration SLACK = Duration.ofMinutes(1);

  /** By so much whole days of a zone may be shorter, when summer time begins. */
  private static final Duration SHORTER = Duration.ofHours(2);

  private final MirrorRegister register;
  private final MailboxAddress mailbox;

  public SealedMailbox(MirrorRegister register, MailboxAddress mailbox) {
    this.register = register;
    this.mailbox = mailbox;
  }

  /** The directory with the list of what went from a mailbox when its days were over. */
  static Path expiries(Path arrivals) {
    return arrivals.resolve("expired");
  }

  /**
   * The arrivals that are over and not yet expired: those in front of the first that is not. What
   * came under a clock that was ahead came before the next one nevertheless.
   *
   * @param now arrivals behind it have a time that is not theirs
   */
  static List<LedgerLine> over(Path arrivals, Path expiries, Instant border, Instant now)
      throws IOException {
    AtomicLong expired = new AtomicLong();
    Ledger.read(expiries, _ -> expired.incrementAndGet());
    List<LedgerLine> over = new ArrayList<>();
    List<LedgerLine> ahead = new ArrayList<>();
    AtomicBoolean kept = new AtomicBoolean();
    Ledger.read(
        arrivals,
        line -> {
          if (expired.getAndDecrement() > 0 || kept.get()) {
            return;
          }
          if (line.time().isAfter(now)) {
            ahead.add(line);
          } else if (line.time().isBefore(border)) {
            over.addAll(ahead);
            ahead.clear();
            over.add(line);
          } else {
            kept.set(true); // what came behind it under a clock that had gone back waits for it
          }
        });
    return over;
  }

  /**
   * What a verification found.
   *
   * @param arrivals lines that are as they were sealed
   * @param expired how many of these are expired
   * @param messages that are there, each with its SHA-256
   * @param seal of the last arrival; whoever writes it down elsewhere can tell later whether the
   *     ledger still goes on from it
   * @param problems sentences; none where everything is as it was kept
   */
  public record Findings(
      long arrivals, long expired, long messages, String seal, List<String> problems) {
    public Findings {
      problems = List.copyOf(problems);
    }
  }

  /** The mailboxes of all read-only mirrors, and whatever else lies where these do. */
  public static Set<MailboxAddress> all(MirrorRegister register) throws IOException {
    Set<MailboxAddress> all = register.readOnlyOnDisk();
    register.mirrors().stream()
        .filter(RegisteredMirror::readOnly)
        .forEach(mirror -> all.addAll(mirror.own()));
    return all;
  }

  /**
   * Writes down how far the ledgers are.
   *
   * @throws IOException where one of them is damaged, or does not go on from what was written down
   */
  KnownSeals noteSeals() throws IOException {
    List<String> problems = new ArrayList<>();
    KnownSeals now = proven(Optional.empty(), problems);
    if (!problems.isEmpty()) {
      throw new IOException(String.join("; ", problems));
    }
    // What was read may not be on the disk yet, and must not be missed when the power goes.
    sync(register.ledger(mailbox));
    sync(expiries(register.ledger(mailbox)));
    try (DirectoryHandle directory = DirectoryHandle.open(register.settings().directory())) {
      now.write(
          directory,
          List.of(
              new FileName("seals"),
              FileName.ofText(mailbox.domain()),
              FileName.ofText(mailbox.localPart())));
    }
    return now;
  }

  private static void sync(Path ledger) throws IOException {
    if (!Files.isDirectory(ledger)) {
      return;
    }
    List<Path> months;
    try (Stream<Path> entries = Files.list(ledger)) {
      months = entries.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path month : months.subList(Math.max(0, months.size() - 2), months.size())) {
      try (FileChannel file = FileChannel.open(month, StandardOpenOption.READ)) {
        file.force(true);
      }
    }
    try (DirectoryHandle directory = DirectoryHandle.open(ledger)) {
      directory.sync();
    }
  }

  /** Reads all lines and all messages; deliveries and expiries may go on meanwhile. */
  public Findings verify() throws IOException {
    return verify(Optional.empty());
  }

  /**
   * The same.
   *
   * @param writtenDown the seal of an arrival, from which the ledger has to go on
   */
  public Findings verify(Optional<String> writtenDown) throws IOException {
    List<String> problems = new ArrayList<>();
    if (!register.isReadOnly(mailbox)) {
      problems.add("no mirror is known that has the read-only mailbox %s".formatted(mailbox));
    }
    Path arrivals = register.ledger(mailbox);
    Path expiries = expiries(arrivals);
    KnownSeals proven = proven(writtenDown, problems);
    List<LedgerLine> expired = new ArrayList<>();
    Ledger.read(expiries, expired::add);
    Map<String, LedgerLine> kept = new HashMap<>();
    Map<String, LedgerLine> gone = new HashMap<>();
    List<LedgerLine> ahead = new ArrayList<>(); // of whose clock; with the time when they expired
    AtomicLong number = new AtomicLong();
    Ledger.read(
        arrivals,
        line -> {
          int index = (int) number.getAndIncrement();
          if (index >= expired.size()) {
            kept.put(line.file(), line);
          } else if (isSame(line, expired.get(index))) {
            gone.put(line.file(), line);
            Instant then = expired.get(index).time();
            if (line.time().isAfter(then)) {
              ahead.add(line.at(then));
            } else {
              ahead.forEach(each -> requireOver(each.at(line.time()), each.time(), problems));
              ahead.clear();
              requireOver(line, then, problems);
            }
          } else {
            problems.add(
                "expiry %d is of %s, and not of %s, which came then"
                    .formatted(index + 1, expired.get(index).file(), line.file()));
          }
        });
    ahead.forEach(
        each ->
            problems.add(
                "%s expired on %s, before anything that came behind it"
                    .formatted(each.file(), each.time())));
    if (expired.size() > number.get()) {
      problems.add("more messages are expired than came");
    }
    long messages = 0;
    Map<String, LedgerLine> missing = new HashMap<>(kept);
    Set<String> seen = new HashSet<>();
    try (DirectoryHandle root = register.openMailbox(mailbox)) {
      for (FileName part : List.of(MaildirFolder.CUR, MaildirFolder.NEW)) {
        try (DirectoryHandle directory = root.directory(part)) {
          for (DirectoryEntry entry : directory.list()) {
            String base = MessageFileName.of(entry.name()).base().bytes();
            LedgerLine line = kept.get(base);
            missing.remove(base);
            if (!seen.add(base)) {
              problems.add("%s is there twice".formatted(directory.describe(entry.name())));
            } else if (line != null) {
              messages += isWhole(directory, entry, line, problems) ? 1 : 0;
            } else if (gone.containsKey(base)) {
              // Of a scan that died, or goes on; the next one finishes it.
              isWhole(directory, entry, gone.get(base), problems);
            } else if (!isOnItsWay(base)) {
              problems.add(
                  "%s is there, and never came".formatted(directory.describe(entry.name())));
            }
          }
        }
      }
      requireNothingElse(root, problems);
    } catch (PosixException e) {
      problems.add(e.getMessage());
    }
    missing
        .values()
        .forEach(
            line -> {
              if (!wentMeanwhile(expiries, line)) {
                problems.add("%s came on %s and is gone".formatted(line.file(), line.time()));
              }
            });
    return new Findings(
        proven.arrivals().lines(),
        proven.expiries().lines(),
        messages,
        proven.arrivals().seal(),
        problems);
  }

  /** What the ledgers prove, held against what was written down of them. */
  private KnownSeals proven(Optional<String> writtenDown, List<String> problems)
      throws IOException {
    // First: what is written down of a scan that goes on is in the ledgers by then.
    Optional<KnownSeals> known = KnownSeals.read(register.seals(mailbox));
    Path arrivals = register.ledger(mailbox);
    KnownSeals proven =
        new KnownSeals(
            verified(arrivals, known.map(KnownSeals::arrivals), writtenDown, problems),
            verified(
                expiries(arrivals), known.map(KnownSeals::expiries), Optional.empty(), problems));
    return proven;
  }

  private static Ledger.Proof verified(
      Path directory,
      Optional<Ledger.Proof> known,
      Optional<String> writtenDown,
      List<String> problems) {
    Ledger.Proof nothing = new Ledger.Proof(0, NO_SEAL);
    AtomicBoolean asKnown = new AtomicBoolean(known.isEmpty() || known.get().equals(nothing));
    AtomicBoolean asWritten =
        new AtomicBoolean(writtenDown.isEmpty() || writtenDown.get().equals(NO_SEAL));
    Ledger.Proof proof = nothing;
    try {
      proof =
          Ledger.verify(
              directory,
              each -> {
                asKnown.compareAndSet(false, known.filter(each::equals).isPresent());
                asWritten.compareAndSet(false, writtenDown.filter(each.seal()::equals).isPresent());
              });
    } catch (IOException e) {
      problems.add(e.getMessage());
    }
    if (!asKnown.get()) {
      problems.add(
          "%s had %d lines at the last scan, and does not go on from these"
              .formatted(directory, known.orElse(nothing).lines()));
    }
    if (!asWritten.get()) {
      problems.add(
          "%s does not go on from the seal %s".formatted(directory, writtenDown.orElse("")));
    }
    return proof;
  }

  /** Whether that message could expire then, by the days that were in force. */
  private void requireOver(LedgerLine came, Instant expired, List<String> problems) {
    OptionalInt days = register.daysKeptAt(mailbox, expired.minus(SLACK));
    if (days.isEmpty()
        || expired.isBefore(came.time().plus(Duration.ofDays(days.getAsInt())).minus(SHORTER))) {
      problems.add(
          "%s came on %s and expired on %s, before its days were over"
              .formatted(came.file(), came.time(), expired));
    } else if (expired.isAfter(register.now().plus(SLACK))) {
      problems.add("%s expired on %s, which is to come".formatted(came.file(), expired));
    }
  }

  /** Folders and files that somebody put there would be shown, and are nobody's copies. */
  private void requireNothingElse(DirectoryHandle root, List<String> problems) throws IOException {
    for (DirectoryEntry entry : root.list()) {
      if (!PARTS.contains(entry.name())) {
        problems.add("%s is there, and never came".formatted(root.describe(entry.name())));
      }
    }
    try (DirectoryHandle tmp = root.directory(MaildirFolder.TMP);
        DirectoryHandle spool = DirectoryHandle.open(register.spool())) {
      for (DirectoryEntry entry : tmp.list()) {
        if (!isThere(spool, entry.name()) && isThere(tmp, entry.name())) {
          problems.add("%s is there, and never came".formatted(tmp.describe(entry.name())));
        }
      }
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) { // no spool: nothing ever came
        throw e;
      }
    }
  }

  private static boolean isThere(DirectoryHandle directory, FileName name) throws IOException {
    try {
      directory.status(name);
      return true;
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  private static boolean isSame(LedgerLine arrival, LedgerLine expiry) {
    return arrival.at(expiry.time()).equals(expiry);
  }

  private static boolean isWhole(
      DirectoryHandle directory, DirectoryEntry entry, LedgerLine line, List<String> problems) {
    try {
      if (entry.type() == FileType.FILE && sha256(directory, entry.name()).equals(line.sha256())) {
        return true;
      }
      problems.add("%s is not what came".formatted(directory.describe(entry.name())));
    } catch (IOException e) {
      problems.add(e.getMessage());
    }
    return false;
  }

  private static String sha256(DirectoryHandle directory, FileName name) throws IOException {
    MessageDigest digest = DigestUtils.getSha256Digest();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (ReadableFile file = directory.file(name);
        InputStream in = file.stream()) {
      for (int bytes = in.read(buffer); bytes >= 0; bytes = in.read(buffer)) {
        digest.update(buffer, 0, bytes);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Whether a message that the ledger did not name has come since it was read: it is linked first,
   * then its line is written, and then it leaves the spool.
   */
  private boolean isOnItsWay(String base) throws IOException {
    int comma = base.indexOf(",S=");
    if (comma > 0) {
      try (DirectoryHandle spool = DirectoryHandle.open(register.spool())) {
        spool.status(new FileName(base.substring(0, comma)));
        return true;
      } catch (PosixException e) {
        // not in the spool any more, or never
      }
    }
    AtomicBoolean found = new AtomicBoolean();
    Ledger.read(
        register.ledger(mailbox), line -> found.compareAndSet(false, line.file().equals(base)));
    return found.get();
  }

  private static boolean wentMeanwhile(Path expiries, LedgerLine line) {
    AtomicBoolean found = new AtomicBoolean();
    try {
      Ledger.read(expiries, each -> found.compareAndSet(false, each.file().equals(line.file())));
    } catch (IOException e) {
      return false;
    }
    return found.get();
  }
}
