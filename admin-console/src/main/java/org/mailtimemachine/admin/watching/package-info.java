/** How this host is: its health, and figures, for balancers, monitoring and administrators. */
@NullMarked
package org.mailtimemachine.admin.watching;

import org.jspecify.annotations.NullMarked;
