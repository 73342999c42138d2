/** Legal holds: what keeps all days of a Mailbox, or of a domain, from expiring. */
@NullMarked
package org.mailtimemachine.snapshot.holds;

import org.jspecify.annotations.NullMarked;
