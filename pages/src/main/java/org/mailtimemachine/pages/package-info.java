/** What the pages of both user interfaces share, so that it is written and served once. */
@NullMarked
package org.mailtimemachine.pages;

import org.jspecify.annotations.NullMarked;
