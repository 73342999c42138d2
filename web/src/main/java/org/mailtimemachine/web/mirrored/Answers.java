package org.mailtimemachine.web.mirrored;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mirror.recall.CopyId;
import org.mailtimemachine.mirror.recall.MirrorCopy;
import org.mailtimemachine.snapshot.SnapshotName;

/**
 * What was found when copies were compared with Snapshots, for a while; and who reads to find more:
 * one at a time of each list, and few in all. Safe for use by several threads.
 */
final class Answers {

  /** Copies expire, and Snapshots do: so long it may take until a list knows. */
  static final Duration REMEMBERED = Duration.ofMinutes(10);

  /** In memory, of all persons: 5,000 messages, or 100,000 of which nothing but that is known. */
  private static final long MOST_WEIGHT = 100_000;

  private static final int WEIGHT_OF_MESSAGE = 20;
  private static final int READERS = 3;
  private static final int LISTS = 64;
  private static final long PATIENCE_SECONDS = 60;

  private final Map<Question, Answer> answers = new LinkedHashMap<>(16, 0.75f, true);
  private final Semaphore readers = new Semaphore(READERS);
  private final List<ReentrantLock> lists =
      IntStream.range(0, LISTS).mapToObj(_ -> new ReentrantLock()).toList();

  record Question(MailboxAddress mailbox, SnapshotName day, MirroredFolder folder) {}

  /**
   * What was found.
   *
   * @param snapshots with which the copies were compared
   * @param time when the first of them was
   * @param verdicts of copies, the newest first; empty for one that a Snapshot has
   */
  record Answer(
      List<SnapshotName> snapshots,
      Instant time,
      Map<CopyId, Optional<MirroredMessage>> verdicts,
      MirroredMail.Rest rest) {

    boolean holds(List<SnapshotName> now, Instant when) {
      return snapshots.equals(now) && when.isBefore(time.plus(REMEMBERED));
    }

    /** Whether it is about all of these and no others: whose a copy is may have changed. */
    boolean isOf(List<MirrorCopy> copies) {
      return verdicts.size() == copies.size()
          && copies.stream().allMatch(copy -> verdicts.containsKey(copy.id()));
    }

    /** The oldest first. */
    List<MirroredMessage> messages() {
      return verdicts.values().stream().flatMap(Optional::stream).toList().reversed();
    }

    private long weight() {
      long shown = verdicts.values().stream().filter(Optional::isPresent).count();
      return 1 + verdicts.size() + shown * WEIGHT_OF_MESSAGE;
    }
  }

  /** Something that reads mail. */
  @FunctionalInterface
  interface Reading {
    Answer read() throws IOException;
  }

  Optional<Answer> known(Question question) {
    synchronized (answers) {
      return Optional.ofNullable(answers.get(question));
    }
  }

  /**
   * Reads when it is the turn of this list, and remembers what was found.
   *
   * @throws IOException also where others have been reading for a minute
   */
  Answer read(Question question, Reading reading) throws IOException {
    ReentrantLock list = lists.get(Math.floorMod(question.hashCode(), LISTS));
    try {
      if (!list.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw busy();
      }
      try {
        if (!readers.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
          throw busy();
        }
        try {
          Answer answer = reading.read();
          remember(question, answer);
          return answer;
        } finally {
          readers.release();
        }
      } finally {
        list.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException)
          new InterruptedIOException("interrupted while it waited to read").initCause(e);
    }
  }

  private static IOException busy() {
    return new IOException("other lists of what mirrors hold are being read");
  }

  private void remember(Question question, Answer answer) {
    synchronized (answers) {
      answers.values().removeIf(old -> !answer.time.isBefore(old.time.plus(REMEMBERED)));
      answers.put(question, answer);
      long weight = answers.values().stream().mapToLong(Answer::weight).sum();
      Iterator<Answer> oldest = answers.values().iterator();
      while (weight > MOST_WEIGHT && answers.size() > 1) {
        weight -= oldest.next().weight();
        oldest.remove();
      }
    }
  }
}
