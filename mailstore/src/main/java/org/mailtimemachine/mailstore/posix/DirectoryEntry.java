package org.mailtimemachine.mailstore.posix;

/**
 * One entry of a directory as the listing itself returns it, without a stat.
 *
 * @param inode number of the entry
 */
public record DirectoryEntry(FileName name, long inode, FileType type) {}
