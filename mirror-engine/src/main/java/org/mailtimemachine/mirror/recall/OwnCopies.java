package org.mailtimemachine.mirror.recall;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.PercentEncoding;
import org.mailtimemachine.mirror.AddressRules;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.copy.Ledger;
import org.mailtimemachine.mirror.copy.LedgerLine;
import org.mailtimemachine.mirror.register.MirrorRegister;
import org.mailtimemachine.mirror.register.RegisteredMirror;

/**
 * The copies that mirrors got of the mail of one person at a time. Whose a copy is the envelope
 * says, in the host's own rules for addresses; nothing else, and never its text. What was read of a
 * ledger once is remembered, and only what has come since is read again. Safe for use by several
 * threads.
 */
public final class OwnCopies {

  /** In memory, of all persons; about 300 bytes each. */
  private static final int MOST_LINES = 100_000;

  private static final int MOST_MONTHS = 10_000;

  private final MirrorRegister register;
  private final Map<Month, Read> known = new LinkedHashMap<>(16, 0.75f, true);
  private long lines;

  public OwnCopies(MirrorRegister register) {
    this.register = register;
  }

  private record Month(MailboxAddress mailbox, MailboxAddress person, YearMonth month) {}

  /** The lines of a month that are about one person, and how far the file was read for them. */
  private record Read(long until, List<LedgerLine> lines) {}

  private static final Read NOTHING = new Read(0, List.of());

  /** Whether any mirror gets this person's mail, or did and may still hold some. */
  public boolean any(MailboxAddress person) {
    return !mailboxes(person).isEmpty();
  }

  /** Where copies go, or went, of mail to this person. */
  private Set<MailboxAddress> mailboxes(MailboxAddress person) {
    AddressRules addresses = register.settings().addresses();
    Set<MailboxAddress> mailboxes = new LinkedHashSet<>();
    for (RegisteredMirror mirror : register.mirrors()) {
      boolean covers =
          switch (mirror.rule().source()) {
            // Of a tagged address it is his mail, too.
            case MirrorSource.SingleRecipient(MailboxAddress address) ->
                addresses.isFor(address, person) || addresses.isFor(person, address);
            case MirrorSource.AllRecipients(String domain) ->
                addresses.domain(domain).equals(addresses.domain(person.domain()));
          };
      if (covers) {
        mailboxes.addAll(mirror.rule().destinations());
      }
    }
    return mailboxes;
  }

  /**
   * What arrived for a person in a stretch of time, oldest first; each message once, however many
   * mirrors have it.
   *
   * @param after not at this time, but behind it
   * @param until at the latest
   * @throws IOException where a ledger cannot be read
   */
  public List<MirrorCopy> between(MailboxAddress person, Instant after, Instant until)
      throws IOException {
    Map<CopyId, MirrorCopy> copies = new LinkedHashMap<>();
    YearMonth last = month(until).plusMonths(1); // a clock that went back left them in a later one
    for (MailboxAddress mailbox : mailboxes(person)) {
      for (YearMonth month = month(after); !month.isAfter(last); month = month.plusMonths(1)) {
        for (LedgerLine line : lines(new Month(mailbox, person, month))) {
          if (line.time().isAfter(after) && !line.time().isAfter(until)) {
            copies.merge(CopyId.of(person, line), copy(mailbox, person, line), OwnCopies::together);
          }
        }
      }
    }
    return copies.values().stream()
        .sorted(Comparator.comparing(MirrorCopy::arrived).thenComparing(c -> c.id().value()))
        .toList();
  }

  private static YearMonth month(Instant time) {
    return YearMonth.from(time.atOffset(ZoneOffset.UTC));
  }

  private static MirrorCopy copy(MailboxAddress mailbox, MailboxAddress person, LedgerLine line) {
    return new MirrorCopy(
        CopyId.of(person, line),
        line.time(),
        text(line.sender()),
        line.recipients().stream().map(OwnCopies::text).toList(),
        line.queueId(),
        line.sha256(),
        line.bytes(),
        List.of(new MirrorCopy.Place(mailbox, line.file())));
  }

  private static MirrorCopy together(MirrorCopy one, MirrorCopy other) {
    List<MirrorCopy.Place> places = new ArrayList<>(one.places());
    places.addAll(other.places());
    Set<String> recipients = new LinkedHashSet<>(one.recipients());
    recipients.addAll(other.recipients());
    return new MirrorCopy(
        one.id(),
        one.arrived(),
        one.sender(),
        List.copyOf(recipients),
        one.queueId(),
        one.sha256(),
        one.bytes(),
        places);
  }

  /** Nobody waits for a reader: two that read the same come to the same. */
  private List<LedgerLine> lines(Month month) throws IOException {
    Read before = known(month);
    List<LedgerLine> all = new ArrayList<>(before.lines);
    long until = read(month, before.until, all);
    if (until == before.until) {
      return before.lines;
    }
    if (until == Ledger.READ_ANEW) {
      all.clear();
      until = read(month, 0, all);
    }
    Read read = new Read(Math.max(0, until), List.copyOf(all));
    remember(month, read);
    return read.lines;
  }

  private long read(Month month, long from, List<LedgerLine> to) throws IOException {
    String local = month.person.localPart();
    // To take each line of a large host apart would cost seconds; his name is in all that are his.
    String name = PercentEncoding.encodeText(local).toLowerCase(Locale.ROOT);
    boolean ascii = local.chars().allMatch(c -> c < 0x80);
    return Ledger.read(
        register.ledger(month.mailbox),
        month.month,
        from,
        text -> !ascii || text.toLowerCase(Locale.ROOT).contains(name),
        line -> own(month.person, line, to));
  }

  private synchronized Read known(Month month) {
    return known.getOrDefault(month, NOTHING);
  }

  private synchronized void remember(Month month, Read read) {
    @Nullable Read before = known.put(month, read);
    lines += read.lines.size() - (before == null ? 0 : before.lines.size());
    Iterator<Read> oldest = known.values().iterator();
    while ((lines > MOST_LINES || known.size() > MOST_MONTHS) && known.size() > 1) {
      lines -= oldest.next().lines.size();
      oldest.remove();
    }
  }

  /** Of the recipients none but the person's own: the others may be of the same mirror. */
  private void own(MailboxAddress person, LedgerLine line, List<LedgerLine> to) {
    List<String> own = line.recipients().stream().filter(each -> isFor(each, person)).toList();
    if (!own.isEmpty()) {
      to.add(
          new LedgerLine(
              line.time(),
              line.key(),
              line.file(),
              line.sha256(),
              line.bytes(),
              line.queueId(),
              line.sender(),
              own));
    }
  }

  private boolean isFor(String recipient, MailboxAddress person) {
    try {
      return register.settings().addresses().isFor(MailboxAddress.of(text(recipient)), person);
    } catch (IllegalArgumentException e) {
      return false; // no mailbox of this host has such an address
    }
  }

  /** Envelopes are kept byte for byte; where that is no UTF-8, they stay as they are. */
  private static String text(String bytes) {
    String text = new String(bytes.getBytes(ISO_8859_1), UTF_8);
    return text.indexOf('\ufffd') < 0 ? text : bytes;
  }
}
