/** What the administrator who is signed in may see and do: nothing outside the domains given. */
@NullMarked
package org.mailtimemachine.admin.authority;

import org.jspecify.annotations.NullMarked;
