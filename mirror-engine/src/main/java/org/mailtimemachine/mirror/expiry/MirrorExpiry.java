package org.mailtimemachine.mirror.expiry;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.mailstore.maildir.MessageFileName;
import org.mailtimemachine.mailstore.maildir.Quota;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.FileType;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mirror.copy.Ledger;
import org.mailtimemachine.mirror.copy.LedgerLine;
import org.mailtimemachine.mirror.register.MirrorRegister;

/**
 * Removes from mirror mailboxes what is older than Days to Mirror, in all folders: as of 0:00 of a
 * date in the host's zone, so that a copy is kept that many whole days. Where several mirrors share
 * a mailbox, the longest days count; they are asked for again before each folder. The age is the
 * time of arrival, which the mtime of a file is (IMAP's INTERNALDATE); of a read-only mirror what
 * its ledger says.
 *
 * <p>A scan that dies is finished by the next one. Of a read-only mirror the expiry is sealed
 * before the message goes, so that one that is missing without a seal was taken by somebody else.
 *
 * <p>A clock that was set takes nothing away. A new day has to hold for an hour of this process, in
 * which the clock of a machine that was just started would be set right. Where more than one
 * midnight has passed since the last scan, or the clock was set while this process looked on, it
 * has to go on steadily for a day; after a month somebody has to say that it is true. For one
 * thread.
 */
public final class MirrorExpiry {

  /** A longer pause is a clock that jumped, until somebody says otherwise. */
  static final int LONGEST_PAUSE_DAYS = 31;

  private static final Logger LOG = System.getLogger(MirrorExpiry.class.getName());

  /** So long the clock has to go on steadily before its date is believed. */
  private static final Duration WATCHED = Duration.ofDays(1);

  /** The same where all it says is that the next day has begun. */
  private static final Duration SETTLED = Duration.ofHours(1);

  /** By so much a clock is corrected that is right (leap seconds, a slow drift). */
  private static final Duration CORRECTION = Duration.ofMinutes(10);

  /** A mailbox that could not be scanned is tried again. */
  private static final Duration AGAIN_AFTER = Duration.ofHours(1);

  private static final FileName LOCK = new FileName("expiry.lock");
  private static final FileName MARK = new FileName("expired-as-of");
  private static final int MODE = 0600;

  private final MirrorRegister register;
  private final Clock clock;
  private final ZoneId zone;
  private final LongSupplier nanoTime;

  /** Since when the clock goes on steadily, and the last look at it. */
  private OptionalLong steadySince = OptionalLong.empty();

  private long lookedAt;
  private Instant seen = Instant.EPOCH;
  private boolean wasSet;

  /** As of which date mailboxes have failed, and when they were tried last. */
  private LocalDate failedAsOf = LocalDate.MIN;

  private long triedAt;
  private Set<MailboxAddress> failed = Set.of();

  public MirrorExpiry(MirrorRegister register, Clock clock, ZoneId zone) {
    this(register, clock, zone, System::nanoTime);
  }

  MirrorExpiry(MirrorRegister register, Clock clock, ZoneId zone, LongSupplier nanoTime) {
    this.register = register;
    this.clock = clock;
    this.zone = zone;
    this.nanoTime = nanoTime;
  }

  /** How to go about it. */
  public enum Option {
    /** Only says what would go. */
    DRY_RUN,
    /** By the date alone, however long ago the last scan was. */
    FORCE
  }

  /**
   * What a scan did.
   *
   * @param removed messages of each mailbox that has lost some
   * @param problems sentences about what could not be looked at; it stays
   */
  public record Outcome(Map<MailboxAddress, Long> removed, List<String> problems) {
    public Outcome {
      removed = Map.copyOf(removed);
      problems = List.copyOf(problems);
    }

    public long messages() {
      return removed.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * Whether a midnight has passed since the last scan, and the clock is to be believed.
   *
   * @throws IOException also where the clock is behind the last scan
   */
  public boolean isDue() throws IOException {
    requireAllKnown();
    LocalDate today = LocalDate.now(clock.withZone(zone));
    Optional<LocalDate> last = last();
    look(last.orElse(today), today);
    if (last.isEmpty()) {
      try (DirectoryHandle directory = DirectoryHandle.open(register.settings().directory());
          NewFile _ = locked(directory)) {
        mark(today); // the first day: nothing goes before the next 0:00
      }
      return false;
    }
    if (last.get().isAfter(today.plusDays(1))) {
      throw new IOException(
          "the last scan was on %s, and now it is %s: nothing expires until that date is over, or"
                  .formatted(last.get(), today)
              + " somebody says 'mtm mirror expire --force'");
    }
    if (!last.get().isBefore(today)) {
      return failedAsOf.equals(today)
          && !failed.isEmpty()
          && nanoTime.getAsLong() - triedAt >= AGAIN_AFTER.toNanos();
    }
    return isSteadyFor(isInDoubt(last.get(), today) ? WATCHED : SETTLED);
  }

  private boolean isInDoubt(LocalDate last, LocalDate today) {
    return wasSet || last.plusDays(1).isBefore(today);
  }

  /** Whether the clock went on as time did since the last look. */
  private void look(LocalDate last, LocalDate today) {
    Instant now = clock.instant();
    long time = nanoTime.getAsLong();
    if (steadySince.isEmpty()) {
      steadySince = OptionalLong.of(time);
      if (isInDoubt(last, today)) {
        LOG.log(
            Level.WARNING,
            "the last scan of the mirror mailboxes was on %s, and now it is %s: nothing expires for"
                    .formatted(last, today)
                + " a day, as a clock may have jumped");
      }
    } else {
      Duration set = Duration.between(seen, now).minusNanos(time - lookedAt);
      if (set.abs().compareTo(CORRECTION) > 0) {
        LOG.log(Level.WARNING, "the clock was set by %s: nothing expires for a day".formatted(set));
        steadySince = OptionalLong.of(time);
        wasSet = true;
      }
    }
    seen = now;
    lookedAt = time;
  }

  private boolean isSteadyFor(Duration time) {
    return steadySince.isPresent()
        && nanoTime.getAsLong() - steadySince.getAsLong() >= time.toNanos();
  }

  /** Mailboxes that could not be scanned, or not to their end, as of the last scan. */
  public int failed() {
    return failed.size();
  }

  /**
   * Scans all mirror mailboxes, as of the beginning of today.
   *
   * @throws IOException where another scan goes on, or nobody can tell what is to be kept
   */
  public Outcome run(Option... options) throws IOException {
    Set<Option> chosen = Set.of(options);
    register.requireOwner();
    requireAllKnown();
    LocalDate today = LocalDate.now(clock.withZone(zone));
    boolean dry = chosen.contains(Option.DRY_RUN);
    boolean forced = chosen.contains(Option.FORCE);
    try (DirectoryHandle directory = DirectoryHandle.open(register.settings().directory());
        NewFile _ = locked(directory)) {
      if (!forced) {
        requireNoJump(today);
      }
      Map<MailboxAddress, Long> removed = new TreeMap<>();
      List<String> problems = new ArrayList<>();
      Set<MailboxAddress> notDone = new HashSet<>();
      List<String> leftOut = new ArrayList<>();
      boolean again = !dry && !forced && failedAsOf.equals(today) && !failed.isEmpty();
      for (MailboxAddress mailbox : again ? failed : register.expiring()) {
        int before = problems.size();
        try {
          long gone = expire(mailbox, today, dry, problems, leftOut);
          if (gone > 0) {
            removed.put(mailbox, gone);
          }
        } catch (IOException | RuntimeException e) { // the others are scanned in any case
          problems.add("%s: %s".formatted(mailbox, e.getMessage()));
        }
        if (problems.size() > before) {
          notDone.add(mailbox);
        }
      }
      problems.addAll(leftOut);
      if (!dry) {
        failed = Set.copyOf(notDone);
        failedAsOf = today;
        triedAt = nanoTime.getAsLong();
        wasSet = false;
        if (forced || last().filter(today::isBefore).isEmpty()) {
          mark(today);
        }
        problems.addAll(noteSeals());
      }
      return new Outcome(removed, problems);
    }
  }

  /**
   * Writes down how far the ledgers of read-only mirrors are: in the log, which may be kept on
   * another machine, and beside the ledgers. What was written down before stays where a ledger does
   * not go on from it.
   *
   * @return sentences about these
   */
  public List<String> noteSeals() throws IOException {
    List<String> problems = new ArrayList<>();
    for (MailboxAddress mailbox : SealedMailbox.all(register)) {
      try {
        KnownSeals seals = new SealedMailbox(register, mailbox).noteSeals();
        LOG.log(
            Level.INFO,
            "%s: %d messages came, seal %s; %d expired, seal %s"
                .formatted(
                    mailbox,
                    seals.arrivals().lines(),
                    seals.arrivals().seal(),
                    seals.expiries().lines(),
                    seals.expiries().seal()));
      } catch (IOException e) {
        problems.add("%s: %s".formatted(mailbox, e.getMessage()));
      }
    }
    return problems;
  }

  private static NewFile locked(DirectoryHandle directory) throws IOException {
    NewFile lock = directory.append(LOCK, MODE);
    try {
      if (lock.tryLock()) {
        return lock;
      }
      throw new IOException("another scan of the mirror mailboxes goes on");
    } catch (IOException e) {
      try (lock) {
        throw e;
      }
    }
  }

  /** Also where the directory is not mounted: nobody can tell then what is to be kept. */
  private void requireAllKnown() throws IOException {
    List<String> unknown = register.problems();
    if (!unknown.isEmpty()) {
      throw new IOException(
          "nothing expires before all mirrors can be read: " + String.join("; ", unknown));
    }
  }

  private void requireNoJump(LocalDate today) throws IOException {
    Optional<LocalDate> last = last();
    boolean watched = isSteadyFor(WATCHED);
    if (last.isPresent()
        && ((wasSet && !watched)
            || last.get().plusDays(watched ? LONGEST_PAUSE_DAYS : 1).isBefore(today))) {
      throw new IOException(
          "the last scan was on %s, and now it is %s: if that is true and no clock has jumped, say"
                  .formatted(last.get(), today)
              + " 'mtm mirror expire --force'");
    }
  }

  /** What came before it is over; empty where nothing is. As of now: a scan takes its time. */
  private Optional<Instant> border(MailboxAddress mailbox, LocalDate today) throws IOException {
    requireAllKnown();
    OptionalInt days = register.daysKept(mailbox);
    return days.isEmpty()
        ? Optional.empty()
        : Optional.of(today.minusDays(days.getAsInt()).atStartOfDay(zone).toInstant());
  }

  private long expire(
      MailboxAddress mailbox,
      LocalDate today,
      boolean dry,
      List<String> problems,
      List<String> leftOut)
      throws IOException {
    DirectoryHandle root;
    try {
      root = register.openMailbox(mailbox);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return 0; // nothing has come yet
      }
      throw e;
    }
    if (register.isReadOnly(mailbox)) {
      try (root) {
        return expireSealed(mailbox, root, today, dry);
      }
    }
    try (Maildir maildir = new Maildir(root, warning -> leftOut.add(mailbox + ": " + warning))) {
      long gone = 0;
      List<Maildir.Found> folders = maildir.folders();
      boolean dotted = folders.stream().anyMatch(each -> isDotted(each.folder()));
      for (Maildir.Found found : folders) {
        if (!isOfIt(found.folder(), dotted)) {
          leftOut.add(
              "%s: %s is left out, as nobody has subscribed to it: is it a folder?"
                  .formatted(mailbox, found.folder().name()));
          continue;
        }
        try (DirectoryHandle folder = found.folder().open(root)) {
          Optional<Instant> border = border(mailbox, today);
          if (border.isPresent()) {
            gone += expire(folder, border.get(), dry);
          }
        } catch (IOException e) {
          problems.add("%s: %s: %s".formatted(mailbox, found.folder().name(), e.getMessage()));
        }
      }
      if (gone > 0 && !dry) {
        Quota.forget(root);
      }
      return gone;
    }
  }

  private static boolean isDotted(MaildirFolder folder) {
    return !folder.path().isEmpty() && folder.path().getFirst().hidden();
  }

  /**
   * Whether it is certainly a folder of that mailbox. To show what somebody has put beside them
   * does no harm; to remove mail from a copy that an administrator has laid there does.
   *
   * @param dotted whether the mailbox has folders of Maildir++, and so no others
   */
  private static boolean isOfIt(MaildirFolder folder, boolean dotted) {
    return folder.path().isEmpty() || isDotted(folder) || (!dotted && folder.subscribed());
  }

  private static long expire(DirectoryHandle folder, Instant border, boolean dry)
      throws IOException {
    long gone = 0;
    for (FileName part : List.of(MaildirFolder.NEW, MaildirFolder.CUR)) {
      try (DirectoryHandle directory = folder.directory(part)) {
        for (DirectoryEntry entry : directory.list()) {
          if (isOlder(directory, entry, border)) {
            gone += dry || unlinked(directory, entry.name()) ? 1 : 0;
          }
        }
      } catch (PosixException e) {
        if (!e.is(Errno.ENOENT)) {
          throw e;
        }
      }
    }
    return gone;
  }

  private static boolean isOlder(DirectoryHandle directory, DirectoryEntry entry, Instant border)
      throws IOException {
    if (entry.name().hidden()
        || (entry.type() != FileType.FILE && entry.type() != FileType.UNKNOWN)) {
      return false;
    }
    try {
      FileStatus status = directory.status(entry.name());
      return status.regularFile() && status.modified().isBefore(border);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false; // renamed by its reader; tomorrow is another day
      }
      throw e;
    }
  }

  private static boolean unlinked(DirectoryHandle directory, FileName name) throws IOException {
    try {
      directory.unlink(name);
      return true;
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  /** Seals what is over, and lets it go. */
  private long expireSealed(
      MailboxAddress mailbox, DirectoryHandle root, LocalDate today, boolean dry)
      throws IOException {
    Instant now = clock.instant(); // before the days are asked for: these may grow
    Optional<Instant> border = border(mailbox, today);
    Path arrivals = register.ledger(mailbox);
    Path expiries = SealedMailbox.expiries(arrivals);
    List<LedgerLine> over =
        border.isEmpty() ? List.of() : SealedMailbox.over(arrivals, expiries, border.get(), now);
    if (dry) {
      return over.size();
    }
    if (!over.isEmpty()) {
      Ledger.open(expiries).append(over.stream().map(line -> line.at(now)).toList());
    }
    // Also those that were sealed when a scan died. In memory is what is there, not all that ever
    // was.
    Map<String, List<FileName>> there = new HashMap<>();
    for (FileName part : List.of(MaildirFolder.NEW, MaildirFolder.CUR)) {
      try (DirectoryHandle directory = root.directory(part)) {
        directory.list(
            entry ->
                there
                    .computeIfAbsent(
                        MessageFileName.of(entry.name()).base().bytes(), _ -> new ArrayList<>(1))
                    .add(entry.name()));
      }
    }
    List<FileName> sealed = new ArrayList<>();
    Ledger.read(expiries, line -> sealed.addAll(there.getOrDefault(line.file(), List.of())));
    for (FileName part : List.of(MaildirFolder.NEW, MaildirFolder.CUR)) {
      try (DirectoryHandle directory = root.directory(part)) {
        for (FileName each : sealed) {
          unlinked(directory, each);
        }
        directory.sync();
      }
    }
    return over.size();
  }

  /**
   * The date as of which the last scan was; empty before the first one.
   *
   * @throws IOException where it cannot be read
   */
  public Optional<LocalDate> last() throws IOException {
    Path mark = register.settings().directory().resolve(MARK.text());
    try {
      return Files.exists(mark)
          ? Optional.of(LocalDate.parse(Files.readString(mark, US_ASCII).strip()))
          : Optional.empty();
    } catch (DateTimeException e) {
      throw new IOException("%s is damaged; remove it".formatted(mark), e);
    }
  }

  private void mark(LocalDate date) throws IOException {
    FileName temporary = new FileName(".new-" + MARK.bytes());
    try (DirectoryHandle directory = DirectoryHandle.open(register.settings().directory())) {
      unlinked(directory, temporary);
      try (NewFile file = directory.create(temporary, MODE)) {
        file.write((date + "\n").getBytes(US_ASCII));
        file.sync();
      }
      directory.rename(temporary, directory, MARK);
      directory.sync();
    }
  }
}
