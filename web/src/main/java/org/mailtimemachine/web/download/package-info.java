/** Many messages in one file: a Folder, what was searched for in it, or the whole day. */
@NullMarked
package org.mailtimemachine.web.download;

import org.jspecify.annotations.NullMarked;
