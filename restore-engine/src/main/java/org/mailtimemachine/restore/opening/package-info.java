/** Messages that an administrator has opened by exception, so that nobody does it unseen. */
@NullMarked
package org.mailtimemachine.restore.opening;

import org.jspecify.annotations.NullMarked;
