package org.mailtimemachine.web.signin;

import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * Who has given the password of a Mailbox.
 *
 * @param remembered whether the mail server did not answer, so that it was held against the last
 *     password that it had taken
 */
record Owner(MailboxAddress mailbox, boolean remembered) {}
