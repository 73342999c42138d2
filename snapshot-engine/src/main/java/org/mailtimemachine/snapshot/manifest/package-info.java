/**
 * The files that say what a Snapshot holds: one Manifest a Mailbox, one Listing for each state of a
 * Folder.
 */
@NullMarked
package org.mailtimemachine.snapshot.manifest;

import org.jspecify.annotations.NullMarked;
