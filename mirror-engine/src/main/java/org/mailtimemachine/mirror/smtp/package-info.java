/**
 * A proxy in the delivery path that speaks SMTP (RFC 5321) or LMTP (RFC 2033) to both sides, and
 * hands what passes to {@link org.mailtimemachine.mirror.smtp.Copies}. It answers for nothing that
 * the next hop has not answered for.
 */
@NullMarked
package org.mailtimemachine.mirror.smtp;

import org.jspecify.annotations.NullMarked;
