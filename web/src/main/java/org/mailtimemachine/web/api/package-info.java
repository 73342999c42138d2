/** The REST interface under {@code /api/v1}: the reads of the webmail, for programs. */
@NullMarked
package org.mailtimemachine.web.api;

import org.jspecify.annotations.NullMarked;
