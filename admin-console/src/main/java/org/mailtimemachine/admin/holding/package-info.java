/** Lets the Store follow the legal holds that administrators place and lift. */
@NullMarked
package org.mailtimemachine.admin.holding;

import org.jspecify.annotations.NullMarked;
