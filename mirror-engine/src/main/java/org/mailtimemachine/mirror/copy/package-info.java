/**
 * The copies that mirrors keep: one file for each message, safe on disk before the message is
 * answered for, and linked from there into every mirror mailbox that wants it.
 */
@NullMarked
package org.mailtimemachine.mirror.copy;

import org.jspecify.annotations.NullMarked;
