/**
 * Indexing follows taking: whatever Snapshot appears in the Store is brought into the Catalogue.
 */
@NullMarked
package org.mailtimemachine.admin.indexing;

import org.jspecify.annotations.NullMarked;
