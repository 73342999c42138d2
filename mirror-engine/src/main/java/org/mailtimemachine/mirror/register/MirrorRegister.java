package org.mailtimemachine.mirror.register;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.mailtimemachine.mirror.register.MirrorRefusedException.Reason;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileOwner;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;
import org.mailtimemachine.mirror.Mirror;
import org.mailtimemachine.mirror.MirrorRules;
import org.mailtimemachine.mirror.MirrorSource;
import org.mailtimemachine.mirror.copy.MirrorMailboxes;

/**
 * The Mirrors of a host: a file for each in a directory, which several processes change in turns
 * and the delivery path reads. Safe for use by several threads.
 *
 * <p>What cannot be read never means that there is no mirror. A file that is damaged, or gone
 * though its mirror was not ended, leaves in force what it said before, and {@link #problems} tells
 * of it; whoever starts to deliver mail by a register that has problems does not know all rules,
 * and must not start.
 *
 * <pre>
 * format           "mail-time-machine-mirror 2"
 * mirrors/ID       one Mirror; those that have ended stay
 * made             the ids of all that were made, so that one whose file is gone is missed
 * gaps/            messages that went on without their copies
 * figures.prom     what the process that mirrors counts
 * spool/           copies on their way, and the ledgers of the mirror mailboxes
 * read-only/       the mailboxes of read-only mirrors, &lt;domain&gt;/&lt;local part&gt;
 * seals/           how far the ledgers of these were at the last scan
 * lock             of whoever changes something in mirrors/
 * </pre>
 *
 * <p>All of it belongs to whom the directory belongs to, also what root makes there.
 */
public final class MirrorRegister {

  private static final Logger LOG = System.getLogger(MirrorRegister.class.getName());
  private static final String FORMAT = "mail-time-machine-mirror 2\n";

  /** All of it can be read; whoever knows no later one takes texts in the spool for nobody's. */
  private static final String FORMAT_BEFORE = "mail-time-machine-mirror 1\n";

  private static final FileName FORMAT_FILE = new FileName("format");
  private static final FileName MIRRORS = new FileName("mirrors");
  private static final FileName FIGURES = new FileName("figures.prom");
  private static final FileName MADE = new FileName("made");
  private static final FileName LOCK = new FileName("lock");
  private static final String READ_ONLY = "read-only";
  private static final Pattern ID = Pattern.compile("[0-9a-f]{8}");
  private static final String UNFINISHED = ".new-";
  private static final int DIRECTORY_MODE = 0700;
  private static final int MODE = 0600;
  private static final int MOST_BYTES = 1024 * 1024;

  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final Duration SETTLED = Duration.ofSeconds(2);

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration BETWEEN = Duration.ofMillis(20);

  private final MirrorSettings settings;
  private final Clock clock;
  private volatile Known known =
      new Known(
          Map.of(), Set.of(), MirrorRules.of(List.of()), List.of(), null, false, System.nanoTime());

  /**
   * What was read last.
   *
   * @param readOnly the mailboxes of read-only mirrors, also of those that have ended
   * @param directory its status before it was read; null where it could not be
   * @param settled whether that status tells what is in it: two changes within a tick of the clock
   *     look like one (the racy rule of Listings)
   * @param readAt by System.nanoTime()
   */
  private record Known(
      Map<String, RegisteredMirror> mirrors,
      Set<MailboxAddress> readOnly,
      MirrorRules rules,
      List<String> problems,
      @Nullable FileStatus directory,
      boolean settled,
      long readAt) {

    /** Whether it may still be true where the directory is as it was. */
    boolean holds() {
      // A file may be mended in its place; to read all of them for each message would be too much.
      return problems.isEmpty() ? settled : System.nanoTime() - readAt < AGAIN.toNanos();
    }
  }

  private MirrorRegister(MirrorSettings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Opens the register.
   *
   * @throws IOException where there is none: its file system may not be mounted, and an empty
   *     directory must not be taken for a host without mirrors
   */
  public static MirrorRegister open(MirrorSettings settings, Clock clock) throws IOException {
    Path format = settings.directory().resolve(FORMAT_FILE.text());
    if (!Files.exists(format)) {
      throw new IOException(
          "there is no register of mirrors in %s (is it mounted?); 'mtm mirror add --first' makes it"
              .formatted(settings.directory()));
    }
    String found = Files.readString(format, US_ASCII);
    if (!found.equals(FORMAT) && !found.equals(FORMAT_BEFORE)) {
      throw new IOException(
          "%s is of another version (%s): it was written by a newer Mail Time Machine; start that one"
              .formatted(format, found.strip()));
    }
    MirrorRegister register = new MirrorRegister(settings, clock);
    register.known = register.read(Map.of());
    return register;
  }

  /** Opens the register, and makes it where there is none. */
  public static MirrorRegister openOrMake(MirrorSettings settings, Clock clock) throws IOException {
    Path directory = settings.directory();
    if (!Files.exists(directory.resolve(FORMAT_FILE.text()))) {
      Files.createDirectories(directory);
      try (DirectoryHandle handle = DirectoryHandle.open(directory)) {
        requireOwnerOrRoot(handle);
        handle.setMode(DIRECTORY_MODE);
        made(handle, MIRRORS).close();
        write(handle, FORMAT_FILE, FORMAT, FileOwner.of(handle.status()));
      }
    }
    return open(settings, clock);
  }

  /** From now on no earlier version takes this one's spool for its own. */
  public void raiseFormat() throws IOException {
    Path directory = settings.directory();
    if (Files.readString(directory.resolve(FORMAT_FILE.text()), US_ASCII).equals(FORMAT_BEFORE)) {
      try (DirectoryHandle handle = DirectoryHandle.open(directory)) {
        write(handle, FORMAT_FILE, FORMAT, FileOwner.of(handle.status()));
      }
    }
  }

  /** Where copies wait on their way into the mirror mailboxes. */
  public Path spool() {
    return settings.directory().resolve("spool");
  }

  /** The directory with the list of what came into a mirror mailbox. */
  public Path ledger(MailboxAddress mailbox) {
    return spool().resolve("ledgers").resolve(mailbox.domain()).resolve(mailbox.localPart());
  }

  /** The list of messages that went on without their copies. */
  public Path gaps() {
    return settings.directory().resolve("gaps");
  }

  /** The figures of the process that mirrors, as it wrote them last; it removes them at its end. */
  public Path figures() {
    return settings.directory().resolve(FIGURES.text());
  }

  /**
   * How far the ledger of a read-only mirror was at the last scan; beside the ledgers, not in them.
   */
  public Path seals(MailboxAddress mailbox) {
    return settings
        .directory()
        .resolve("seals")
        .resolve(mailbox.domain())
        .resolve(mailbox.localPart());
  }

  /**
   * Demands that this process runs as the owner of the register.
   *
   * @throws IOException where it does not: the owner could not read what it would write there
   */
  public void requireOwner() throws IOException {
    try (DirectoryHandle directory = DirectoryHandle.open(settings.directory())) {
      if (directory.status().owner() != user()) {
        throw notHis(directory, "");
      }
    }
  }

  private static void requireOwnerOrRoot(DirectoryHandle directory) throws IOException {
    if (user() != 0 && directory.status().owner() != user()) {
      throw notHis(directory, ", or as root");
    }
  }

  private static IOException notHis(DirectoryHandle directory, String others) throws IOException {
    return new IOException(
        "%s belongs to the user %d, and this is %d: run it as that user%s"
            .formatted(directory.path(), directory.status().owner(), user(), others));
  }

  private static long user() {
    return FileOwner.ofThisProcess().user();
  }

  /** Writes the figures for others to read; nothing is lost if they are. */
  public void publish(String text) throws IOException {
    try (DirectoryHandle directory = DirectoryHandle.open(settings.directory())) {
      FileName temporary = new FileName(UNFINISHED + FIGURES.bytes());
      remove(directory, temporary);
      try (NewFile file = directory.create(temporary, MODE)) {
        file.write(text.getBytes(StandardCharsets.UTF_8));
      }
      directory.rename(temporary, directory, FIGURES);
    }
  }

  /** Removes the figures: nobody mirrors any more. */
  public void unpublish() throws IOException {
    try (DirectoryHandle directory = DirectoryHandle.open(settings.directory())) {
      remove(directory, FIGURES);
    }
  }

  private static void remove(DirectoryHandle directory, FileName name) throws IOException {
    try {
      directory.unlink(name);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  /** By the clock of the register. */
  public Instant now() {
    return clock.instant();
  }

  public MirrorSettings settings() {
    return settings;
  }

  /** All Mirrors, those that have ended too, in the order in which they were made. */
  public List<RegisteredMirror> mirrors() {
    return look().mirrors.values().stream()
        .sorted(Comparator.comparing(RegisteredMirror::made).thenComparing(RegisteredMirror::id))
        .toList();
  }

  /** The rules as they are now, or as they were when they could be read last; costs a statx(2). */
  public MirrorRules rules() {
    return look().rules;
  }

  /** Sentences about what cannot be read; none where all is well. */
  public List<String> problems() {
    return look().problems;
  }

  /** The mailboxes from which mail goes when its days are over; from no other one it ever does. */
  public Set<MailboxAddress> expiring() {
    return new TreeSet<>(DaysKept.of(look().mirrors.values(), clock.instant()).days().keySet());
  }

  /** How many days that mailbox keeps its mail, as of now; to be asked right before some goes. */
  public OptionalInt daysKept(MailboxAddress mailbox) {
    List<RegisteredMirror> there =
        look().mirrors.values().stream()
            .filter(each -> each.rule().destinations().contains(mailbox))
            .toList();
    Integer days = DaysKept.of(there, clock.instant()).days().get(mailbox);
    return days == null ? OptionalInt.empty() : OptionalInt.of(days);
  }

  /** The mailboxes that copies go to. */
  public MirrorMailboxes mailboxes() {
    return new MirrorMailboxes() {
      @Override
      public Path maildir(MailboxAddress mailbox) {
        return isReadOnly(mailbox)
            ? readOnlyDirectory(mailbox)
            : settings.places().maildir(mailbox);
      }

      @Override
      public DirectoryHandle open(MailboxAddress mailbox) throws IOException {
        return isReadOnly(mailbox)
            ? MirrorMailboxes.withParts(DirectoryHandle.open(readOnlyDirectory(mailbox)))
            : settings.places().open(mailbox);
      }
    };
  }

  /**
   * Opens the Maildir of a mirror mailbox, and makes nothing.
   *
   * @throws PosixException with ENOENT where there is none
   */
  public DirectoryHandle openMailbox(MailboxAddress mailbox) throws IOException {
    return isReadOnly(mailbox)
        ? DirectoryHandle.open(readOnlyDirectory(mailbox))
        : settings.places().openExisting(mailbox);
  }

  /**
   * Demands that mirror mailboxes can be where this one is expected.
   *
   * @throws IOException where not even the directory around it is there: it may not be mounted
   */
  public void requireMounted(MailboxAddress mailbox) throws IOException {
    if (isReadOnly(mailbox)) {
      DirectoryHandle.open(settings.directory().resolve(READ_ONLY)).close();
    } else {
      settings.places().requireMounted(mailbox);
    }
  }

  /**
   * Whether the host may have a mailbox of that address, which is also said where it cannot be
   * told: who has what mail is no question to be answered by chance.
   */
  public boolean mayHaveMailbox(MailboxAddress address) {
    return isReadOnly(address) || settings.places().mayHave(address);
  }

  /**
   * Whether it is the mailbox of a read-only mirror; it stays one when the mirror has ended, and
   * when somebody has removed its directory: its copies go nowhere else.
   */
  public boolean isReadOnly(MailboxAddress mailbox) {
    return look().readOnly.contains(mailbox);
  }

  /**
   * The days that were the least for what expired from the mailbox of a read-only mirror then;
   * empty where nothing could.
   */
  public OptionalInt daysKeptAt(MailboxAddress mailbox, Instant time) {
    List<RegisteredMirror> then =
        mirrors().stream()
            .filter(each -> each.own().contains(mailbox) && !each.made().isAfter(time))
            .toList();
    boolean stays =
        then.stream()
            .flatMap(each -> each.end().stream())
            .anyMatch(end -> end.mailStays() && end.time().isBefore(time));
    return stays ? OptionalInt.empty() : then.stream().mapToInt(each -> each.daysAt(time)).max();
  }

  /** The mailboxes that lie where those of read-only mirrors do, also if no mirror is theirs. */
  public Set<MailboxAddress> readOnlyOnDisk() throws IOException {
    Set<MailboxAddress> found = new TreeSet<>();
    try (DirectoryHandle directory = DirectoryHandle.open(settings.directory());
        DirectoryHandle all = directory.directory(new FileName(READ_ONLY))) {
      for (DirectoryEntry domain : all.list()) {
        try (DirectoryHandle mailboxes = all.directory(domain.name())) {
          for (DirectoryEntry mailbox : mailboxes.list()) {
            found.add(new MailboxAddress(mailbox.name().text(), domain.name().text()));
          }
        }
      }
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("something in read-only/ is no mailbox: " + e.getMessage(), e);
    }
    return found;
  }

  private Path readOnlyDirectory(MailboxAddress mailbox) {
    return settings
        .directory()
        .resolve(READ_ONLY)
        .resolve(mailbox.domain())
        .resolve(mailbox.localPart());
  }

  /** The mailbox that would be made for a mirror of that source. */
  public MailboxAddress ownMailbox(MirrorSource source, boolean readOnly) {
    String name = readOnly ? "_audit" : "_mirror";
    return switch (plain(source)) {
      case MirrorSource.SingleRecipient(MailboxAddress address) ->
          new MailboxAddress(name + '_' + address.localPart(), address.domain());
      case MirrorSource.AllRecipients(String domain) -> new MailboxAddress(name, domain);
    };
  }

  /**
   * Makes a Mirror, which is in force when this returns, and the mailbox for it where one is
   * wanted.
   *
   * @param by who makes it
   */
  public MadeMirror add(NewMirror wanted, String by) throws IOException, MirrorRefusedException {
    try (DirectoryHandle directory = DirectoryHandle.open(settings.directory());
        NewFile _ = locked(directory)) {
      requireAllKnown();
      MirrorSource source = plain(wanted.source());
      requireRoom(domain(source));
      Optional<MailboxAddress> own =
          wanted.ownMailbox()
              ? Optional.of(ownMailbox(source, wanted.readOnly()))
              : Optional.empty();
      List<MailboxAddress> destinations = new ArrayList<>();
      own.ifPresent(destinations::add);
      List<MailboxAddress> existing = asTheHostWrites(wanted.existing());
      destinations.addAll(existing);
      Mirror rule = rule(source, destinations, wanted.days());
      if (wanted.readOnly() && !existing.isEmpty()) {
        throw refused(
            Reason.READ_ONLY,
            existing.getFirst(),
            "Copies for audit are kept in a mailbox of their own, not in %s.");
      }
      for (MailboxAddress each : existing) {
        requireFitting(each, rule, "");
        requireAgreed(each, wanted.olderMailMayGo(), wanted.days());
      }
      if (own.isPresent()) {
        requireFree(own.get(), rule, wanted.readOnly());
        requireKeptAsLong(own.get(), wanted);
      }
      RegisteredMirror mirror =
          new RegisteredMirror(
              newId(),
              rule,
              wanted.readOnly(),
              own.map(List::of).orElse(List.of()),
              by,
              clock.instant(),
              Optional.empty(),
              List.of());
      // Not asked about the mailboxes that are there: that was done above, whoever shares them.
      if (!wanted.olderMailMayGo()) {
        for (MailboxAddress each : mirror.own()) {
          if (wasMadeBefore(each)) {
            requireNoShorter(each, mirror);
          }
        }
      }
      Optional<String> password =
          own.isPresent() ? made(own.get(), wanted.readOnly()) : Optional.empty();
      put(directory, mirror);
      return new MadeMirror(mirror, password);
    }
  }

  /**
   * Changes how long copies are kept, and the existing mailboxes that they go to. One that is left
   * out keeps what it has, unless another mirror goes there.
   *
   * @param wanted all existing mailboxes, as they are to be
   * @param olderMailMayGo as {@link NewMirror#olderMailMayGo}; wanted where mail may go earlier
   *     than before
   */
  public RegisteredMirror change(
      String id, int days, List<MailboxAddress> wanted, boolean olderMailMayGo)
      throws IOException, MirrorRefusedException {
    try (DirectoryHandle directory = DirectoryHandle.open(settings.directory());
        NewFile _ = locked(directory)) {
      RegisteredMirror before = inForce(id);
      List<MailboxAddress> existing = asTheHostWrites(wanted);
      List<MailboxAddress> destinations = new ArrayList<>(before.own());
      destinations.addAll(existing);
      Mirror rule = rule(before.rule().source(), destinations, days);
      if (before.readOnly() && (!existing.isEmpty() || days < before.rule().days())) {
        throw refused(
            Reason.READ_ONLY,
            id,
            "The mirror %s is read-only: its copies stay where they are, and no shorter than was"
                + " said.");
      }
      for (MailboxAddress each : existing) {
        requireFitting(each, rule, id);
        boolean asBefore =
            before.rule().destinations().contains(each) && days >= before.rule().days();
        requireAgreed(each, asBefore || olderMailMayGo, days);
      }
      RegisteredMirror changed = before.withRule(rule, clock.instant());
      if (!olderMailMayGo) {
        for (MailboxAddress each : before.rule().destinations()) {
          requireNoShorter(each, changed); // its own one, and what another mirror shares
        }
      }
      put(directory, changed);
      return changed;
    }
  }

  /**
   * Ends a Mirror: no message that comes from now on is copied by it. In an existing mailbox that
   * another mirror shares, its copies are kept for its days nevertheless.
   *
   * @param mailStays whether the mailbox made for it keeps what it holds; an existing one does,
   *     unless another mirror goes there
   */
  public RegisteredMirror end(String id, boolean mailStays, String by)
      throws IOException, MirrorRefusedException {
    try (DirectoryHandle directory = DirectoryHandle.open(settings.directory());
        NewFile _ = locked(directory)) {
      RegisteredMirror ended =
          inForce(id).ended(new RegisteredMirror.End(by, clock.instant(), mailStays));
      put(directory, ended);
      return ended;
    }
  }

  /**
   * Gives the mailbox that was made for a Mirror a new password.
   *
   * @return the password, to be shown once; it stands nowhere
   */
  public String newPassword(String id) throws IOException, MirrorRefusedException {
    try (DirectoryHandle directory = DirectoryHandle.open(settings.directory());
        NewFile _ = locked(directory)) {
      RegisteredMirror mirror = registered(id);
      if (mirror.own().isEmpty() || mirror.readOnly()) {
        throw refused(Reason.UNKNOWN, id, "The mirror %s has no mailbox with a password.");
      }
      return made(mirror.own().getFirst(), false).orElseThrow();
    }
  }

  /** One mailbox under two spellings would get each copy twice. */
  private List<MailboxAddress> asTheHostWrites(List<MailboxAddress> existing) throws IOException {
    List<MailboxAddress> written = new ArrayList<>();
    for (MailboxAddress each : existing) {
      MailboxAddress plain = settings.addresses().plain(each);
      written.add(settings.places().has(plain) ? plain : each);
    }
    return written;
  }

  private MirrorSource plain(MirrorSource source) {
    return switch (source) {
      case MirrorSource.SingleRecipient(MailboxAddress address) ->
          new MirrorSource.SingleRecipient(settings.addresses().plain(address));
      case MirrorSource.AllRecipients(String domain) ->
          // What is no domain cannot be in an address.
          new MirrorSource.AllRecipients(
              settings.addresses().plain(new MailboxAddress("x", domain)).domain());
    };
  }

  private static String domain(MirrorSource source) {
    return switch (source) {
      case MirrorSource.SingleRecipient(MailboxAddress address) -> address.domain();
      case MirrorSource.AllRecipients(String domain) -> domain;
    };
  }

  private void requireRoom(String domain) throws MirrorRefusedException {
    long there =
        mirrors().stream()
            .filter(each -> each.inForce() && domain(each.rule().source()).equals(domain))
            .count();
    if (there >= settings.limit(domain)) {
      throw refused(
          Reason.LIMIT,
          domain,
          "%s has " + there + " mirrors, and may not have more (mtm.mirror.limit).");
    }
  }

  private static Mirror rule(MirrorSource source, List<MailboxAddress> destinations, int days)
      throws MirrorRefusedException {
    if (days < Mirror.SHORTEST_DAYS || days > Mirror.LONGEST_DAYS) {
      throw refused(
          Reason.DAYS,
          days,
          "Days to mirror are "
              + Mirror.SHORTEST_DAYS
              + " to "
              + Mirror.LONGEST_DAYS
              + ", not %s.");
    }
    if (destinations.isEmpty() || destinations.stream().distinct().count() < destinations.size()) {
      throw refused(
          Reason.NO_DESTINATION, destinations, "Copies go to one mailbox or more, each once: %s");
    }
    try {
      return new Mirror(source, destinations, days);
    } catch (IllegalArgumentException e) {
      throw refused(Reason.ITS_OWN_MIRROR, destinations.getFirst(), ITS_OWN);
    }
  }

  private static final String ITS_OWN =
      "%s cannot be its own mirror: its mail would be deleted when the days are over.";

  private void requireFitting(MailboxAddress existing, Mirror rule, String exceptOf)
      throws IOException, MirrorRefusedException {
    if (rule.source() instanceof MirrorSource.SingleRecipient(MailboxAddress address)
        && settings.addresses().isFor(existing, address)) {
      throw refused(Reason.ITS_OWN_MIRROR, existing, ITS_OWN);
    }
    if (isReadOnly(existing)) {
      throw refused(Reason.READ_ONLY, existing, "%s belongs to a read-only mirror.");
    }
    if (!settings.places().has(existing)) {
      throw refused(Reason.NO_MAILBOX, existing, "There is no mailbox %s.");
    }
    requireNew(existing, rule, exceptOf);
  }

  private void requireNew(MailboxAddress destination, Mirror rule, String exceptOf)
      throws MirrorRefusedException {
    for (RegisteredMirror other : mirrors()) {
      if (other.inForce()
          && !other.id().equals(exceptOf)
          && other.rule().source().equals(rule.source())
          && other.rule().destinations().contains(destination)) {
        throw refused(
            Reason.ALREADY,
            destination,
            "The mirror " + other.id() + " copies that to %s already.");
      }
    }
  }

  private boolean wasMadeBefore(MailboxAddress own) {
    return mirrors().stream().anyMatch(each -> each.own().contains(own));
  }

  /** What was said of copies for audit holds, whoever ends a mirror and makes another one. */
  private void requireKeptAsLong(MailboxAddress own, NewMirror wanted)
      throws MirrorRefusedException {
    if (!wanted.readOnly()) {
      return;
    }
    for (RegisteredMirror each : mirrors()) {
      if (each.own().contains(own) && wanted.days() < each.rule().days()) {
        throw refused(
            Reason.READ_ONLY,
            own,
            "%s holds what the read-only mirror "
                + each.id()
                + " promised to keep for "
                + each.rule().days()
                + " days: no shorter than that.");
      }
    }
  }

  /** Whether nothing in a mailbox would go earlier than it does now. */
  private void requireNoShorter(MailboxAddress mailbox, RegisteredMirror changed)
      throws MirrorRefusedException {
    Instant now = clock.instant();
    Map<String, RegisteredMirror> mirrors = new TreeMap<>(look().mirrors);
    DaysKept before = DaysKept.of(mirrors.values(), now);
    mirrors.put(changed.id(), changed);
    DaysKept after = DaysKept.of(mirrors.values(), now);
    if (after.isShorter(mailbox, before)) {
      requireAgreed(mailbox, false, after.days().getOrDefault(mailbox, 0));
    }
  }

  private static void requireAgreed(MailboxAddress existing, boolean agreed, int days)
      throws MirrorRefusedException {
    if (!agreed) {
      throw refused(
          Reason.OLDER_MAIL,
          existing,
          "All mail in %s that is older than " + days + " days would be deleted each night.");
    }
  }

  /** Whether a mailbox can be made: what is there already may be somebody's mail. */
  private void requireFree(MailboxAddress own, Mirror rule, boolean readOnly)
      throws IOException, MirrorRefusedException {
    requireNew(own, rule, "");
    Optional<Path> users = settings.users();
    if (!readOnly && users.isEmpty()) {
      throw refused(
          Reason.NO_USERS_FILE,
          own,
          "Nobody could read %s: mtm.mirror.users does not say where Dovecot is to find it.");
    }
    boolean ours =
        mirrors().stream().anyMatch(each -> each.own().contains(own))
            || (users.isPresent() && new MirrorUsers(users.get()).knows(own));
    if (!readOnly && !ours && settings.places().has(own) && holdsMail(own)) {
      throw refused(Reason.TAKEN, own, "%s is there already, with mail that would be deleted.");
    }
    if (!MirrorUsers.canName(own)) {
      throw refused(Reason.TAKEN, own, "No mailbox can be made that is called %s.");
    }
  }

  private boolean holdsMail(MailboxAddress mailbox) throws IOException {
    try (DirectoryHandle maildir = settings.places().openExisting(mailbox)) {
      for (FileName part : List.of(MaildirFolder.CUR, MaildirFolder.NEW)) {
        try (DirectoryHandle directory = maildir.directory(part)) {
          if (!directory.list().isEmpty()) {
            return true;
          }
        } catch (PosixException e) {
          if (!e.is(Errno.ENOENT)) {
            throw e;
          }
        }
      }
      return false;
    }
  }

  /** Makes the mailbox; of one that Dovecot offers, the password. */
  private Optional<String> made(MailboxAddress own, boolean readOnly)
      throws IOException, MirrorRefusedException {
    if (readOnly) {
      try (DirectoryHandle directory = DirectoryHandle.open(settings.directory());
          DirectoryHandle all = made(directory, new FileName(READ_ONLY));
          DirectoryHandle domain = made(all, FileName.ofText(own.domain()));
          DirectoryHandle maildir =
              MirrorMailboxes.withParts(made(domain, FileName.ofText(own.localPart())))) {
        maildir.setMode(DIRECTORY_MODE);
        domain.sync();
        all.sync();
        directory.sync();
      }
      return Optional.empty();
    }
    Path users =
        settings
            .users()
            .orElseThrow(
                () -> refused(Reason.NO_USERS_FILE, own, "mtm.mirror.users is not set, for %s."));
    FileOwner owner;
    try (DirectoryHandle maildir = settings.places().open(own)) {
      owner = FileOwner.of(maildir.status());
    }
    return Optional.of(
        new MirrorUsers(users).newPassword(own, owner, settings.places().maildir(own)));
  }

  /** A directory for the same owner as the one above. */
  private static DirectoryHandle made(DirectoryHandle above, FileName name) throws IOException {
    return MirrorMailboxes.made(above, name);
  }

  private RegisteredMirror inForce(String id) throws MirrorRefusedException {
    RegisteredMirror mirror = registered(id);
    if (!mirror.inForce()) {
      throw refused(Reason.ENDED, id, "The mirror %s has ended.");
    }
    return mirror;
  }

  private RegisteredMirror registered(String id) throws MirrorRefusedException {
    return Optional.ofNullable(look().mirrors.get(id))
        .orElseThrow(() -> refused(Reason.UNKNOWN, id, "There is no mirror %s."));
  }

  private static MirrorRefusedException refused(Reason reason, Object subject, String sentence) {
    return new MirrorRefusedException(reason, subject.toString(), sentence.formatted(subject));
  }

  /** Limits and doubles cannot be seen where a mirror cannot be read. */
  private void requireAllKnown() throws IOException {
    List<String> problems = problems();
    if (!problems.isEmpty()) {
      throw new IOException("the register of mirrors is damaged: " + String.join("; ", problems));
    }
  }

  private String newId() {
    byte[] random = new byte[4];
    String id;
    do {
      new SecureRandom().nextBytes(random);
      id = HexFormat.of().formatHex(random);
    } while (look().mirrors.containsKey(id));
    return id;
  }

  private static NewFile locked(DirectoryHandle directory) throws IOException {
    requireOwnerOrRoot(directory);
    NewFile lock = directory.append(LOCK, MODE);
    try {
      give(lock, FileOwner.of(directory.status()));
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (!lock.tryLock()) {
        if (System.nanoTime() - end > 0) {
          throw new IOException("somebody else changes the mirrors in " + directory.path());
        }
        Thread.sleep(BETWEEN);
      }
      return lock;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      try (lock) {
        throw new IOException("interrupted before the mirrors could be changed", e);
      }
    } catch (IOException e) {
      try (lock) {
        throw e;
      }
    }
  }

  private void put(DirectoryHandle directory, RegisteredMirror mirror) throws IOException {
    try (DirectoryHandle mirrors = directory.directory(MIRRORS)) {
      for (DirectoryEntry entry : mirrors.list()) {
        if (entry.name().bytes().startsWith(UNFINISHED)) {
          mirrors.unlink(entry.name()); // of a process that died; whoever is here holds the lock
        }
      }
      FileOwner owner = FileOwner.of(directory.status());
      write(mirrors, new FileName(mirror.id()), MirrorFile.text(mirror), owner);
      Set<String> made = new TreeSet<>(made(directory));
      mirrors.list(entry -> made.add(entry.name().bytes()));
      made.removeIf(id -> !ID.matcher(id).matches());
      // Behind the file: a process that dies between leaves a mirror that the next change adds.
      write(directory, MADE, String.join("\n", made) + "\n", owner);
    }
    read();
  }

  /** The ids of the mirrors that were made here; what has none yet is of an earlier version. */
  private static Set<String> made(DirectoryHandle directory) throws IOException {
    try (ReadableFile file = directory.file(MADE)) {
      return Set.of(new String(file.stream().readAllBytes(), US_ASCII).split("\n"));
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Set.of();
      }
      throw e;
    }
  }

  private static void give(NewFile file, FileOwner owner) throws IOException {
    if (!FileOwner.of(file.status()).equals(owner)) {
      file.setOwner(owner);
    }
  }

  private static void write(DirectoryHandle directory, FileName name, String text, FileOwner owner)
      throws IOException {
    FileName temporary = new FileName(UNFINISHED + name.bytes());
    remove(directory, temporary); // of a process that died
    try (NewFile file = directory.create(temporary, MODE)) {
      give(file, owner);
      file.write(text.getBytes(US_ASCII));
      file.sync();
    }
    directory.rename(temporary, directory, name);
    directory.sync();
  }

  private Known look() {
    Known last = known;
    FileStatus seen = last.directory;
    if (seen != null && last.holds()) {
      try (DirectoryHandle directory = mirrorsDirectory()) {
        FileStatus now = directory.status();
        if (now.sameInode(seen)
            && now.modified().equals(seen.modified())
            && now.changed().equals(seen.changed())) {
          return last;
        }
      } catch (IOException e) {
        // told below
      }
    }
    return read();
  }

  private DirectoryHandle mirrorsDirectory() throws IOException {
    return DirectoryHandle.open(settings.directory().resolve(MIRRORS.text()));
  }

  private synchronized Known read() {
    Known before = known;
    Known now;
    try {
      now = read(before.mirrors);
    } catch (IOException e) {
      now =
          new Known(
              before.mirrors,
              before.readOnly,
              before.rules,
              List.of("the mirrors cannot be read, those known before stay in force: " + e),
              null,
              false,
              System.nanoTime());
    }
    if (!now.problems.equals(before.problems)) {
      now.problems.forEach(problem -> LOG.log(Level.ERROR, problem));
    }
    known = now;
    return now;
  }

  private Known read(Map<String, RegisteredMirror> before) throws IOException {
    try (DirectoryHandle directory = mirrorsDirectory()) {
      FileStatus status = directory.status();
      Map<String, RegisteredMirror> mirrors = new TreeMap<>();
      Map<String, String> problems = new LinkedHashMap<>();
      for (DirectoryEntry entry : directory.list()) {
        String id = entry.name().bytes();
        if (ID.matcher(id).matches()) {
          try {
            read(directory, id)
                .ifPresentOrElse(
                    mirror -> mirrors.put(id, mirror),
                    () ->
                        problems.put(
                            id, "%s is damaged".formatted(directory.describe(entry.name()))));
          } catch (IOException e) {
            problems.put(id, "a mirror cannot be read: " + e); // the others can
          }
        }
      }
      for (String id : made()) {
        if (ID.matcher(id).matches() && !mirrors.containsKey(id)) {
          problems.putIfAbsent(id, gone(directory, id));
        }
      }
      before.forEach(
          (id, mirror) -> {
            if (mirrors.putIfAbsent(id, mirror) == null && mirror.inForce()) {
              problems.putIfAbsent(id, gone(directory, id));
            }
          });
      Set<MailboxAddress> readOnly = new HashSet<>();
      mirrors.values().stream()
          .filter(RegisteredMirror::readOnly)
          .forEach(mirror -> readOnly.addAll(mirror.own()));
      return new Known(
          mirrors,
          readOnly,
          rules(mirrors.values()),
          List.copyOf(problems.values()),
          status,
          status.modified().isBefore(clock.instant().minus(SETTLED)),
          System.nanoTime());
    }
  }

  private Set<String> made() throws IOException {
    try (DirectoryHandle directory = DirectoryHandle.open(settings.directory())) {
      return made(directory);
    }
  }

  private static String gone(DirectoryHandle directory, String id) {
    return "%s is gone, though files of mirrors stay for good"
        .formatted(directory.describe(new FileName(id)));
  }

  private static Optional<RegisteredMirror> read(DirectoryHandle directory, String id)
      throws IOException {
    try (ReadableFile file = directory.file(new FileName(id))) {
      return file.status().size() > MOST_BYTES
          ? Optional.empty()
          : MirrorFile.parse(id, file.stream().readAllBytes());
    }
  }

  private MirrorRules rules(Collection<RegisteredMirror> mirrors) {
    return MirrorRules.of(
        mirrors.stream().filter(RegisteredMirror::inForce).map(RegisteredMirror::rule).toList(),
        settings.addresses());
  }
}
