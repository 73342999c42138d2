/**
 * The nights: a Snapshot of every Mailbox at each midnight of the host, and what follows it. What
 * was done is read from the Store and nowhere else, so a restart forgets nothing.
 */
@NullMarked
package org.mailtimemachine.admin.nights;

import org.jspecify.annotations.NullMarked;
