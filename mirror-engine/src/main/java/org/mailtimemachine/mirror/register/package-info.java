/**
 * The mirrors of a host, on disk: the delivery path knows its rules without a database. {@link
 * org.mailtimemachine.mirror.register.MirrorRegister} keeps them.
 */
@NullMarked
package org.mailtimemachine.mirror.register;

import org.jspecify.annotations.NullMarked;
