/** What mirrors hold of the mail of one person: found in the ledgers, and read where it lies. */
@NullMarked
package org.mailtimemachine.mirror.recall;

import org.jspecify.annotations.NullMarked;
