/** The webmail's page: one Mailbox on one day, in three panes that only read. */
@NullMarked
package org.mailtimemachine.web.mailbox;

import org.jspecify.annotations.NullMarked;
