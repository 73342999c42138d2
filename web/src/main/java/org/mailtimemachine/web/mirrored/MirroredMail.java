package org.mailtimemachine.web.mirrored;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.mime.MessageReader;
import org.mailtimemachine.mailstore.mime.MessageSummary;
import org.mailtimemachine.mailstore.mime.ReadingBudget;
import org.mailtimemachine.mirror.recall.CopyId;
import org.mailtimemachine.mirror.recall.CopyReader;
import org.mailtimemachine.mirror.recall.DamagedCopyException;
import org.mailtimemachine.mirror.recall.MirrorCopy;
import org.mailtimemachine.mirror.recall.OpenCopy;
import org.mailtimemachine.restore.KeptCopies;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

/**
 * The mail of one person that mirrors hold and no Snapshot has. Whose it is the ledgers say, at
 * each request anew; what was compared with the Snapshots is remembered for a while, since a list
 * must not read the same mail at every turn of a page. Safe for use by several threads.
 */
@ApplicationScoped
public class MirroredMail {

  private static final System.Logger LOG = System.getLogger(MirroredMail.class.getName());

  /** The newest ones that no Snapshot has; of somebody who is flooded the others are left out. */
  public static final int MOST = 500;

  /** Read for one answer; the next one goes on where this one ended. */
  private static final long MOST_BYTES = 1L << 30;

  /** A copy is hashed, parsed, counted and compared. */
  private static final int TIMES_READ = 4;

  private final long mostBytes;
  private final MirrorOfHost host;
  private final Catalogue catalogue;
  private final Clock clock;
  private final MessageReader reader = new MessageReader();
  private final Comparison comparison;
  private final Answers answers = new Answers();

  @SuppressWarnings("NullAway") // for the container's proxy
  protected MirroredMail() {
    this(null, null, null, null);
  }

  @Inject
  public MirroredMail(MirrorOfHost host, Catalogue catalogue, SnapshotStore store, Clock clock) {
    this(host, catalogue, store, clock, MOST_BYTES);
  }

  MirroredMail(
      MirrorOfHost host, Catalogue catalogue, SnapshotStore store, Clock clock, long mostBytes) {
    this.mostBytes = mostBytes;
    this.host = host;
    this.catalogue = catalogue;
    this.clock = clock;
    this.comparison = new Comparison(catalogue, store);
  }

  /** What of a stretch is not in a list of it. */
  public enum Rest {
    NONE,
    /** Older ones than the newest {@value #MOST}. */
    LEFT_OUT,
    /** Some that were not read yet: the next time they are. */
    NOT_READ
  }

  /**
   * What a day shows besides its Folders.
   *
   * @param messages in the order in which they arrived
   */
  public record Found(List<MirroredMessage> messages, Rest rest) {

    static final Found NOTHING = new Found(List.of(), Rest.NONE);

    public Found {
      messages = List.copyOf(messages);
    }
  }

  /** A copy that was opened by whoever it is for. */
  public record Opened(CataloguedMessage row, StoredMessage bytes) {}

  /** Whether mirrors get this person's mail. */
  public boolean offered(MailboxAddress mailbox) {
    return host.of(mailbox).isPresent();
  }

  /**
   * What a day shows besides its Folders; at most {@value #MOST} messages.
   *
   * @param snapshots all of the Mailbox
   * @throws IOException where the mirrors, or some of what they hold, cannot be read
   */
  public Found messages(
      MailboxAddress mailbox,
      List<SnapshotSummary> snapshots,
      SnapshotName day,
      MirroredFolder folder)
      throws IOException {
    Optional<MirrorOfHost.Opened> mirror = host.of(mailbox);
    Optional<Stretch> stretch =
        Stretch.of(snapshots, day, folder, clock.instant()).filter(found -> !found.isEmpty());
    if (mirror.isEmpty() || stretch.isEmpty()) {
      return Found.NOTHING;
    }
    List<MirrorCopy> copies =
        mirror.get().copies().between(mailbox, stretch.get().after(), stretch.get().until());
    Answers.Question question = new Answers.Question(mailbox, day, folder);
    List<SnapshotName> names = names(snapshots);
    Optional<Answers.Answer> known =
        answers
            .known(question)
            .filter(answer -> answer.holds(names, clock.instant()) && answer.isOf(copies));
    Answers.Answer answer =
        known.isPresent()
            ? known.get()
            : answers.read(question, () -> read(mirror.get(), copies.reversed(), question, names));
    return new Found(answer.messages(), answer.rest());
  }

  /** Goes through copies, the newest first, as far as that was not done a short while ago. */
  private Answers.Answer read(
      MirrorOfHost.Opened mirror,
      List<MirrorCopy> copies,
      Answers.Question question,
      List<SnapshotName> snapshots)
      throws IOException {
    Instant now = clock.instant();
    Optional<Answers.Answer> before =
        answers.known(question).filter(known -> known.holds(snapshots, now));
    Map<CopyId, Optional<MirroredMessage>> known =
        before.map(Answers.Answer::verdicts).orElse(Map.of());
    Map<CopyId, Optional<MirroredMessage>> verdicts = new LinkedHashMap<>();
    ReadingBudget budget = new ReadingBudget(mostBytes);
    Rest rest = Rest.NONE;
    int shown = 0;
    try (CopyReader open = new CopyReader(mirror.register(), copies)) {
      for (MirrorCopy copy : copies) {
        if (shown == MOST) {
          rest = Rest.LEFT_OUT;
          break;
        }
        if (budget.spent() && !known.containsKey(copy.id())) {
          rest = Rest.NOT_READ;
          continue;
        }
        Optional<MirroredMessage> verdict =
            known.containsKey(copy.id())
                ? known.getOrDefault(copy.id(), Optional.empty())
                : look(question, copy, open, budget);
        verdicts.put(copy.id(), verdict);
        shown += verdict.isPresent() ? 1 : 0;
      }
    }
    return new Answers.Answer(
        snapshots, before.map(Answers.Answer::time).orElse(now), verdicts, rest);
  }

  /** How many messages a day shows besides its Folders, where that is known without reading. */
  public OptionalInt known(
      MailboxAddress mailbox,
      List<SnapshotSummary> snapshots,
      SnapshotName day,
      MirroredFolder folder) {
    return answers
        .known(new Answers.Question(mailbox, day, folder))
        .filter(answer -> answer.holds(names(snapshots), clock.instant()))
        .map(answer -> OptionalInt.of(answer.messages().size()))
        .orElseGet(OptionalInt::empty);
  }

  private static List<SnapshotName> names(List<SnapshotSummary> snapshots) {
    return snapshots.stream()
        .filter(SnapshotSummary::indexed)
        .map(SnapshotSummary::name)
        .sorted()
        .toList();
  }

  /**
   * Empty where a Snapshot has it, or no mirror any more.
   *
   * @throws IOException where it cannot be read: that says nothing about it
   */
  private Optional<MirroredMessage> look(
      Answers.Question question, MirrorCopy copy, CopyReader copies, ReadingBudget budget)
      throws IOException {
    try {
      Optional<OpenCopy> opened = copies.open(copy);
      if (opened.isEmpty()) {
        return Optional.empty();
      }
      try (OpenCopy text = opened.get()) {
        budget.spend(copy.bytes() * TIMES_READ);
        MessageSummary summary = reader.summary(text);
        return comparison.inSnapshots(question.mailbox(), text, summary.messageId(), budget)
            ? Optional.empty()
            : Optional.of(
                new MirroredMessage(MirroredRow.of(copy, question.folder(), summary), copy, false));
      }
    } catch (DamagedCopyException e) {
      LOG.log(System.Logger.Level.ERROR, e.getMessage());
      return Optional.of(new MirroredMessage(MirroredRow.of(copy, question.folder()), copy, true));
    }
  }

  /**
   * Finds a message by the id that a list of that day has told, by its envelope: nothing of it is
   * read.
   *
   * @param mailbox of whoever is signed in: nobody else's ledger lines are looked at
   * @return empty where no mirror ever had such a message for this Mailbox at that time, whoever
   *     else may have it
   * @throws IOException where the mirrors cannot be read
   */
  public Optional<MirroredMessage> message(MailboxAddress mailbox, SnapshotName day, UUID id)
      throws IOException {
    try (Opening opening = opening(mailbox, day)) {
      return Optional.ofNullable(opening.copies.get(id))
          .map(
              copy ->
                  new MirroredMessage(
                      MirroredRow.of(copy, MirroredFolder.CAME_AND_WENT), copy, false));
    }
  }

  /**
   * Opens what mirrors hold of a day, message by message; close it after use.
   *
   * @param mailbox of whoever is signed in: nobody else's ledger lines are looked at
   * @throws IOException where the mirrors cannot be read
   */
  public Opening opening(MailboxAddress mailbox, SnapshotName day) throws IOException {
    Optional<MirrorOfHost.Opened> mirror = host.of(mailbox);
    if (mirror.isEmpty()) {
      return new Opening(List.of(), null);
    }
    List<MirrorCopy> copies = around(mirror.get(), mailbox, day);
    return new Opening(copies, new CopyReader(mirror.get().register(), copies));
  }

  /** One after another, as a list of them is looked up once. For one thread. */
  public final class Opening implements Closeable {

    private final Map<UUID, MirrorCopy> copies = new HashMap<>();
    private final @Nullable CopyReader reader;

    private Opening(List<MirrorCopy> copies, @Nullable CopyReader reader) {
      copies.forEach(copy -> this.copies.put(copy.id().value(), copy));
      this.reader = reader;
    }

    /**
     * Opens a message by the id that a list of that day has told; close its bytes after use.
     *
     * @return empty as for {@link #message}, and where no mirror has it any more
     * @throws IOException where what is left is something else than what came, or cannot be read
     */
    public Optional<Opened> open(UUID id) throws IOException {
      @Nullable MirrorCopy copy = copies.get(id);
      return copy == null || reader == null
          ? Optional.empty()
          : MirroredMail.this.open(copy, reader);
    }

    @Override
    public void close() {
      if (reader != null) {
        reader.close();
      }
    }
  }

  /**
   * Messages by the ids that a list of that day has told, for a restore. An id of somebody else's
   * copy is none of them: it is made anew from lines that are about this person.
   *
   * @param mailbox of whoever is signed in: nobody else's ledger lines are looked at
   * @throws IOException where the mirrors cannot be read
   */
  public KeptCopies kept(MailboxAddress mailbox, SnapshotName day, Set<UUID> ids)
      throws IOException {
    Optional<MirrorOfHost.Opened> mirror = host.of(mailbox);
    return mirror.isEmpty()
        ? KeptCopies.NONE
        : new MirroredCopies(
            mirror.get().register(),
            around(mirror.get(), mailbox, day).stream()
                .filter(copy -> ids.contains(copy.id().value()))
                .toList());
  }

  /** All that a page of that day can have shown. */
  private List<MirrorCopy> around(
      MirrorOfHost.Opened mirror, MailboxAddress mailbox, SnapshotName day) throws IOException {
    Optional<Stretch> stretch = Stretch.around(catalogue.snapshots(mailbox), day, clock.instant());
    return stretch.isEmpty()
        ? List.of()
        : mirror.copies().between(mailbox, stretch.get().after(), stretch.get().until());
  }

  /**
   * How a message came that Snapshots have: the copy that a mirror got of it, by the mail server's
   * name for it in its trace headers, and by its bytes, as anybody can write trace headers.
   *
   * @param trace values of its Received headers
   * @param after it arrived behind this time
   * @param until and at this one at the latest
   * @throws IOException where a ledger cannot be read
   */
  public Optional<MirrorCopy> arrival(
      MailboxAddress mailbox,
      CataloguedMessage message,
      List<String> trace,
      Instant after,
      Instant until)
      throws IOException {
    Optional<MirrorOfHost.Opened> mirror = host.of(mailbox);
    if (mirror.isEmpty()) {
      return Optional.empty();
    }
    List<MirrorCopy> named =
        mirror.get().copies().between(mailbox, after, until).stream()
            .filter(copy -> !copy.queueId().isEmpty())
            .filter(copy -> trace.stream().anyMatch(each -> each.contains(copy.queueId())))
            .toList();
    ReadingBudget budget = new ReadingBudget(mostBytes);
    try (CopyReader copies = new CopyReader(mirror.get().register(), named)) {
      for (MirrorCopy copy : named) {
        if (!budget.spent() && is(mailbox, message, copy, copies, budget)) {
          return Optional.of(copy);
        }
      }
    }
    return Optional.empty();
  }

  private boolean is(
      MailboxAddress mailbox,
      CataloguedMessage message,
      MirrorCopy copy,
      CopyReader copies,
      ReadingBudget budget) {
    budget.spend(copy.bytes());
    try {
      Optional<OpenCopy> opened = copies.open(copy);
      if (opened.isEmpty()) {
        return false;
      }
      try (OpenCopy came = opened.get()) {
        return comparison.is(mailbox, message.poolName(), came, budget);
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "not compared with a copy of a mirror", e);
      return false;
    }
  }

  private Optional<Opened> open(MirrorCopy copy, CopyReader copies) throws IOException {
    Optional<OpenCopy> text = copies.open(copy);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    MirroredBytes bytes = new MirroredBytes(text.get());
    try {
      CataloguedMessage row =
          MirroredRow.of(copy, MirroredFolder.CAME_AND_WENT, reader.summary(bytes));
      return Optional.of(new Opened(row, bytes));
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }
}
