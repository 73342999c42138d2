/**
 * Reads the invitations that mail brings (RFC 5545, RFC 5546): the few properties that a reader
 * needs, strictly and within limits. Nothing here is ever executed, fetched or answered.
 */
@NullMarked
package org.mailtimemachine.web.calendar;

import org.jspecify.annotations.NullMarked;
