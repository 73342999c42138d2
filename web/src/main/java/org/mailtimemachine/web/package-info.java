/** The user's webmail. */
@NullMarked
package org.mailtimemachine.web;

import org.jspecify.annotations.NullMarked;
