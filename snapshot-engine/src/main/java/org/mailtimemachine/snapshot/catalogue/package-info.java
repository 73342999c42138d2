/** What the webmail asks about past days: the port that the database index implements. */
@NullMarked
package org.mailtimemachine.snapshot.catalogue;

import org.jspecify.annotations.NullMarked;
