package org.mailtimemachine.restore;

import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.mailstore.posix.FileStatus;

/**
 * The live Folder that messages are put back into. A message is {@link #add added} where nobody
 * sees it, and {@link #settle seen} when it stands in the job that it is about to be: what then is
 * nowhere was deleted by its user. Not safe for use by several threads.
 */
public interface RestoredFolder extends Closeable {

  /**
   * The name of a message that an earlier run of the job has added and could not list as done,
   * whether or not its user deleted it since; empty where none has.
   *
   * @param number its place in the Folder
   */
  Optional<String> addedBefore(int number, PlannedMessage message) throws IOException;

  /**
   * Gets a message ready.
   *
   * @param number its place in the Folder
   * @throws RefusedException where its file in the Pool is not what it was, or cannot come back
   * @throws FolderGoneException where its user has deleted the Folder
   * @throws IOException where no more can be added, for a full disk for example
   */
  void add(int number, PlannedMessage message, KeptMessages kept) throws IOException;

  /** So many are added between two lists of what is done at most. */
  int batch();

  /**
   * Puts on disk what was added since.
   *
   * @return a mark to write down before it is settled, by which {@link #addedBefore} finds out what
   *     became of it; without a tab or a line end, and empty where none is needed
   */
  String ready() throws IOException;

  /**
   * Lets be seen what is {@link #ready}. What is settled is forgotten at once: whoever calls this
   * again after a failure must not take what is gone for what its user deleted.
   *
   * @throws IOException where it had to stop; what {@code settled} was told of is there
   */
  void settle(Settled settled) throws IOException;

  /** Puts what was settled or removed on disk. */
  void sync() throws IOException;

  /**
   * Whether what settled before a failure may be listed as done without a {@link #sync} that came
   * to its end.
   */
  boolean durable();

  /** Of messages that were put back, the names of those that nobody has touched since. */
  List<String> untouched(List<Kept> messages) throws IOException;

  /** Removes messages, as far as nobody has touched them. @return the names of those it removed */
  Set<String> remove(Collection<String> names) throws IOException;

  @Override
  void close() throws IOException;

  /** Is told what becomes of what was added. */
  interface Settled {

    /**
     * It is there.
     *
     * @param number its place in the Folder
     * @param name by which a take-back finds it, as long as nobody touches it; not two of one
     *     restore have the same
     */
    void as(int number, String name);

    /** It was not added: its user has put it there meanwhile. */
    void there(int number);

    /** It is not there, and will not be. */
    void refused(int number, Receipt.Reason reason);
  }

  /**
   * A message that somebody was about to add who could not write down what came of it.
   *
   * @param mark that was {@link #ready} then
   */
  record Begun(String mark) {}

  /**
   * A message that was put back and that the Store still holds.
   *
   * @param file the Pool's
   */
  record Kept(PlannedMessage message, String name, FileStatus file) {}

  /** Its user has deleted the Folder while messages were put back into it: that is his to do. */
  final class FolderGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    public FolderGoneException() {
      super("the folder is gone");
    }
  }
}
