package org.mailtimemachine.mailstore.mime;

/**
 * One header field of a message.
 *
 * @param name as it is written, for example {@code Subject}
 * @param value unfolded and decoded (RFC 2047, raw 8-bit), without control characters
 * @param raw as it stands in the message behind the colon, folds included; each byte is one
 *     character of ISO 8859-1
 */
public record MessageHeader(String name, String value, String raw) {}
