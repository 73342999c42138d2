/** What administrators and users are told of Restore requests by mail. */
@NullMarked
package org.mailtimemachine.admin.letters;

import org.jspecify.annotations.NullMarked;
