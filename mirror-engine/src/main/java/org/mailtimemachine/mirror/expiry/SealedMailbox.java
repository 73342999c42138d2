package org.mailtimemachine.mirror.expiry;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.commons.codec.digest.DigestUtils;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.mailstore.maildir.MessageFileName;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileType;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;
import org.mailtimemachine.mirror.copy.Ledger;
import org.mailtimemachine.mirror.copy.LedgerLine;
import org.mailtimemachine.mirror.register.MirrorRegister;

/**
 * The mailbox of a read-only mirror. Its ledger of arrivals, and another one of expiries beside it,
 * prove what it holds: the expiries are the first of the arrivals, in the same order, and each
 * arrival behind them is a file with the SHA-256 that the ledger says.
 */
public final class SealedMailbox {

  private static final int BUFFER_BYTES = 64 * 1024;

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

  /** The arrivals that are over and not yet expired: those in front of the first that is not. */
  static List<LedgerLine> over(Path arrivals, Path expiries, Instant border) throws IOException {
    AtomicLong expired = new AtomicLong();
    Ledger.read(expiries, _ -> expired.incrementAndGet());
    List<LedgerLine> over = new ArrayList<>();
    AtomicBoolean kept = new AtomicBoolean();
    Ledger.read(
        arrivals,
        line -> {
          if (expired.getAndDecrement() > 0 || kept.get()) {
            return;
          }
          if (line.time().isBefore(border)) {
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

  /** Reads all lines and all messages; deliveries and expiries may go on meanwhile. */
  public Findings verify() throws IOException {
    List<String> problems = new ArrayList<>();
    Path arrivals = register.ledger(mailbox);
    Path expiries = expiries(arrivals);
    Ledger.Proof came = verified(arrivals, problems);
    Ledger.Proof went = verified(expiries, problems);
    List<LedgerLine> expired = new ArrayList<>();
    Ledger.read(expiries, expired::add);
    Map<String, LedgerLine> kept = new HashMap<>();
    Map<String, LedgerLine> gone = new HashMap<>();
    AtomicLong number = new AtomicLong();
    Ledger.read(
        arrivals,
        line -> {
          int index = (int) number.getAndIncrement();
          if (index >= expired.size()) {
            kept.put(line.file(), line);
          } else if (isSame(line, expired.get(index))) {
            gone.put(line.file(), line);
          } else {
            problems.add(
                "expiry %d is of %s, and not of %s, which came then"
                    .formatted(index + 1, expired.get(index).file(), line.file()));
          }
        });
    if (expired.size() > number.get()) {
      problems.add("more messages are expired than came");
    }
    long messages = 0;
    Map<String, LedgerLine> missing = new HashMap<>(kept);
    try (DirectoryHandle root = register.openMailbox(mailbox)) {
      for (FileName part : List.of(MaildirFolder.CUR, MaildirFolder.NEW)) {
        try (DirectoryHandle directory = root.directory(part)) {
          for (DirectoryEntry entry : directory.list()) {
            String base = MessageFileName.of(entry.name()).base().bytes();
            LedgerLine line = missing.remove(base);
            if (line != null) {
              messages += isWhole(directory, entry, line, problems) ? 1 : 0;
            } else if (!gone.containsKey(base) && !isOnItsWay(base)) {
              problems.add(
                  "%s is there, and never came".formatted(directory.describe(entry.name())));
            }
          }
        }
      }
    }
    missing
        .values()
        .forEach(
            line -> {
              if (!wentMeanwhile(expiries, line)) {
                problems.add("%s came on %s and is gone".formatted(line.file(), line.time()));
              }
            });
    return new Findings(came.lines(), went.lines(), messages, came.seal(), problems);
  }

  private static Ledger.Proof verified(Path directory, List<String> problems) {
    try {
      return Ledger.verify(directory);
    } catch (IOException e) {
      problems.add(e.getMessage());
      return new Ledger.Proof(0, "");
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
