/** The words that name a mailbox; the only place where a string becomes a path. */
@NullMarked
package org.mailtimemachine.mailstore.mailbox;

import org.jspecify.annotations.NullMarked;
