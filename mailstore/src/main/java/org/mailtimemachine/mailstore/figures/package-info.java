/** Figures for whoever watches a host, in the text format of Prometheus. */
@NullMarked
package org.mailtimemachine.mailstore.figures;

import org.jspecify.annotations.NullMarked;
