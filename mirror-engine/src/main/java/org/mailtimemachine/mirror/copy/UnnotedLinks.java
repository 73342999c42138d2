package org.mailtimemachine.mirror.copy;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PosixException;

/**
 * Links into one mirror mailbox that its ledger could not note. They must not be seen: their reader
 * may move them away before they are noted, and would get them once more. And what a sync has
 * missed is taken for written by the kernel, and no later one says otherwise: it must be linked
 * anew. For one thread.
 */
final class UnnotedLinks {

  private static final Logger LOG = System.getLogger(UnnotedLinks.class.getName());

  private final Set<FileName> left = new HashSet<>();
  private final Set<String> taken = new HashSet<>();

  /**
   * Removes links.
   *
   * @param fresh where they are
   */
  void withdraw(DirectoryHandle fresh, Collection<FileName> links) {
    for (FileName each : links) {
      try {
        fresh.unlink(each);
      } catch (PosixException e) {
        if (e.is(Errno.ENOENT)) {
          taken.add(each.bytes());
        } else {
          left(each, e);
        }
      } catch (IOException e) {
        left(each, e);
      }
    }
  }

  private void left(FileName link, IOException cause) {
    LOG.log(Level.WARNING, "it is seen before it is noted: " + link, cause);
    left.add(link);
  }

  /**
   * Removes those that could not be removed when they should have been.
   *
   * @throws IOException where they cannot be yet
   */
  void withdrawTheRest(DirectoryHandle fresh) throws IOException {
    List<FileName> rest = List.copyOf(left);
    left.clear();
    withdraw(fresh, rest);
    if (!left.isEmpty()) {
      throw new IOException("%d links cannot be removed".formatted(left.size()));
    }
  }

  /** They stay, and are in the mailbox also where their reader moves them away from now on. */
  void keep(Collection<FileName> links) {
    links.forEach(each -> taken.add(each.bytes()));
  }

  /**
   * The names of those that their reader has, wherever he moved them, or that must stay for him.
   */
  Set<String> taken() {
    return Set.copyOf(taken);
  }

  /** The ledger has these now. */
  void noted(Collection<String> names) {
    taken.removeAll(names);
  }

  boolean isEmpty() {
    return left.isEmpty() && taken.isEmpty();
  }
}
