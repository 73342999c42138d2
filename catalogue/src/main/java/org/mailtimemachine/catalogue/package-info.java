/**
 * The database index of Manifests and Messages: derived from the Store, and rebuildable from it.
 */
@NullMarked
package org.mailtimemachine.catalogue;

import org.jspecify.annotations.NullMarked;
