/** The pages of the console. What they show and do goes through the {@code Authority} alone. */
@NullMarked
package org.mailtimemachine.admin.console;

import org.jspecify.annotations.NullMarked;
