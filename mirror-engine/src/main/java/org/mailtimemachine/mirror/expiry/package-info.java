/** What goes from mirror mailboxes when its days are over, and the proof of what is kept. */
@NullMarked
package org.mailtimemachine.mirror.expiry;

import org.jspecify.annotations.NullMarked;
