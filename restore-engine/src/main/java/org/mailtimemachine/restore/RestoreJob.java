package org.mailtimemachine.restore;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.StoreFiles;
import org.mailtimemachine.snapshot.manifest.Lines;

/**
 * A restore on disk: {@code restores/<id>/} in the Store, with the {@code plan}, the list of what
 * is {@code done}, which grows, and at the end the {@code receipt}. Who opens it holds its lock.
 */
final class RestoreJob implements Closeable {

  private static final FileName PLAN = new FileName("plan");
  private static final FileName DONE = new FileName("done");
  private static final FileName RECEIPT = new FileName("receipt");
  private static final FileName LOCK = new FileName("lock");

  /** Ends each line: a torn one, whose last number may lack digits, has none. */
  private static final String WHOLE = ".";

  private final DirectoryHandle directory;
  private final NewFile lock;

  private RestoreJob(DirectoryHandle directory, NewFile lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /** Writes a plan down, as a job that can be carried out from now on. */
  static void make(Store store, RestorePlan plan) throws IOException {
    try (DirectoryHandle restores = store.restores();
        DirectoryHandle directory = restores.makeDirectory(name(plan.id()), 0700)) {
      restores.sync();
      StoreFiles.publish(directory, PLAN, plan.toBytes());
    }
  }

  /**
   * Opens a job.
   *
   * @throws RestoreException where there is none, or somebody else carries it out
   */
  static RestoreJob open(Store store, UUID id) throws IOException {
    try (DirectoryHandle restores = store.restores()) {
      DirectoryHandle directory = restores.directory(name(id));
      try {
        NewFile lock = directory.append(LOCK, 0600);
        if (!lock.tryLock()) {
          lock.close();
          throw new RestoreException("another process is at work on the restore " + id);
        }
        return new RestoreJob(directory, lock);
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
   * @throws RestoreException where another restore of it goes on
   */
  static NewFile lock(Store store, MailboxAddress mailbox) throws IOException {
    String hash = Lines.sha256(mailbox.toString().getBytes(StandardCharsets.UTF_8));
    try (DirectoryHandle restores = store.restores()) {
      NewFile lock = restores.append(new FileName(".lock-" + hash), 0600);
      if (!lock.tryLock()) {
        lock.close();
        throw new RestoreException(
            "another restore of " + mailbox + " goes on: try again when it has ended");
      }
      return lock;
    }
  }

  private static FileName name(UUID id) {
    return new FileName(id.toString());
  }

  RestorePlan plan() throws IOException {
    return RestorePlan.parse(StoreFiles.read(directory, PLAN), directory.describe(PLAN));
  }

  Optional<Receipt> receipt() throws IOException {
    try {
      return Optional.of(
          Receipt.parse(StoreFiles.read(directory, RECEIPT), directory.describe(RECEIPT)));
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  void publish(Receipt receipt) throws IOException {
    StoreFiles.publish(directory, RECEIPT, receipt.toBytes());
  }

  /** What is done already, by folder and message of the plan. */
  Map<List<Integer>, Receipt.Entry> done() throws IOException {
    Map<List<Integer>, Receipt.Entry> done = new LinkedHashMap<>();
    String text;
    try {
      text = new String(StoreFiles.read(directory, DONE), StandardCharsets.US_ASCII);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return done;
      }
      throw e;
    }
    for (String line : text.split("\n", -1)) {
      String[] fields = line.split("\t", -1);
      if (fields.length == 5 && fields[4].equals(WHOLE)) {
        Receipt.Entry entry = Receipt.entry(fields);
        done.put(List.of(entry.folder(), entry.message()), entry);
      }
    }
    return done;
  }

  /** Adds to what is done; it is on disk when this returns. */
  void done(List<Receipt.Entry> entries) throws IOException {
    try (NewFile file = directory.append(DONE, 0600)) {
      // The newline in front ends a line that a crash may have torn.
      StringBuilder text = new StringBuilder("\n");
      for (Receipt.Entry entry : entries) {
        text.append(String.join("\t", Receipt.fields(entry)))
            .append('\t')
            .append(WHOLE)
            .append('\n');
      }
      file.write(text.toString().getBytes(StandardCharsets.US_ASCII));
      file.sync();
    }
    directory.sync();
  }

  @Override
  public void close() throws IOException {
    directory.close();
    lock.close();
  }
}
