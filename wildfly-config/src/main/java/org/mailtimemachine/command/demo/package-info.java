/**
 * The made-up mail host of {@code mtm demo}: three mailboxes and fifteen days in which things went
 * missing.
 */
@NullMarked
package org.mailtimemachine.command.demo;

import org.jspecify.annotations.NullMarked;
