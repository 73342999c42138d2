/** Snapshots of Maildirs: taken, listed, checked and expired in a Store that needs no database. */
@NullMarked
package org.mailtimemachine.snapshot;

import org.jspecify.annotations.NullMarked;
