/** Requests for restores: filed by users, decided by administrators, carried out once. */
@NullMarked
package org.mailtimemachine.restore.desk;

import org.jspecify.annotations.NullMarked;
