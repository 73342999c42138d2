/** What programs may ask of the console, and do by it: charges, mirrors and their gaps. */
@NullMarked
package org.mailtimemachine.admin.api;

import org.jspecify.annotations.NullMarked;
