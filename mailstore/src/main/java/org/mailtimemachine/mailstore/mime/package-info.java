/** Reads a message, whatever its bytes are, without ever holding a large part in memory. */
@NullMarked
package org.mailtimemachine.mailstore.mime;

import org.jspecify.annotations.NullMarked;
