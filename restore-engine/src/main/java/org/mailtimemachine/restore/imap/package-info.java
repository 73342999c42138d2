/**
 * Live mail that is not on this machine or is no Maildir, reached by IMAP in the name of its user
 * (docs/adr/0022). {@link org.mailtimemachine.restore.imap.ImapLiveMail} is where it begins.
 */
@NullMarked
package org.mailtimemachine.restore.imap;

import org.jspecify.annotations.NullMarked;
