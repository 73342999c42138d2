/** What somebody searches for, and the search through the bodies of messages. */
@NullMarked
package org.mailtimemachine.web.search;

import org.jspecify.annotations.NullMarked;
