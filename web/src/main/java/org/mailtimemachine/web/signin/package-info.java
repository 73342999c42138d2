/**
 * Who is there: sign-in with a mailbox's own password, for the pages and for the REST interface.
 */
@NullMarked
package org.mailtimemachine.web.signin;

import org.jspecify.annotations.NullMarked;
