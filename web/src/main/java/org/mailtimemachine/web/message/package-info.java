/** One message of a past day: opened in one place, made safe to look at, streamed as it is. */
@NullMarked
package org.mailtimemachine.web.message;

import org.jspecify.annotations.NullMarked;
