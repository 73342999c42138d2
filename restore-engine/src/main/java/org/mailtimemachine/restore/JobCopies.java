package org.mailtimemachine.restore;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.snapshot.Reserve;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;
import org.mailtimemachine.snapshot.StoreFiles;
import org.mailtimemachine.snapshot.StoredFile;

/**
 * The copies that a job has for itself. Where they came from they expire by their own rules, and
 * may lie where somebody else writes; while people decide about a request neither must matter. Each
 * is a file with the SHA-256 of its text as its name.
 */
final class JobCopies {

  private static final FileName UNFINISHED = new FileName(".copy");

  /** More are synced with their whole file system, at once. */
  private static final int SYNCED_ONE_BY_ONE = 16;

  private JobCopies() {}

  /**
   * Takes the messages of a plan, and puts them on disk.
   *
   * @param directory of the copies, which is empty
   * @throws RestoreException where one of them is gone, or is not any more what was planned
   * @throws IOException also where the disk has not so much to spare
   */
  static void take(DirectoryHandle directory, RestorePlan plan, KeptCopies kept)
      throws IOException {
    Reserve.require(directory, plan.bytes());
    Set<String> wanted = messages(plan).map(PlannedMessage::poolName).collect(Collectors.toSet());
    boolean few = wanted.size() <= SYNCED_ONE_BY_ONE;
    try (KeptCopies.Reading reading = kept.open()) {
      for (KeptCopy copy : kept.copies()) {
        Optional<StoredMessage> opened = wanted.isEmpty() ? Optional.empty() : reading.open(copy);
        if (opened.isPresent()) {
          try (StoredMessage text = opened.get()) {
            take(directory, copy, text, wanted, few);
          }
        }
      }
    }
    if (!wanted.isEmpty()) {
      throw new RestoreException(
          "%d of the copies that %s wants back are gone, or not what they were"
              .formatted(wanted.size(), plan.mailbox()));
    }
    if (few) {
      directory.sync();
    } else {
      directory.syncFileSystem();
    }
  }

  private static void take(
      DirectoryHandle directory,
      KeptCopy copy,
      StoredMessage text,
      Set<String> wanted,
      boolean sync)
      throws IOException {
    Optional<PlainCopy> plain = PlainCopy.written(copy, text, OutputStream.nullOutputStream());
    if (plain.isEmpty() || !wanted.contains(plain.get().sha256())) {
      return; // it is in the mailbox already, or the same as another one
    }
    try (NewFile file = directory.create(UNFINISHED, 0600)) {
      StoreFiles.inherit(file, directory);
      plain = PlainCopy.written(copy, text, file);
      file.flush();
      file.setModified(copy.arrived());
      if (sync) {
        file.sync();
      }
    }
    if (plain.isPresent() && wanted.remove(plain.get().sha256())) {
      directory.rename(UNFINISHED, directory, new FileName(plain.get().sha256()));
    } else {
      directory.unlink(UNFINISHED); // it was rewritten meanwhile
    }
  }

  /**
   * The messages of a plan, to find out what is missing still. One that is not what it was counts
   * as missing, and is refused when its turn comes.
   *
   * @param directory of its copies, which stays open meanwhile
   */
  static PlainCopies of(DirectoryHandle directory, RestorePlan plan) {
    KeptMessages kept = new KeptMessages(directory, digests(plan));
    return taker -> {
      for (PlannedMessage message : messages(plan).toList()) {
        PlainCopy copy = new PlainCopy(message.poolName(), message.size(), message.internalDate());
        if (isWhole(kept, message)) {
          try (StoredMessage text = open(directory, message)) {
            taker.take(copy, text);
          }
        } else {
          taker.take(copy, null);
        }
      }
    };
  }

  private static boolean isWhole(KeptMessages kept, PlannedMessage message) throws IOException {
    try {
      kept.require(message);
      return true;
    } catch (RefusedException e) {
      return false;
    }
  }

  /** Opens one. Close it after use. */
  static StoredMessage open(DirectoryHandle directory, PlannedMessage message) throws IOException {
    return new StoredFile(directory.file(FileName.ofEncoded(message.poolName())));
  }

  /** SHA-256 by name: the name itself. */
  static Map<String, String> digests(RestorePlan plan) {
    Map<String, String> digests = new HashMap<>();
    messages(plan).forEach(message -> digests.put(message.poolName(), message.poolName()));
    return digests;
  }

  private static Stream<PlannedMessage> messages(RestorePlan plan) {
    return plan.folders().stream().flatMap(folder -> folder.messages().stream());
  }
}
