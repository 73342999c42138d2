package org.mailtimemachine.mirror.recall;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.FileName;
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

  /** In memory, of all persons; about 800 bytes each. */
  private static final int MOST_LINES = 50_000;

  private static final int MOST_MONTHS = 10_000;

  private static final System.Logger LOG = System.getLogger(OwnCopies.class.getName());
  private static final Pattern UNSHOWN = Pattern.compile("[\\p{Cc}\\p{Cf}]");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  private final MirrorRegister register;
  private final Predicate<MailboxAddress> mailboxes;
  private final boolean ofReadOnlyMirrors;
  private final Map<Month, Read> known = new LinkedHashMap<>(16, 0.75f, true);
  private long lines;

  /**
   * Reads nothing yet.
   *
   * @param mailboxes whether somebody has a mailbox of that address, or ever had; besides those
   *     that lie where the register knows mailboxes to be
   * @param ofReadOnlyMirrors whether copies for audit count, too
   */
  public OwnCopies(
      MirrorRegister register, Predicate<MailboxAddress> mailboxes, boolean ofReadOnlyMirrors) {
    this.register = register;
    this.mailboxes = mailboxes;
    this.ofReadOnlyMirrors = ofReadOnlyMirrors;
  }

  private record Month(MailboxAddress mailbox, MailboxAddress person, YearMonth month) {}

  /** The lines of a month that are about one person, and how far the file was read for them. */
  private record Read(long until, List<LedgerLine> lines) {}

  private static final Read NOTHING = new Read(0, List.of());

  /** Whether any mirror gets this person's mail, or did and may still hold some. */
  public boolean any(MailboxAddress person) {
    return !destinations(person).isEmpty();
  }

  /** Where copies go, or went, of mail to this person. */
  private Set<MailboxAddress> destinations(MailboxAddress person) {
    AddressRules addresses = register.settings().addresses();
    Set<MailboxAddress> destinations = new LinkedHashSet<>();
    for (RegisteredMirror mirror : register.mirrors()) {
      if (mirror.readOnly() && !ofReadOnlyMirrors) {
        continue;
      }
      boolean covers =
          switch (mirror.rule().source()) {
            // Of a tagged address it is his mail, too.
            case MirrorSource.SingleRecipient(MailboxAddress address) ->
                goesTo(person, address, new HashMap<>()) || addresses.isFor(person, address);
            case MirrorSource.AllRecipients(String domain) ->
                addresses.domain(domain).equals(addresses.domain(person.domain()));
          };
      if (covers) {
        destinations.addAll(mirror.rule().destinations());
      }
    }
    return destinations;
  }

  /**
   * What arrived for a person in a stretch of time, oldest first; each message once, however many
   * mirrors have it.
   *
   * @param after not at this time, but behind it
   * @param until at the latest
   * @throws IOException where the register or a ledger cannot be read: a mirror that is away has
   *     not lost what it holds
   */
  public List<MirrorCopy> between(MailboxAddress person, Instant after, Instant until)
      throws IOException {
    List<String> problems = register.problems();
    if (!problems.isEmpty()) {
      throw new IOException(String.join("; ", problems));
    }
    Map<CopyId, MirrorCopy> copies = new LinkedHashMap<>();
    Map<MailboxAddress, Boolean> taken = new HashMap<>();
    for (MailboxAddress mailbox : destinations(person)) {
      for (YearMonth month : months(mailbox, after, until)) {
        for (LedgerLine line : lines(new Month(mailbox, person, month))) {
          if (line.time().isAfter(after) && !line.time().isAfter(until)) {
            his(person, line, taken)
                .map(his -> copy(mailbox, CopyId.of(person, his), his))
                .ifPresent(copy -> copies.merge(copy.id(), copy, OwnCopies::together));
          }
        }
      }
    }
    return copies.values().stream()
        .sorted(Comparator.comparing(MirrorCopy::arrived).thenComparing(c -> c.id().value()))
        .toList();
  }

  /**
   * The files in which what arrived then may stand. A ledger never goes back to an older one: with
   * a clock that went back it is in a later month, and after one that was far in the future in
   * that.
   */
  private Set<YearMonth> months(MailboxAddress mailbox, Instant after, Instant until)
      throws IOException {
    Set<YearMonth> months = new TreeSet<>();
    YearMonth last = month(until).plusMonths(1);
    for (YearMonth month = month(after); !month.isAfter(last); month = month.plusMonths(1)) {
      months.add(month);
    }
    Ledger.newestMonth(register.ledger(mailbox)).filter(last::isBefore).ifPresent(months::add);
    return months;
  }

  private static YearMonth month(Instant time) {
    return YearMonth.from(time.atOffset(ZoneOffset.UTC));
  }

  private static MirrorCopy copy(MailboxAddress mailbox, CopyId id, LedgerLine line) {
    return new MirrorCopy(
        id,
        line.time(),
        shown(line.sender()),
        line.recipients().stream().map(OwnCopies::shown).toList(),
        line.queueId(),
        line.sha256(),
        line.bytes(),
        List.of(new MirrorCopy.Place(mailbox, line.file())));
  }

  private static MirrorCopy together(MirrorCopy one, MirrorCopy other) {
    Set<MirrorCopy.Place> places = new LinkedHashSet<>(one.places());
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
        List.copyOf(places));
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
    if (own.isEmpty()) {
      return;
    }
    if (isWhole(line)) {
      to.add(with(line, own));
    } else {
      LOG.log(System.Logger.Level.ERROR, "a line of a ledger is damaged: " + line);
    }
  }

  /**
   * Whether its fields can be what they are said to be; whoever reads a ledger believes no disk.
   */
  private static boolean isWhole(LedgerLine line) {
    try {
      new FileName(line.file());
    } catch (IllegalArgumentException e) {
      return false;
    }
    return SHA256.matcher(line.sha256()).matches() && line.bytes() >= 0;
  }

  private static LedgerLine with(LedgerLine line, List<String> recipients) {
    return new LedgerLine(
        line.time(),
        line.key(),
        line.file(),
        line.sha256(),
        line.bytes(),
        line.queueId(),
        line.sender(),
        recipients);
  }

  /** The line with those of its recipients whose mail goes to this person; empty without any. */
  private Optional<LedgerLine> his(
      MailboxAddress person, LedgerLine line, Map<MailboxAddress, Boolean> taken) {
    List<String> his =
        line.recipients().stream()
            .filter(each -> goesTo(person, MailboxAddress.of(text(each)), taken))
            .toList();
    return his.isEmpty() ? Optional.empty() : Optional.of(with(line, his));
  }

  /**
   * Whether mail to a recipient goes to that person's mailbox: to the first of its forms that is a
   * mailbox. What a mirror copies may be one too many, what is shown never: mail to anna-maria@ is
   * not anna@'s where somebody has that mailbox, or had.
   *
   * @param taken what was found out about addresses so far
   */
  private boolean goesTo(
      MailboxAddress person, MailboxAddress recipient, Map<MailboxAddress, Boolean> taken) {
    AddressRules addresses = register.settings().addresses();
    MailboxAddress his = addresses.plain(person);
    List<MailboxAddress> forms = addresses.forms(recipient);
    MailboxAddress whole = forms.getFirst();
    return whole.equals(his)
        || (forms.contains(his)
            && !isOfAList(whole)
            && !taken.computeIfAbsent(whole, this::isMailbox)
            && !taken.computeIfAbsent(recipient, this::isMailbox)); // as it was written
  }

  /** Addresses of a list's owner have no tag, whatever separates one (owner_request_special). */
  private static boolean isOfAList(MailboxAddress address) {
    return address.localPart().startsWith("owner-") || address.localPart().endsWith("-request");
  }

  private boolean isMailbox(MailboxAddress address) {
    return register.mayHaveMailbox(address) || mailboxes.test(address);
  }

  private boolean isFor(String recipient, MailboxAddress person) {
    try {
      return register.settings().addresses().isFor(MailboxAddress.of(text(recipient)), person);
    } catch (IllegalArgumentException e) {
      return false; // no mailbox of this host has such an address
    }
  }

  /** A stranger chose it: what ends a line or turns text around stands on no page. */
  private static String shown(String bytes) {
    return UNSHOWN.matcher(text(bytes)).replaceAll("?");
  }

  /** Envelopes are kept byte for byte; where that is no UTF-8, they stay as they are. */
  private static String text(String bytes) {
    String text = new String(bytes.getBytes(ISO_8859_1), UTF_8);
    return text.indexOf('\ufffd') < 0 ? text : bytes;
  }
}
