package org.mailtimemachine.mirror.expiry;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
import org.mailtimemachine.mirror.register.RegisteredMirror;

/**
 * Removes from mirror mailboxes what is older than Days to Mirror, in all folders: as of 0:00 of a
 * date in the host's zone, so that a copy is kept that many whole days. Where several mirrors share
 * a mailbox, the longest days count. The age is the time of arrival, which the mtime of a file is
 * (IMAP's INTERNALDATE); of a read-only mirror what its ledger says.
 *
 * <p>A scan that dies is finished by the next one. Of a read-only mirror the expiry is sealed
 * before the message goes, so that one that is missing without a seal was taken by somebody else.
 */
public final class MirrorExpiry {

  /** A longer pause is a clock that jumped, until somebody says otherwise. */
  static final int LONGEST_PAUSE_DAYS = 31;

  private static final FileName LOCK = new FileName("expiry.lock");
  private static final FileName MARK = new FileName("expired-as-of");
  private static final int MODE = 0600;

  private final MirrorRegister register;
  private final Clock clock;
  private final ZoneId zone;

  public MirrorExpiry(MirrorRegister register, Clock clock, ZoneId zone) {
    this.register = register;
    this.clock = clock;
    this.zone = zone;
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

  /** Whether a midnight has passed since the last scan. */
  public boolean isDue() throws IOException {
    requireAllKnown();
    Optional<LocalDate> last = last();
    LocalDate today = LocalDate.now(clock.withZone(zone));
    if (last.isEmpty() || last.get().isAfter(today)) {
      mark(today); // the first day, or a clock that was ahead: nothing goes before the next 0:00
      return false;
    }
    return last.get().isBefore(today);
  }

  /**
   * Scans all mirror mailboxes, as of the beginning of today.
   *
   * @throws IOException where another scan goes on, or nobody can tell what is to be kept
   */
  public Outcome run(Option... options) throws IOException {
    Set<Option> chosen = Set.of(options);
    requireAllKnown();
    LocalDate today = LocalDate.now(clock.withZone(zone));
    requireNoJump(today, chosen.contains(Option.FORCE));
    boolean dry = chosen.contains(Option.DRY_RUN);
    try (DirectoryHandle directory = DirectoryHandle.open(register.settings().directory());
        NewFile lock = directory.append(LOCK, MODE)) {
      if (!lock.tryLock()) {
        throw new IOException("another scan of the mirror mailboxes goes on");
      }
      Map<MailboxAddress, Long> removed = new TreeMap<>();
      List<String> problems = new ArrayList<>();
      days(today)
          .forEach(
              (mailbox, days) -> {
                Instant border = today.minusDays(days).atStartOfDay(zone).toInstant();
                try {
                  long gone = expire(mailbox, border, dry, problems);
                  if (gone > 0) {
                    removed.put(mailbox, gone);
                  }
                } catch (IOException e) {
                  problems.add("%s: %s".formatted(mailbox, e.getMessage()));
                }
              });
      if (!dry) {
        mark(today);
      }
      return new Outcome(removed, problems);
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

  private void requireNoJump(LocalDate today, boolean forced) throws IOException {
    Optional<LocalDate> last = last();
    if (!forced && last.isPresent() && last.get().plusDays(LONGEST_PAUSE_DAYS).isBefore(today)) {
      throw new IOException(
          "the last scan was on %s, and now it is %s: if that is true and no clock has jumped, say"
                  .formatted(last.get(), today)
              + " 'mtm mirror expire --force'");
    }
  }

  /** How many days each mailbox keeps; the ones that are not in it are none of ours. */
  private Map<MailboxAddress, Integer> days(LocalDate today) {
    Map<MailboxAddress, Integer> days = new TreeMap<>();
    Set<MailboxAddress> kept = new HashSet<>();
    for (RegisteredMirror mirror : register.mirrors()) {
      int ofMirror = mirror.rule().days();
      if (mirror.inForce()) {
        mirror.rule().destinations().forEach(each -> days.merge(each, ofMirror, Math::max));
      } else if (mirror.end().orElseThrow().mailStays()) {
        kept.addAll(mirror.own());
      } else if (mirror
          .end()
          .orElseThrow()
          .time()
          .atZone(zone)
          .toLocalDate()
          .plusDays(ofMirror + (long) LONGEST_PAUSE_DAYS)
          .isAfter(today)) {
        mirror.own().forEach(each -> days.merge(each, ofMirror, Math::max));
      }
    }
    Set<MailboxAddress> inForce = new HashSet<>();
    register.mirrors().stream()
        .filter(RegisteredMirror::inForce)
        .forEach(mirror -> inForce.addAll(mirror.rule().destinations()));
    kept.removeAll(inForce); // whoever made a new mirror there was told what goes
    days.keySet().removeAll(kept);
    return days;
  }

  private long expire(MailboxAddress mailbox, Instant border, boolean dry, List<String> problems)
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
        return expireSealed(mailbox, root, border, dry);
      }
    }
    try (Maildir maildir = new Maildir(root, warning -> problems.add(mailbox + ": " + warning))) {
      long gone = 0;
      for (Maildir.Found found : maildir.folders()) {
        try (DirectoryHandle folder = found.folder().open(root)) {
          gone += expire(folder, border, dry);
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
      MailboxAddress mailbox, DirectoryHandle root, Instant border, boolean dry)
      throws IOException {
    Path arrivals = register.ledger(mailbox);
    Path expiries = SealedMailbox.expiries(arrivals);
    List<LedgerLine> over = SealedMailbox.over(arrivals, expiries, border);
    if (dry) {
      return over.size();
    }
    if (!over.isEmpty()) {
      Instant now = clock.instant();
      Ledger.open(expiries).append(over.stream().map(line -> line.at(now)).toList());
    }
    // Also those that were sealed when a scan died.
    Set<String> sealed = new HashSet<>();
    Ledger.read(expiries, line -> sealed.add(line.file()));
    for (FileName part : List.of(MaildirFolder.NEW, MaildirFolder.CUR)) {
      try (DirectoryHandle directory = root.directory(part)) {
        for (DirectoryEntry entry : directory.list()) {
          if (sealed.contains(MessageFileName.of(entry.name()).base().bytes())) {
            unlinked(directory, entry.name());
          }
        }
        directory.sync();
      }
    }
    return over.size();
  }

  private Optional<LocalDate> last() throws IOException {
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
