package org.mailtimemachine.mailstore.posix;

/**
 * What a file system has, and what of it those who are not root can still use.
 *
 * @param bytes all of it
 * @param availableBytes free, without what is reserved for root
 * @param inodes all that it can have; 0 where there is no such limit (Btrfs)
 * @param availableInodes free, without what is reserved for root
 */
public record FreeSpace(long bytes, long availableBytes, long inodes, long availableInodes) {}
