package org.mailtimemachine.web.mirrored;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mailstore.mime.MessageReader;
import org.mailtimemachine.mailstore.mime.MessageSummary;
import org.mailtimemachine.mirror.recall.CopyId;
import org.mailtimemachine.mirror.recall.CopyReader;
import org.mailtimemachine.mirror.recall.DamagedCopyException;
import org.mailtimemachine.mirror.recall.MirrorCopy;
import org.mailtimemachine.mirror.recall.OpenCopy;
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

  /** The newest ones of a stretch; of somebody who is flooded with mail the others are left out. */
  public static final int MOST = 500;

  private static final int MOST_REMEMBERED = 100;

  /** Copies expire, and Snapshots do: so long it may take until a list knows. */
  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  private static final Instant FIRST_SENSIBLE_DATE = Instant.parse("1971-01-01T00:00:00Z");
  private static final Instant LAST_SENSIBLE_DATE = Instant.parse("2100-01-01T00:00:00Z");

  private final MirrorOfHost host;
  private final Catalogue catalogue;
  private final SnapshotStore store;
  private final Clock clock;
  private final MessageReader reader = new MessageReader();
  private final Map<Question, Answer> answers = new LinkedHashMap<>(16, 0.75f, true);

  @SuppressWarnings("NullAway") // for the container's proxy
  protected MirroredMail() {
    this(null, null, null, null);
  }

  @Inject
  public MirroredMail(MirrorOfHost host, Catalogue catalogue, SnapshotStore store, Clock clock) {
    this.host = host;
    this.catalogue = catalogue;
    this.store = store;
    this.clock = clock;
  }

  private record Question(MailboxAddress mailbox, SnapshotName day, MirroredFolder folder) {}

  /**
   * What was found.
   *
   * @param snapshots with which the copies were compared
   * @param verdicts of all copies of the stretch; empty for one that a Snapshot has
   */
  private record Answer(
      List<SnapshotName> snapshots, Instant time, Map<CopyId, Optional<MirroredMessage>> verdicts) {

    boolean holds(List<SnapshotName> now, Instant when) {
      return snapshots.equals(now) && when.isBefore(time.plus(REMEMBERED));
    }

    List<MirroredMessage> messages() {
      return verdicts.values().stream().flatMap(Optional::stream).toList();
    }
  }

  /** A copy that was opened by whoever it is for. */
  public record Opened(CataloguedMessage row, StoredMessage bytes) {}

  /** Whether mirrors get this person's mail. */
  public boolean offered(MailboxAddress mailbox) {
    return host.of(mailbox).isPresent();
  }

  /**
   * What a day shows besides its Folders, in the order in which it arrived; at most {@value #MOST}.
   *
   * @param snapshots all of the Mailbox
   * @throws IOException where a ledger or a mirror mailbox cannot be read
   */
  public List<MirroredMessage> messages(
      MailboxAddress mailbox,
      List<SnapshotSummary> snapshots,
      SnapshotName day,
      MirroredFolder folder)
      throws IOException {
    Instant now = clock.instant();
    Optional<MirrorOfHost.Opened> mirror = host.of(mailbox);
    Optional<Stretch> stretch =
        Stretch.of(snapshots, day, folder, now).filter(found -> !found.isEmpty());
    if (mirror.isEmpty() || stretch.isEmpty()) {
      return List.of();
    }
    List<MirrorCopy> all =
        mirror.get().copies().between(mailbox, stretch.get().after(), stretch.get().until());
    List<MirrorCopy> copies = all.subList(Math.max(0, all.size() - MOST), all.size());
    Question question = new Question(mailbox, day, folder);
    List<SnapshotName> names = names(snapshots);
    Map<CopyId, Optional<MirroredMessage>> before =
        remembered(question)
            .filter(known -> known.holds(names, now))
            .map(Answer::verdicts)
            .orElse(Map.of());
    Map<CopyId, Optional<MirroredMessage>> verdicts = new LinkedHashMap<>();
    try (CopyReader open = new CopyReader(mirror.get().register(), copies)) {
      for (MirrorCopy copy : copies) {
        verdicts.put(
            copy.id(),
            before.containsKey(copy.id())
                ? before.getOrDefault(copy.id(), Optional.empty())
                : look(mailbox, copy, folder, open));
      }
    }
    Instant since = before.isEmpty() ? now : remembered(question).map(Answer::time).orElse(now);
    Answer answer = new Answer(names, since, verdicts);
    remember(question, answer);
    return answer.messages();
  }

  /** How many messages a day shows besides its Folders, where that is known without reading. */
  public OptionalInt known(
      MailboxAddress mailbox,
      List<SnapshotSummary> snapshots,
      SnapshotName day,
      MirroredFolder folder) {
    return remembered(new Question(mailbox, day, folder))
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

  private Optional<Answer> remembered(Question question) {
    synchronized (answers) {
      return Optional.ofNullable(answers.get(question));
    }
  }

  private void remember(Question question, Answer answer) {
    synchronized (answers) {
      answers.put(question, answer);
      if (answers.size() > MOST_REMEMBERED) {
        answers.remove(answers.keySet().iterator().next());
      }
    }
  }

  /** Empty where a Snapshot has it, or no mirror any more. What cannot be decided is shown. */
  private Optional<MirroredMessage> look(
      MailboxAddress mailbox, MirrorCopy copy, MirroredFolder folder, CopyReader copies) {
    try {
      Optional<OpenCopy> opened = copies.open(copy);
      if (opened.isEmpty()) {
        return Optional.empty();
      }
      try (OpenCopy text = opened.get()) {
        MessageSummary summary = reader.summary(text);
        return inSnapshots(mailbox, text, summary.messageId())
            ? Optional.empty()
            : Optional.of(new MirroredMessage(row(copy, folder, summary), copy, false));
      }
    } catch (DamagedCopyException e) {
      LOG.log(System.Logger.Level.ERROR, e.getMessage());
    } catch (IOException e) {
      // whoever reads the mirror mailbox may have put anything there: it hides no other message
      LOG.log(System.Logger.Level.ERROR, "a copy of a mirror cannot be read", e);
    }
    return Optional.of(new MirroredMessage(row(copy, folder), copy, true));
  }

  private boolean inSnapshots(MailboxAddress mailbox, OpenCopy copy, String messageId)
      throws IOException {
    long length = PlainLines.count(copy);
    List<String> candidates =
        catalogue.poolNames(mailbox, messageId, length, copy.size() + DeliveredText.MOST_IN_FRONT);
    for (String candidate : candidates) {
      try (StoredMessage stored = store.message(mailbox, candidate)) {
        if (DeliveredText.is(stored, copy, length)) {
          return true;
        }
      } catch (IOException e) {
        // expired since, or damaged: then the mirror's is the better one
        LOG.log(System.Logger.Level.DEBUG, "not compared with a copy of a mirror", e);
      }
    }
    return false;
  }

  private static CataloguedMessage row(
      MirrorCopy copy, MirroredFolder folder, MessageSummary summary) {
    return new CataloguedMessage(
        copy.id().value(),
        folder.id(),
        "",
        summary.subject(),
        summary.from(),
        summary.to(),
        summary.date().filter(MirroredMail::sensible).orElse(copy.arrived()),
        copy.bytes(),
        new Flags("S"), // whether anybody has read it nobody knows
        List.of(),
        summary.attachments(),
        summary.preview());
  }

  /** By its envelope alone. */
  private static CataloguedMessage row(MirrorCopy copy, MirroredFolder folder) {
    return new CataloguedMessage(
        copy.id().value(),
        folder.id(),
        "",
        "",
        copy.sender(),
        String.join(", ", copy.recipients()),
        copy.arrived(),
        copy.bytes(),
        new Flags("S"),
        List.of(),
        0,
        "");
  }

  private static boolean sensible(Instant date) {
    return !date.isBefore(FIRST_SENSIBLE_DATE) && date.isBefore(LAST_SENSIBLE_DATE);
  }

  /**
   * Finds a message by the id that a list of that day has told.
   *
   * @param mailbox of whoever is signed in: nobody else's ledger lines are looked at
   * @return empty where no mirror ever had such a message for this Mailbox at that time, whoever
   *     else may have it
   * @throws IOException where a ledger cannot be read
   */
  public Optional<MirroredMessage> message(MailboxAddress mailbox, SnapshotName day, UUID id)
      throws IOException {
    Optional<MirrorCopy> copy = copy(mailbox, day, id);
    if (copy.isEmpty()) {
      return Optional.empty();
    }
    try {
      Optional<Opened> opened = open(copy.get());
      if (opened.isEmpty()) {
        return Optional.empty();
      }
      opened.get().bytes().close();
      return Optional.of(new MirroredMessage(opened.get().row(), copy.get(), false));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "a copy of a mirror cannot be read", e);
      return Optional.of(
          new MirroredMessage(row(copy.get(), MirroredFolder.CAME_AND_WENT), copy.get(), true));
    }
  }

  /**
   * Opens a message by the id that a list of that day has told; close its bytes after use.
   *
   * @return empty as for {@link #message}, and where no mirror has it any more
   * @throws IOException where what is left is something else than what came, or cannot be read
   */
  public Optional<Opened> open(MailboxAddress mailbox, SnapshotName day, UUID id)
      throws IOException {
    Optional<MirrorCopy> copy = copy(mailbox, day, id);
    return copy.isEmpty() ? Optional.empty() : open(copy.get());
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
    for (MirrorCopy copy : mirror.get().copies().between(mailbox, after, until)) {
      if (!copy.queueId().isEmpty()
          && trace.stream().anyMatch(each -> each.contains(copy.queueId()))
          && is(mailbox, message, copy)) {
        return Optional.of(copy);
      }
    }
    return Optional.empty();
  }

  private boolean is(MailboxAddress mailbox, CataloguedMessage message, MirrorCopy copy) {
    try {
      Optional<Opened> opened = open(copy);
      if (opened.isEmpty()) {
        return false;
      }
      try (StoredMessage came = opened.get().bytes();
          StoredMessage stored = store.message(mailbox, message.poolName())) {
        return DeliveredText.is(stored, came, PlainLines.count(came));
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "not compared with a copy of a mirror", e);
      return false;
    }
  }

  private Optional<MirrorCopy> copy(MailboxAddress mailbox, SnapshotName day, UUID id)
      throws IOException {
    Optional<MirrorOfHost.Opened> mirror = host.of(mailbox);
    if (mirror.isEmpty()) {
      return Optional.empty();
    }
    Optional<Stretch> stretch = Stretch.around(catalogue.snapshots(mailbox), day, clock.instant());
    if (stretch.isEmpty()) {
      return Optional.empty();
    }
    return mirror
        .get()
        .copies()
        .between(mailbox, stretch.get().after(), stretch.get().until())
        .stream()
        .filter(copy -> copy.id().value().equals(id))
        .findFirst();
  }

  private Optional<Opened> open(MirrorCopy copy) throws IOException {
    Optional<MirrorOfHost.Opened> mirror = host.opened();
    if (mirror.isEmpty()) {
      return Optional.empty();
    }
    Optional<OpenCopy> text;
    try (CopyReader reader = new CopyReader(mirror.get().register(), List.of(copy))) {
      text = reader.open(copy);
    }
    if (text.isEmpty()) {
      return Optional.empty();
    }
    MirroredBytes bytes = new MirroredBytes(text.get());
    try {
      CataloguedMessage row = row(copy, MirroredFolder.CAME_AND_WENT, reader.summary(bytes));
      return Optional.of(new Opened(row, bytes));
    } catch (IOException | RuntimeException e) {
      bytes.close();
      throw e;
    }
  }
}
