/** What restores cost, who must confirm them, and what is owed for those that were confirmed. */
@NullMarked
package org.mailtimemachine.restore.terms;

import org.jspecify.annotations.NullMarked;
