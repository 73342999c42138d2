package org.mailtimemachine.restore;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.Store;

/**
 * What all jobs of a Store hold of copies for themselves, whatever becomes of their requests: from
 * the directories, which a lost database leaves as they are. One job that cannot be read keeps the
 * others from nothing.
 */
public final class CopiesOfJobs {

  private static final System.Logger LOG = System.getLogger(CopiesOfJobs.class.getName());

  private CopiesOfJobs() {}

  /** How many bytes they hold for a Mailbox. */
  public static long bytes(Store store, MailboxAddress mailbox) throws IOException {
    long bytes = 0;
    for (UUID id : RestoreJob.all(store)) {
      try {
        bytes += bytes(store, id, mailbox);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "The copies of the restore " + id + " count not", e);
      }
    }
    return bytes;
  }

  private static long bytes(Store store, UUID id, MailboxAddress mailbox) throws IOException {
    Optional<RestoreJob> found = RestoreJob.lookIfThere(store, id);
    if (found.isEmpty()) {
      return 0;
    }
    try (RestoreJob job = found.get();
        DirectoryHandle copies = job.copies()) {
      if (!job.plan().mailbox().equals(mailbox)) {
        return 0;
      }
      long bytes = 0;
      for (DirectoryEntry entry : copies.list()) {
        bytes += copies.status(entry.name()).size();
      }
      return bytes;
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return 0; // as a rule; or it lets them go just now
      }
      throw e;
    }
  }

  /**
   * Removes jobs without a plan: of somebody who was killed while he took their copies.
   *
   * @param before nobody has touched them since
   * @param known whether somebody else looks after it
   */
  public static void sweep(Store store, Instant before, Predicate<UUID> known) throws IOException {
    for (UUID id : RestoreJob.all(store)) {
      try {
        if (RestoreJob.changed(store, id).isBefore(before)
            && !hasPlan(store, id)
            && !known.test(id)) {
          sweep(store, id);
        }
      } catch (RestoreBusyException e) {
        LOG.log(System.Logger.Level.DEBUG, "Somebody is at work on " + id, e);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.WARNING, "What is left of the restore " + id + " stays", e);
      }
    }
  }

  private static boolean hasPlan(Store store, UUID id) throws IOException {
    Optional<RestoreJob> found = RestoreJob.lookIfThere(store, id);
    if (found.isEmpty()) {
      return false;
    }
    found.get().close();
    return true;
  }

  private static void sweep(Store store, UUID id) throws IOException {
    try (RestoreJob job = RestoreJob.open(store, id)) {
      if (!job.planned()) {
        job.removeAll(store, id);
      }
    }
  }
}
