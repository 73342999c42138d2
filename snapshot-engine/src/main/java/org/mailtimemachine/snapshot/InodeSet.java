package org.mailtimemachine.snapshot;

import java.util.Arrays;

/**
 * Inode numbers, eight to sixteen bytes each: a Mailbox may have a million Messages, and a set of
 * objects needs seventy bytes for each.
 */
final class InodeSet {

  private static final int SMALLEST = 64;

  /** 0 is free: no file system has an inode 0. */
  private long[] slots = new long[SMALLEST];

  private int size;

  InodeSet() {}

  InodeSet(InodeSet other) {
    this.slots = other.slots.clone();
    this.size = other.size;
  }

  /** Adds an inode. @return whether it was not there */
  boolean add(long inode) {
    int at = slot(inode);
    if (slots[at] == inode) {
      return false;
    }
    slots[at] = inode;
    size++;
    if (size > slots.length / 4 * 3) {
      long[] old = slots;
      slots = new long[old.length * 2];
      Arrays.stream(old).filter(each -> each != 0).forEach(each -> slots[slot(each)] = each);
    }
    return true;
  }

  boolean contains(long inode) {
    return inode != 0 && slots[slot(inode)] == inode;
  }

  /** Where it is, or the free place for it. */
  private int slot(long inode) {
    // Numbers of one directory are neighbours, mostly: spread them (Fibonacci hashing).
    int at = (int) ((inode * 0x9E3779B97F4A7C15L) >>> 33) & (slots.length - 1);
    while (slots[at] != 0 && slots[at] != inode) {
      at = (at + 1) & (slots.length - 1);
    }
    return at;
  }
}
