package org.mailtimemachine.mailstore.mime;

import java.util.Optional;

/**
 * A part of a message that holds content: everything but the multiparts. A forwarded message
 * ({@code message/rfc822}) is one part.
 *
 * @param number counts from 1 in the order of the message; names the part in {@link
 *     MessageReader#open}
 * @param contentType lower case and without parameters, for example {@code image/png}; what the
 *     sender claims, never proven
 * @param name a file name that is safe to show and to save: one path component without control or
 *     bidirectional characters; never empty
 * @param size bytes once decoded, an estimate
 * @param contentId without angle brackets, where HTML of the same message can refer to it
 * @param body whether it is the text that is shown, in one of its forms
 * @param inline whether it belongs to the text (the text itself, a picture in it, a signature)
 *     rather than being what a person calls an attachment
 */
public record MessagePart(
    int number,
    String contentType,
    String name,
    long size,
    Optional<String> contentId,
    boolean body,
    boolean inline) {

  /**
   * Whether it is a message itself, or the headers of one: {@link MessageReader#within} reads it.
   */
  public boolean message() {
    return EnclosedMessage.is(contentType);
  }
}
