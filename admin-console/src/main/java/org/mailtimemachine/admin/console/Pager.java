package org.mailtimemachine.admin.console;

import org.jspecify.annotations.Nullable;

/**
 * The pages of a list.
 *
 * @param address of its page, to which the number of another one can be added
 * @param page from 0
 * @param total lines of all pages
 */
public record Pager(String address, int page, long total) {

  /** Lines of one page. */
  static final int SIZE = 50;

  /** The last page where an address asks for one behind it: lines may have gone meanwhile. */
  static Pager within(String address, int page, long total) {
    return new Pager(
        address, Math.min(page, Math.toIntExact(Math.max(0, total - 1) / SIZE)), total);
  }

  long offset() {
    return (long) page * SIZE;
  }

  public long getFirst() {
    return total == 0 ? 0 : offset() + 1;
  }

  public long getLast() {
    return Math.min(offset() + SIZE, total);
  }

  public boolean isNeeded() {
    return total > SIZE || page > 0;
  }

  /** Null where there is none. */
  public @Nullable String getPrevious() {
    return page == 0 ? null : address + "page=" + (page - 1);
  }

  /** Null where there is none. */
  public @Nullable String getNext() {
    return getLast() < total ? address + "page=" + (page + 1) : null;
  }
}
