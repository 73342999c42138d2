package org.mailtimemachine.snapshot.manifest;

import java.time.Instant;

/**
 * What proves that a directory did not change since it was listed: the same inode on the same
 * device with the same times, and those times old enough when it was listed that no later change
 * could have left them as they were (git calls the opposite "racily clean").
 *
 * @param device number of the file system
 * @param inode number of the directory
 * @param modified st_mtime, nanoseconds included
 * @param changed st_ctime, which the owner cannot set back
 * @param settled whether both times were older than two seconds when the listing began
 */
public record DirectoryState(
    long device, long inode, Instant modified, Instant changed, boolean settled) {}
