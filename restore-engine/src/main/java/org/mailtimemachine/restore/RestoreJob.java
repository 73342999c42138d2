package org.mailtimemachine.restore;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PercentEncoding;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.StoreFiles;
import org.mailtimemachine.snapshot.audit.AuditEntry;
import org.mailtimemachine.snapshot.manifest.Lines;

/**
 * A restore on disk: {@code restores/<id>/} in the Store, with the {@code plan}, the list of what
 * is {@code done}, which grows, and at the end the {@code receipt}. Who opens it holds its lock;
 * who looks at it reads what is whole of it, and may not write.
 */
final class RestoreJob implements Closeable {

  private static final FileName PLAN = new FileName("plan");
  private static final FileName DONE = new FileName("done");
  private static final FileName RECEIPT = new FileName("receipt");

  /** A directory, where the messages are no Snapshot's. */
  private static final FileName COPIES = new FileName("copies");

  private static final FileName LOCK = new FileName("lock");

  /** A Restore request stands behind it, which is decided in the console. */
  private static final FileName REQUESTED = new FileName("requested");

  /** Somebody wants that it stops. */
  private static final FileName STOP = new FileName("stop");

  /** It is being taken back, or was, and who wanted it has not said that he knows. */
  private static final FileName TAKING_BACK = new FileName("taking-back");

  /** Begins the names of what was done by hand, until it stands in the audit log. */
  private static final String BY_HAND = "by-hand-";

  private static final String NOTE = "NOTE";
  private static final String SUM = "SUM";
  private static final String MADE = "MADE";

  /** Ends a line of a Folder that was made, and not of a directory above it. */
  private static final String FOLDER = "FOLDER";

  /** Begins what is about to be added, with the moment; a line {@code READY} for each. */
  private static final String ADDING = "ADDING";

  /** What a Folder was like just before. */
  private static final String MARK = "MARK";

  private static final String READY = "READY";
  private static final String SUBSCRIBED = "SUBSCRIBED";

  /** Holds the last lines of what is done, whoever writes on meanwhile. */
  private static final int TAIL_BYTES = 8 * 1024;

  private final DirectoryHandle directory;
  private final Optional<NewFile> lock;

  private RestoreJob(DirectoryHandle directory, Optional<NewFile> lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Writes a plan down, as a job that can be carried out from now on.
   *
   * @param requested what whoever decides about requests wants to know again; empty where nobody
   *     has requested it
   * @param kept where the plan's copies are taken from, if it is one of copies; all of them are on
   *     disk before it is
   * @throws RestoreException where that restore was accepted already: what is done of it is counted
   *     by its plan
   */
  static void make(Store store, RestorePlan plan, Optional<String> requested, KeptCopies kept)
      throws IOException {
    try (DirectoryHandle restores = store.restores()) {
      StoreFiles.directory(restores, name(plan.id())).close();
      restores.sync();
    }
    try (RestoreJob job = open(store, plan.id())) {
      if (job.has(PLAN)) {
        throw new RestoreException("the restore " + plan.id() + " was accepted already");
      }
      if (requested.isPresent()) {
        StoreFiles.publish(
            job.directory, REQUESTED, requested.get().getBytes(StandardCharsets.US_ASCII));
      }
      if (plan.ofCopies()) {
        job.removeCopies(); // of somebody who was killed before he could write his plan
        try (DirectoryHandle copies = StoreFiles.directory(job.directory, COPIES)) {
          JobCopies.take(copies, plan, kept);
        }
      }
      StoreFiles.publish(job.directory, PLAN, plan.toBytes());
    }
  }

  /** Whether its plan was written down. */
  boolean planned() throws IOException {
    return has(PLAN);
  }

  /** Opens the directory of its own copies. Close it after use. */
  DirectoryHandle copies() throws IOException {
    return directory.directory(COPIES);
  }

  /**
   * The same for who is at work on it: of a job that has lost them no message is there, as in a
   * Pool that has lost them. Close it after use.
   */
  DirectoryHandle copiesOrNone() throws IOException {
    return StoreFiles.directory(directory, COPIES);
  }

  /** Removes its own copies, as far as it has some. */
  void removeCopies() throws IOException {
    try (DirectoryHandle copies = copies()) {
      for (DirectoryEntry entry : copies.list()) {
        copies.unlink(entry.name());
      }
      directory.removeDirectory(COPIES);
      directory.sync();
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  private boolean has(FileName file) throws IOException {
    try {
      return directory.status(file).regularFile();
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Opens a job.
   *
   * @throws RestoreException where there is none
   * @throws RestoreBusyException where somebody else carries it out
   */
  static RestoreJob open(Store store, UUID id) throws IOException {
    try (DirectoryHandle restores = store.restores()) {
      DirectoryHandle directory = restores.directory(name(id));
      try {
        NewFile lock = directory.append(LOCK, 0600);
        StoreFiles.inherit(lock, directory);
        if (!lock.tryLock()) {
          lock.close();
          throw new RestoreBusyException("another process is at work on the restore " + id);
        }
        return new RestoreJob(directory, Optional.of(lock));
      } catch (IOException e) {
        directory.close();
        throw e;
      }
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        throw new RestoreException(Hindrance.DAMAGED, "there is no restore " + id, e);
      }
      throw e;
    }
  }

  /**
   * Takes the lock of a Mailbox: of two restores at once, neither would see what the other adds.
   *
   * @throws RestoreBusyException where another restore of it goes on
   */
  static NewFile lock(Store store, MailboxAddress mailbox) throws IOException {
    String hash = Lines.sha256(mailbox.toString().getBytes(StandardCharsets.UTF_8));
    try (DirectoryHandle restores = store.restores()) {
      NewFile lock = restores.append(new FileName(".lock-" + hash), 0600);
      StoreFiles.inherit(lock, restores);
      if (!lock.tryLock()) {
        lock.close();
        throw new RestoreBusyException(
            "another restore of " + mailbox + " goes on: try again when it has ended");
      }
      return lock;
    }
  }

  private static FileName name(UUID id) {
    return new FileName(id.toString());
  }

  /**
   * Opens a job to read it, whoever is at work on it.
   *
   * @throws RestoreException where there is none
   */
  static RestoreJob look(Store store, UUID id) throws IOException {
    try (DirectoryHandle restores = store.restores()) {
      RestoreJob job = new RestoreJob(restores.directory(name(id)), Optional.empty());
      if (job.has(PLAN)) {
        return job;
      }
      job.close(); // of somebody who was killed before he could write it
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
    throw new RestoreException(Hindrance.DAMAGED, "there is no restore " + id);
  }

  /** The same; empty where there is none. */
  static Optional<RestoreJob> lookIfThere(Store store, UUID id) throws IOException {
    try {
      return Optional.of(look(store, id));
    } catch (RestoreException e) {
      return Optional.empty();
    }
  }

  /** The plan of a job, whoever is at work on it: it never changes. Empty where there is none. */
  static Optional<RestorePlan> plan(Store store, UUID id) throws IOException {
    try (RestoreJob job = look(store, id)) {
      return Optional.of(job.plan());
    } catch (RestoreException e) {
      return Optional.empty();
    }
  }

  /** All directories of jobs, in no order; one that was killed early has no plan. */
  static List<UUID> all(Store store) throws IOException {
    List<UUID> ids = new ArrayList<>();
    try (DirectoryHandle restores = store.restores()) {
      for (DirectoryEntry entry : restores.list()) {
        try {
          UUID id = UUID.fromString(entry.name().text());
          if (entry.name().equals(name(id))) {
            ids.add(id);
          }
        } catch (IllegalArgumentException e) {
          // no job: a lock
        }
      }
    }
    return ids;
  }

  RestorePlan plan() throws IOException {
    return RestorePlan.parse(StoreFiles.read(directory, PLAN), directory.describe(PLAN));
  }

  Optional<Receipt> receipt() throws IOException {
    return has(RECEIPT)
        ? Optional.of(
            Receipt.parse(StoreFiles.read(directory, RECEIPT), directory.describe(RECEIPT)))
        : Optional.empty();
  }

  void publish(Receipt receipt) throws IOException {
    StoreFiles.publish(directory, RECEIPT, receipt.toBytes());
  }

  /** Whether a Restore request stands behind it. */
  boolean requested() throws IOException {
    return has(REQUESTED);
  }

  /** Whether a request stands behind it, and it has not ended; reads nothing. */
  boolean unfinished() throws IOException {
    return has(REQUESTED) && has(PLAN) && !has(RECEIPT);
  }

  /** What was given to {@link #make} with it. */
  String request() throws IOException {
    return new String(StoreFiles.read(directory, REQUESTED), StandardCharsets.US_ASCII);
  }

  /** Whether somebody wants that it stops. */
  boolean stopped() throws IOException {
    return has(STOP);
  }

  /** Asks whoever is at work on it to stop; it is on disk when this returns. */
  void stop() throws IOException {
    if (!stopped()) {
      StoreFiles.publish(directory, STOP, new byte[0]);
    }
  }

  /** Lets it go on. */
  void resume() throws IOException {
    remove(STOP);
  }

  private void remove(FileName file) throws IOException {
    try {
      directory.unlink(file);
      directory.sync();
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  /** What is done already, by folder and message of the plan. */
  Map<List<Integer>, Receipt.Entry> done() throws IOException {
    Map<List<Integer>, Receipt.Entry> done = new LinkedHashMap<>();
    for (String[] fields : lines(DONE)) {
      if (Receipt.Outcome.isOne(fields[0])) {
        Receipt.Entry entry = Receipt.entry(fields);
        done.put(List.of(entry.folder(), entry.message()), entry);
      }
    }
    return done;
  }

  /**
   * How many messages are dealt with, by the end of the list alone: whoever watches asks every
   * second.
   */
  long sum() throws IOException {
    if (!has(DONE)) {
      return 0;
    }
    try (ReadableFile file = directory.file(DONE)) {
      long size = file.status().size();
      byte[] tail = new byte[(int) Math.min(size, TAIL_BYTES)];
      int length = file.read(size - tail.length, tail, 0, tail.length);
      List<String[]> lines =
          JobLines.whole(new String(tail, 0, Math.max(0, length), StandardCharsets.US_ASCII));
      for (String[] fields : lines.reversed()) {
        if (fields[0].equals(SUM)) {
          return Long.parseLong(fields[1]);
        }
      }
    }
    return done().size();
  }

  /** What earlier runs have noted, each once. */
  Set<Receipt.Note> notes() throws IOException {
    Set<Receipt.Note> notes = new LinkedHashSet<>();
    for (String[] fields : lines(DONE)) {
      if (fields[0].equals(NOTE)) {
        notes.add(Receipt.Note.parse(fields, 1));
      }
    }
    return notes;
  }

  /**
   * What somebody was about to add to a Folder who could not write down what came of it: by folder
   * and message of the plan.
   *
   * @param since what was written down before counts no more
   */
  Map<Integer, Map<Integer, RestoredFolder.Begun>> adding(Instant since) throws IOException {
    Map<Integer, Map<Integer, RestoredFolder.Begun>> adding = new HashMap<>();
    Map<Integer, String> marks = new HashMap<>();
    boolean young = false;
    for (String[] fields : lines(DONE)) {
      if (fields[0].equals(ADDING)) {
        young = !Instant.parse(fields[1]).isBefore(since);
        marks.clear();
      } else if (fields[0].equals(MARK)) {
        marks.put(Integer.parseInt(fields[1]), fields[2]);
      } else if (fields[0].equals(READY) && young) {
        int folder = Integer.parseInt(fields[1]);
        adding
            .computeIfAbsent(folder, _ -> new HashMap<>())
            .put(
                Integer.parseInt(fields[2]),
                new RestoredFolder.Begun(marks.getOrDefault(folder, "")));
      } else if (Receipt.Outcome.isOne(fields[0])) {
        adding
            .getOrDefault(Integer.parseInt(fields[1]), new HashMap<>())
            .remove(Integer.parseInt(fields[2]));
      }
    }
    return adding;
  }

  /**
   * These are about to be added; on disk when this returns.
   *
   * @param marks of their Folders, where these have some
   */
  void adding(List<Receipt.Entry> entries, Map<Integer, String> marks, Instant now)
      throws IOException {
    StringBuilder text = JobLines.line(ADDING, now.toString());
    marks.forEach(
        (folder, mark) -> text.append(JobLines.line(MARK, Integer.toString(folder), mark)));
    for (Receipt.Entry entry : entries) {
      text.append(
          JobLines.line(
              READY, Integer.toString(entry.folder()), Integer.toString(entry.message())));
    }
    append(text);
  }

  /** The inodes of the directories that were made for each Folder of the plan. */
  Map<Integer, Set<Long>> made() throws IOException {
    return made(_ -> true);
  }

  /** The same, of the Folders themselves: they were about to get their place. */
  Map<Integer, Set<Long>> madeFolders() throws IOException {
    return made(fields -> fields[3].equals(FOLDER));
  }

  /** Of the directories alone that were made because a Folder lies below them. */
  Set<Long> madeAbove() throws IOException {
    return made(fields -> !fields[3].equals(FOLDER)).values().stream()
        .flatMap(Set::stream)
        .collect(Collectors.toCollection(HashSet::new));
  }

  private Map<Integer, Set<Long>> made(Predicate<String[]> wanted) throws IOException {
    Map<Integer, Set<Long>> made = new HashMap<>();
    for (String[] fields : lines(DONE)) {
      if (fields[0].equals(MADE) && wanted.test(fields)) {
        made.computeIfAbsent(Integer.parseInt(fields[1]), _ -> new HashSet<>())
            .add(Long.parseLong(fields[2]));
      }
    }
    return made;
  }

  /** The Folders of the plan that were subscribed by the restore. */
  Set<Integer> subscribed() throws IOException {
    return file(DONE).numbers(SUBSCRIBED);
  }

  /** What was taken back of it. */
  TakenBackList takenBack() {
    return new TakenBackList(directory);
  }

  /** What was done by hand and does not stand in the audit log yet, by file, in order. */
  SortedMap<FileName, AuditEntry> byHand() throws IOException {
    SortedMap<FileName, AuditEntry> entries = new TreeMap<>();
    for (DirectoryEntry entry : directory.list()) {
      if (entry.name().bytes().startsWith(BY_HAND)) {
        List<String[]> lines = lines(entry.name());
        if (!lines.isEmpty()) {
          entries.put(entry.name(), entry(lines.getFirst()));
        }
      }
    }
    return entries;
  }

  private static AuditEntry entry(String[] fields) {
    return new AuditEntry(
        Instant.parse(fields[0]),
        PercentEncoding.decodeText(fields[1]),
        PercentEncoding.decodeText(fields[2]),
        PercentEncoding.decodeText(fields[3]),
        PercentEncoding.decodeText(fields[4]));
  }

  /**
   * Keeps what was done by hand for the audit log; on disk when this returns. Each in a file of its
   * own: whoever carries the others over meanwhile removes none that he has not seen.
   */
  void byHand(AuditEntry entry) throws IOException {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, entry.when());
    FileName file = new FileName(BY_HAND + "%020d-%s".formatted(micros, UUID.randomUUID()));
    StoreFiles.publish(
        directory,
        file,
        JobLines.line(
                entry.when().toString(),
                PercentEncoding.encodeText(entry.who()),
                PercentEncoding.encodeText(entry.action()),
                PercentEncoding.encodeText(entry.subject()),
                PercentEncoding.encodeText(entry.detail()))
            .toString()
            .getBytes(StandardCharsets.US_ASCII));
  }

  /** It stands in the audit log now. */
  void logged(FileName file) throws IOException {
    remove(file);
  }

  private JobLines file(FileName name) {
    return new JobLines(directory, name);
  }

  private List<String[]> lines(FileName name) throws IOException {
    return file(name).read();
  }

  private void append(StringBuilder lines) throws IOException {
    file(DONE).append(lines);
  }

  /** Notes something for the Receipt; it is on disk when this returns. */
  void note(Receipt.Note note) throws IOException {
    String[] fields = note.fields();
    append(JobLines.line(NOTE, fields[0], fields[1], fields[2]));
  }

  /** A directory above a Folder of the plan was made; on disk when this returns. */
  void madeAbove(int folder, long inode) throws IOException {
    append(JobLines.line(MADE, Integer.toString(folder), Long.toString(inode)));
  }

  /** A Folder of the plan is about to get its place; on disk when this returns. */
  void makes(int folder, long inode) throws IOException {
    append(JobLines.line(MADE, Integer.toString(folder), Long.toString(inode), FOLDER));
  }

  /** A Folder of the plan is about to be subscribed; on disk when this returns. */
  void subscribed(int folder) throws IOException {
    append(JobLines.line(SUBSCRIBED, Integer.toString(folder)));
  }

  /** Whether it is being taken back, or was, and who wanted it does not know yet. */
  boolean takingBack() throws IOException {
    return has(TAKING_BACK);
  }

  /**
   * From now on it is being taken back; on disk when this returns.
   *
   * @param who wants it; one who wanted it before, and was interrupted, stays the one
   */
  void beginTakeBack(String who) throws IOException {
    if (!has(TAKING_BACK)) {
      StoreFiles.publish(
          directory,
          TAKING_BACK,
          PercentEncoding.encodeText(who).getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** Who wants what is being taken back; empty where nobody does, or an older version wrote it. */
  Optional<String> takesBack() throws IOException {
    return has(TAKING_BACK)
        ? Optional.of(
                new String(StoreFiles.read(directory, TAKING_BACK), StandardCharsets.US_ASCII))
            .filter(who -> !who.isEmpty())
            .map(PercentEncoding::decodeText)
        : Optional.empty();
  }

  /** Who wanted it knows what came of it. */
  void endTakeBack() throws IOException {
    remove(TAKING_BACK);
  }

  /**
   * Removes all that is left of it, the plan first: without it there is no job. The lock goes with
   * it.
   */
  void removeAll(Store store, UUID id) throws IOException {
    remove(PLAN);
    removeCopies();
    for (DirectoryEntry entry : directory.list()) {
      directory.unlink(entry.name());
    }
    try (DirectoryHandle restores = store.restores()) {
      restores.removeDirectory(name(id));
    }
  }

  /** When a job was changed last: a Receipt came, or something was taken back. */
  static Instant changed(Store store, UUID id) throws IOException {
    try (DirectoryHandle restores = store.restores()) {
      return restores.status(name(id)).modified();
    }
  }

  /** Whether a run of it has begun. */
  boolean begun() throws IOException {
    return has(DONE);
  }

  /** A run of it begins: from now on messages may be there that no list names. */
  void begin() throws IOException {
    if (!begun()) {
      append(JobLines.line(SUM, "0"));
    }
  }

  /**
   * Adds to what is done; it is on disk when this returns.
   *
   * @param sum of messages that are dealt with, these included
   */
  void done(List<Receipt.Entry> entries, long sum) throws IOException {
    StringBuilder text = new StringBuilder();
    entries.forEach(entry -> text.append(JobLines.line(Receipt.fields(entry))));
    append(text.append(JobLines.line(SUM, Long.toString(sum))));
  }

  @Override
  public void close() throws IOException {
    directory.close();
    if (lock.isPresent()) {
      lock.get().close();
    }
  }
}
