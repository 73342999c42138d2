package org.mailtimemachine.mailstore.mime;

import java.time.Instant;
import java.util.Optional;

/**
 * What a list of messages shows. All text is decoded, one line, without control characters (so
 * without NUL, which PostgreSQL refuses) and empty where the message has none.
 *
 * @param subject at most {@value MessageReader#LONGEST_LINE} characters, as are from, to and cc
 * @param from names and addresses
 * @param to names and addresses
 * @param cc names and addresses
 * @param date of the Date header; empty where there is none or it cannot be read
 * @param messageId with its angle brackets
 * @param attachments parts that a person would call an attachment
 * @param preview the first words of the text, at most {@value MessageReader#PREVIEW} characters
 */
public record MessageSummary(
    String subject,
    String from,
    String to,
    String cc,
    Optional<Instant> date,
    String messageId,
    int attachments,
    String preview) {}
