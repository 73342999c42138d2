/** Which administrator is there: sign-in with a name and a password of their own. */
@NullMarked
package org.mailtimemachine.admin.signin;

import org.jspecify.annotations.NullMarked;
