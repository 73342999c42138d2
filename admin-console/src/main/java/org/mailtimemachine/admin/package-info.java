/**
 * The administrator's console, and the server's own chores: it indexes what appears in the Stores.
 */
@NullMarked
package org.mailtimemachine.admin;

import org.jspecify.annotations.NullMarked;
