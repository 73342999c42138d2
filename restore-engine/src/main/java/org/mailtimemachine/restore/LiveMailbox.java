package org.mailtimemachine.restore;

import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.maildir.Quota;
import org.mailtimemachine.mailstore.posix.FileName;

/**
 * The live mail of one Mailbox, which its user works in meanwhile. A path names a Folder of it: the
 * names of its levels or directories, from the top; empty for INBOX. Not safe for use by several
 * threads.
 */
public interface LiveMailbox extends Closeable {

  /** What it holds and may hold; empty where nobody can say. */
  Optional<Quota> quota() throws IOException;

  /** Messages came or went: who counts them is told, where he does not see it himself. */
  void changed() throws IOException;

  /**
   * Looks at all of it.
   *
   * @param own messages that only this job puts there: one of them is no sign that anything came
   *     back by itself
   */
  LiveView look(Collection<PlannedMessage> own) throws IOException;

  /** Whether a Folder is there now. */
  boolean has(List<FileName> path) throws IOException;

  /**
   * Whether a Folder that is not there was never seen by anybody, though somebody had begun to make
   * it.
   *
   * @param made what stands in the trail of its job
   */
  boolean unfinished(List<FileName> path, Set<Long> made) throws IOException;

  /**
   * Opens a Folder that messages come back into, making what is missing.
   *
   * @param trail told of what is made
   * @param begun the messages of it that somebody was about to add who could not write down what
   *     came of it, by their place in the Folder
   */
  RestoredFolder make(PlannedFolder planned, Trail trail, Map<Integer, RestoredFolder.Begun> begun)
      throws IOException;

  /** Opens one that messages came back into; empty where it is gone. */
  Optional<RestoredFolder> find(PlannedFolder planned, Map<Integer, RestoredFolder.Begun> begun)
      throws IOException;

  /** Those of the names of messages that are there, in whatever Folder and with whatever flags. */
  Set<String> stillThere(Map<String, PutBack> messages) throws IOException;

  /**
   * A Folder that a restore has made.
   *
   * @param number of the Folder in its plan
   * @param made what stands in the trail of its job
   */
  OwnFolder own(int number, PlannedFolder planned, Set<Long> made) throws IOException;

  @Override
  void close() throws IOException;

  /** Written down before it is there: what a restore makes, a take-back removes again. */
  interface Trail {

    /** A directory above it was made. */
    void madeAbove(long inode) throws IOException;

    /**
     * The Folder is about to get its place.
     *
     * @param identity by which it is known again: its inode, or its UIDVALIDITY
     */
    void makes(long identity) throws IOException;

    /** Whether this job has made the one that has this identity, now or in an earlier run. */
    boolean made(long identity);

    /** Whether an earlier run has made and subscribed it: what became of that is its user's. */
    boolean knowsIt();

    /** The Folder is about to be subscribed. */
    void subscribes() throws IOException;

    /** What people should know. */
    void note(Receipt.Note.Kind kind, String what) throws IOException;
  }

  /**
   * A message that was put back.
   *
   * @param name that it got: {@link RestoredFolder.Settled}
   */
  record PutBack(PlannedFolder folder, PlannedMessage message, String name) {}

  /** A Folder that a restore has made, which a take-back removes where nobody uses it. */
  interface OwnFolder {

    /** Goes on where somebody was killed who removed it. */
    void finish() throws IOException;

    /** Whether it is there, the one that was made, and nobody uses it. */
    boolean unused() throws IOException;

    /** Removes it. @return whether it is gone; not, where a message came meanwhile */
    boolean remove() throws IOException;

    /** Whether it is not there. */
    boolean missing() throws IOException;

    /** Takes back that it was subscribed. */
    void unsubscribe() throws IOException;
  }
}
