package org.mailtimemachine.snapshot.catalogue;

import java.io.IOException;

/**
 * Keeps the Catalogue in step with the Store. A Snapshot is safe before it is indexed; indexing
 * reads the Store and writes only the database and the digests of Messages.
 */
public interface CatalogueIndex {

  /**
   * Indexes every Snapshot of the Store that the Catalogue does not have yet, oldest first, and
   * forgets those that the Store has no more. One call at a time over all servers of a database; a
   * second caller returns at once and does nothing.
   *
   * @return how many Snapshots were indexed or forgotten
   * @throws IOException where the Store cannot be read, or the thread was interrupted. Where single
   *     Snapshots are damaged all others are indexed first; those are tried again when the Store
   *     has something new
   */
  int catchUp() throws IOException;

  /**
   * Throws the Catalogue away and derives it again from the Store.
   *
   * @throws IOException where the Store cannot be read
   */
  void rebuild() throws IOException;
}
