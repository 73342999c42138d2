/** The mtm command line, and the launcher of database and server. */
@NullMarked
package org.mailtimemachine.command;

import org.jspecify.annotations.NullMarked;
