/**
 * The system calls that Java does not offer: directory handles, names as bytes, links, errno as
 * typed causes.
 */
@NullMarked
package org.mailtimemachine.mailstore.posix;

import org.jspecify.annotations.NullMarked;
