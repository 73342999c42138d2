/** Puts back what is missing from a live mailbox, and only that. */
@NullMarked
package org.mailtimemachine.restore;

import org.jspecify.annotations.NullMarked;
