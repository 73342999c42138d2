/** Copies of mail on its way, for an address or a domain, kept for a number of days. */
@NullMarked
package org.mailtimemachine.mirror;

import org.jspecify.annotations.NullMarked;
