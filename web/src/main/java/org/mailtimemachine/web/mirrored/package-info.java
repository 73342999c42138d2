/** Mail that mirrors hold and no Snapshot has: which it is, of which day, and its bytes. */
@NullMarked
package org.mailtimemachine.web.mirrored;

import org.jspecify.annotations.NullMarked;
