/** Who did what, in a log to which lines are only ever added. */
@NullMarked
package org.mailtimemachine.snapshot.audit;

import org.jspecify.annotations.NullMarked;
