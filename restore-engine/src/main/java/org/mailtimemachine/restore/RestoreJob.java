package org.mailtimemachine.restore;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PercentEncoding;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.StoreFiles;
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
  private static final FileName TAKEN_BACK = new FileName("taken-back");
  private static final FileName LOCK = new FileName("lock");
  private static final String NOTE = "NOTE";

  /** Ends each line: a torn one, whose last number may lack digits, has none. */
  private static final String WHOLE = ".";

  private final DirectoryHandle directory;
  private final Optional<NewFile> lock;

  private RestoreJob(DirectoryHandle directory, Optional<NewFile> lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /**
   * Writes a plan down, as a job that can be carried out from now on.
   *
   * @throws RestoreException where that restore was accepted already: what is done of it is counted
   *     by its plan
   */
  static void make(Store store, RestorePlan plan) throws IOException {
    try (DirectoryHandle restores = store.restores()) {
      restores.makeDirectory(name(plan.id()), 0700).close();
      restores.sync();
    }
    try (RestoreJob job = open(store, plan.id())) {
      if (job.has(PLAN)) {
        throw new RestoreException("the restore " + plan.id() + " was accepted already");
      }
      StoreFiles.publish(job.directory, PLAN, plan.toBytes());
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
        throw new RestoreException("there is no restore " + id, e);
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
    throw new RestoreException("there is no restore " + id);
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

  /** What is done already, by folder and message of the plan. */
  Map<List<Integer>, Receipt.Entry> done() throws IOException {
    Map<List<Integer>, Receipt.Entry> done = new LinkedHashMap<>();
    for (String[] fields : lines(DONE)) {
      if (fields.length == 5) {
        Receipt.Entry entry = Receipt.entry(fields);
        done.put(List.of(entry.folder(), entry.message()), entry);
      }
    }
    return done;
  }

  /** What earlier runs have noted, each once. */
  Set<String> notes() throws IOException {
    Set<String> notes = new LinkedHashSet<>();
    for (String[] fields : lines(DONE)) {
      if (fields.length == 3 && fields[0].equals(NOTE)) {
        notes.add(PercentEncoding.decodeText(fields[1]));
      }
    }
    return notes;
  }

  /** The names of what was taken back. */
  Set<String> takenBack() throws IOException {
    Set<String> names = new HashSet<>();
    for (String[] fields : lines(TAKEN_BACK)) {
      names.add(fields[0]);
    }
    return names;
  }

  /** The fields of all whole lines. */
  private List<String[]> lines(FileName file) throws IOException {
    if (!has(file)) {
      return List.of();
    }
    String text = new String(StoreFiles.read(directory, file), StandardCharsets.US_ASCII);
    return text.lines()
        .map(line -> line.split("\t", -1))
        .filter(fields -> fields.length > 1 && fields[fields.length - 1].equals(WHOLE))
        .toList();
  }

  private void append(FileName to, StringBuilder lines) throws IOException {
    boolean there = has(to);
    try (NewFile file = directory.append(to, 0600)) {
      // The newline in front ends a line that a crash may have torn.
      file.write(lines.insert(0, '\n').toString().getBytes(StandardCharsets.US_ASCII));
      file.sync();
    }
    if (!there) {
      directory.sync();
    }
  }

  /** Notes something for the Receipt; it is on disk when this returns. */
  void note(String note) throws IOException {
    append(DONE, line(NOTE, PercentEncoding.encodeText(note)));
  }

  /** Adds to what was taken back; it is on disk when this returns. */
  void takenBack(List<String> names) throws IOException {
    StringBuilder text = new StringBuilder();
    names.forEach(name -> text.append(line(name)));
    append(TAKEN_BACK, text);
  }

  private static StringBuilder line(String... fields) {
    return new StringBuilder(String.join("\t", fields)).append('\t').append(WHOLE).append('\n');
  }

  /** Adds to what is done; it is on disk when this returns. */
  void done(List<Receipt.Entry> entries) throws IOException {
    StringBuilder text = new StringBuilder();
    entries.forEach(entry -> text.append(line(Receipt.fields(entry))));
    append(DONE, text);
  }

  @Override
  public void close() throws IOException {
    directory.close();
    if (lock.isPresent()) {
      lock.get().close();
    }
  }
}
