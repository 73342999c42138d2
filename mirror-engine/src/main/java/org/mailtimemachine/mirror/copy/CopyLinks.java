package org.mailtimemachine.mirror.copy;

import static org.mailtimemachine.mailstore.maildir.MaildirFolder.CUR;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.NEW;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.TMP;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileCopies;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileOwner;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;

/**
 * Gives messages of the spool their names in mirror mailboxes, and notes in the ledgers of these
 * what came. For one thread.
 */
final class CopyLinks {

  private static final Logger LOG = System.getLogger(CopyLinks.class.getName());

  /** So many messages fail one by one, more are the mailbox. */
  private static final int MOST_FAILURES = 20;

  /** Of all ledgers that are open: about 200 bytes each. */
  private static final int MOST_REMEMBERED = 500_000;

  private final Path ledgers;
  private final DirectoryHandle spool;
  private final MirrorMailboxes mailboxes;
  private final DamagedCopies damagedCopies;
  private final Syncs syncs;
  private final Map<MailboxAddress, Ledger> open = new LinkedHashMap<>(16, 0.75f, true);
  private final FileCopies copies = new FileCopies();

  /** Links of which the ledger of their mailbox says nothing, though they should be gone. */
  private final Map<MailboxAddress, UnnotedLinks> unnoted = new HashMap<>();

  /** Of the mailboxes of one batch; nobody where they cannot be opened. */
  private final Map<MailboxAddress, Optional<FileOwner>> owners = new HashMap<>();

  CopyLinks(
      Path spoolPath,
      DirectoryHandle spool,
      MirrorMailboxes mailboxes,
      DamagedCopies damagedCopies,
      Syncs syncs) {
    this.ledgers = spoolPath.resolve("ledgers");
    this.spool = spool;
    this.mailboxes = mailboxes;
    this.damagedCopies = damagedCopies;
    this.syncs = syncs;
  }

  /** What was found out so far of mailboxes may not be so any more. */
  void beginBatch() {
    owners.clear();
    closeSomeLedgers();
  }

  /** Nobody knows where its ledger stands. */
  void lose(MailboxAddress mailbox) {
    open.remove(mailbox);
  }

  /** The same of all. */
  void loseAll() {
    open.clear();
  }

  /**
   * What did not come into a mailbox.
   *
   * @param failed what may come later
   * @param damaged what cannot, and why
   */
  record Attempt(Set<SpooledMessage> failed, Map<SpooledMessage, IOException> damaged) {}

  /** Brings them into a mailbox of theirs, if it does not have them already. */
  Attempt deliver(MailboxAddress mailbox, List<SpooledMessage> messages) throws IOException {
    Ledger ledger = ledger(mailbox);
    List<SpooledMessage> unknown =
        messages.stream().filter(each -> !ledger.has(each.arrival().key())).toList();
    Attempt attempt = new Attempt(new LinkedHashSet<>(), new LinkedHashMap<>());
    Map<String, LedgerLine> lines = new LinkedHashMap<>(); // one for each key
    if (!unknown.isEmpty()) {
      try (DirectoryHandle maildir = mailboxes.open(mailbox);
          DirectoryHandle fresh = maildir.directory(NEW)) {
        UnnotedLinks links = unnoted.computeIfAbsent(mailbox, _ -> new UnnotedLinks());
        links.withdrawTheRest(fresh);
        Set<String> there = alreadyThere(unknown, maildir);
        there.addAll(links.taken());
        for (SpooledMessage message : unknown) {
          if (there.contains(message.baseName())) {
            lines.put(message.arrival().key(), line(message, mailbox));
          }
        }
        List<SpooledMessage> linked = new ArrayList<>();
        boolean appending = false;
        boolean noted = false;
        try {
          for (SpooledMessage message : unknown) {
            if (!lines.containsKey(message.arrival().key())
                && put(message, mailbox, maildir, fresh, attempt)) {
              linked.add(message);
              lines.put(message.arrival().key(), line(message, mailbox));
            }
          }
          syncs.directory(fresh);
          // Also where others have failed: what is linked and not noted would be linked once more,
          // when its reader has moved it away.
          appending = true;
          ledger.append(List.copyOf(lines.values()));
          noted = true;
        } finally {
          if (!noted) {
            List<FileName> without =
                linked.stream()
                    .filter(each -> !ledger.has(each.arrival().key()))
                    .map(each -> new FileName(each.baseName()))
                    .toList();
            if (ledger.isCertain() || !appending) {
              links.withdraw(fresh, without);
            } else { // what it may have noted must stay
              links.keep(without);
            }
          }
        }
      }
    }
    forgetUnnoted(mailbox, messages);
    attempt.failed().removeIf(each -> lines.containsKey(each.arrival().key()));
    attempt.damaged().keySet().removeIf(each -> lines.containsKey(each.arrival().key()));
    noteOtherRecipients(ledger, mailbox, messages);
    return attempt;
  }

  /** The ledger has these now. */
  private void forgetUnnoted(MailboxAddress mailbox, List<SpooledMessage> messages) {
    UnnotedLinks links = unnoted.get(mailbox);
    if (links != null) {
      links.noted(messages.stream().map(SpooledMessage::baseName).toList());
      if (links.isEmpty()) {
        unnoted.remove(mailbox);
      }
    }
  }

  private static LedgerLine line(SpooledMessage message, MailboxAddress mailbox) {
    return LedgerLine.of(message.arrival(), mailbox, message.baseName());
  }

  /**
   * Of messages that mail servers hand over in parts, for some recipients each: the copy is that of
   * the first part, and whose it is as well the ledger says in another line.
   */
  private static void noteOtherRecipients(
      Ledger ledger, MailboxAddress mailbox, List<SpooledMessage> messages) throws IOException {
    Map<String, Set<String>> others = new LinkedHashMap<>();
    for (SpooledMessage each : messages) {
      String key = each.arrival().key();
      List<String> recipients = each.arrival().destinations().getOrDefault(mailbox, List.of());
      if (ledger.has(key) && !ledger.unnamed(key, recipients).isEmpty()) {
        others
            .computeIfAbsent(key, _ -> new LinkedHashSet<>())
            .addAll(ledger.unnamed(key, recipients));
      }
    }
    List<LedgerLine> lines = new ArrayList<>();
    ledger
        .firstLines(others.keySet())
        .forEach(
            (key, first) -> lines.add(first.of(List.copyOf(others.getOrDefault(key, Set.of())))));
    ledger.append(lines);
  }

  /** Whether it is there now; those that fail are in nobody's way. */
  private boolean put(
      SpooledMessage message,
      MailboxAddress mailbox,
      DirectoryHandle maildir,
      DirectoryHandle fresh,
      Attempt attempt) {
    if (attempt.failed().size() >= MOST_FAILURES) {
      attempt.failed().add(message);
      return false;
    }
    try {
      if (message.tried()) {
        damagedCopies.requireWhole(message);
      }
      put(message, maildir, fresh);
      return true;
    } catch (DamagedCopies.DamagedTextException e) {
      attempt.damaged().put(message, e);
    } catch (IOException e) {
      LOG.log(
          Level.ERROR,
          "the mirror mailbox %s cannot take %s now".formatted(mailbox, message.id()),
          e);
      attempt.failed().add(message);
    }
    return false;
  }

  /**
   * Those of which the process died, or failed, before the ledger said that they are there; their
   * reader may have seen them by now. One look for all of them: the mailbox may be a large one.
   */
  private static Set<String> alreadyThere(List<SpooledMessage> messages, DirectoryHandle maildir)
      throws IOException {
    Set<String> doubtful = new HashSet<>();
    messages.stream().filter(SpooledMessage::tried).forEach(each -> doubtful.add(each.baseName()));
    Set<String> there = new HashSet<>();
    if (!doubtful.isEmpty()) {
      for (FileName part : List.of(NEW, CUR)) {
        try (DirectoryHandle directory = maildir.directory(part)) {
          directory.list(
              entry -> {
                String name = entry.name().bytes();
                int info = name.indexOf(':');
                String base = info < 0 ? name : name.substring(0, info);
                if (doubtful.contains(base)) {
                  there.add(base);
                }
              });
        }
      }
    }
    return there;
  }

  /** Gives it its name in the mailbox. */
  private void put(SpooledMessage message, DirectoryHandle maildir, DirectoryHandle fresh)
      throws IOException {
    FileName name = new FileName(message.baseName());
    if (!belongsTo(FileOwner.of(maildir.status()), message)) {
      copy(message, maildir, fresh, name);
      return;
    }
    try {
      spool.link(message.id(), fresh, name);
    } catch (PosixException e) {
      if (!e.is(Errno.EXDEV) && !e.is(Errno.EMLINK)) {
        throw e;
      }
      copy(message, maildir, fresh, name);
    }
  }

  /**
   * Whether the text is that owner's, or can be made so: one file has one owner in all mailboxes.
   * To nobody is given what somebody else waits for: he could write to it.
   */
  private boolean belongsTo(FileOwner owner, SpooledMessage message) throws IOException {
    FileStatus status = spool.status(message.id());
    if (FileOwner.of(status).equals(owner)) {
      return true;
    }
    if (status.links() > 1 || !isForNobodyBut(owner, message)) {
      return false;
    }
    try (NewFile text = spool.append(message.id(), 0600)) {
      text.setOwner(owner);
    }
    return true;
  }

  private boolean isForNobodyBut(FileOwner owner, SpooledMessage message) {
    return message.destinations().size() == 1
        || message.destinations().stream()
            .map(each -> owners.computeIfAbsent(each, this::ownerOf))
            .allMatch(Optional.of(owner)::equals);
  }

  private Optional<FileOwner> ownerOf(MailboxAddress mailbox) {
    try (DirectoryHandle maildir = mailboxes.open(mailbox)) {
      return Optional.of(FileOwner.of(maildir.status()));
    } catch (IOException | RuntimeException | Error e) {
      return Optional.empty(); // which is told of when it is its turn
    }
  }

  private void copy(
      SpooledMessage message, DirectoryHandle maildir, DirectoryHandle fresh, FileName name)
      throws IOException {
    FileName temporary = message.id();
    try (DirectoryHandle tmp = maildir.directory(TMP);
        ReadableFile from = spool.file(message.id())) {
      EnvelopeFiles.remove(tmp, temporary);
      try (NewFile to = tmp.create(temporary, 0600)) {
        to.setOwner(FileOwner.of(maildir.status()));
        copies.copy(from, to, tmp.describe(temporary));
        DamagedCopies.requireWhole(from, message);
        to.setModified(message.arrival().time());
        to.sync();
      } catch (IOException e) {
        try {
          EnvelopeFiles.remove(tmp, temporary);
        } catch (IOException again) {
          e.addSuppressed(again);
        }
        throw e;
      }
      tmp.rename(temporary, fresh, name);
    }
  }

  private Ledger ledger(MailboxAddress mailbox) throws IOException {
    Ledger ledger = open.get(mailbox);
    if (ledger == null) {
      ledger =
          Ledger.openToGoOn(ledgers.resolve(mailbox.domain()).resolve(mailbox.localPart()), syncs);
      open.put(mailbox, ledger);
    }
    return ledger;
  }

  /** What was not written to for the longest time is read again when it is. */
  private void closeSomeLedgers() {
    int remembered = open.values().stream().mapToInt(Ledger::remembered).sum();
    Iterator<Ledger> ledgersOpen = open.values().iterator();
    while (remembered > MOST_REMEMBERED && open.size() > 1 && ledgersOpen.hasNext()) {
      Ledger each = ledgersOpen.next();
      if (each.isCertain()) { // read again, what could not be synced would be believed
        remembered -= each.remembered();
        ledgersOpen.remove();
      }
    }
  }
}
