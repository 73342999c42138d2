/** What programs may ask the console: charges. */
@NullMarked
package org.mailtimemachine.admin.api;

import org.jspecify.annotations.NullMarked;
