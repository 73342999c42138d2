/** Several messages at once: which ones are meant, and their rows one page after the other. */
@NullMarked
package org.mailtimemachine.web.selection;

import org.jspecify.annotations.NullMarked;
