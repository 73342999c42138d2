/**
 * Maildir++ as Dovecot lays it out: folders, message file names, flags, keywords, delivery through
 * tmp.
 */
@NullMarked
package org.mailtimemachine.mailstore.maildir;

import org.jspecify.annotations.NullMarked;
