/** The register of Mirrors that this host has, if it has one. */
@NullMarked
package org.mailtimemachine.admin.mirroring;

import org.jspecify.annotations.NullMarked;
