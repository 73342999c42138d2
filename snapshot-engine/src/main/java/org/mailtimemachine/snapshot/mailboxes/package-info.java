/**
 * Where the Mailboxes of a host are: by the names of directories, or by what Dovecot's user
 * database says. All of them lie below one root, and are reached from it through no symbolic link.
 */
@NullMarked
package org.mailtimemachine.snapshot.mailboxes;

import org.jspecify.annotations.NullMarked;
