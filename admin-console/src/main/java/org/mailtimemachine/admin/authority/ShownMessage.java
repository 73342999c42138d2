package org.mailtimemachine.admin.authority;

import org.mailtimemachine.mailstore.mime.ParsedMessage;
import org.mailtimemachine.restore.opening.Opening;

/**
 * What an administrator is shown of the one message that was opened.
 *
 * @param opening what stands in the audit log, and is told to its user
 * @param parsed its contents cannot be opened any more
 * @param source its first bytes as text
 * @param size bytes of the whole message
 */
public record ShownMessage(Opening opening, ParsedMessage parsed, String source, long size) {}
