/** Restores that were confirmed are carried out here, in the background. */
@NullMarked
package org.mailtimemachine.admin.restoring;

import org.jspecify.annotations.NullMarked;
