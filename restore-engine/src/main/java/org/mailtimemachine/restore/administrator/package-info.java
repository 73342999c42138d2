/** Administrators: who they are, how they prove it, and for which Mailboxes they decide. */
@NullMarked
package org.mailtimemachine.restore.administrator;

import org.jspecify.annotations.NullMarked;
