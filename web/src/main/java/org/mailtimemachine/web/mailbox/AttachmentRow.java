package org.mailtimemachine.web.mailbox;

/**
 * One file of a message, offered for download.
 *
 * @param name safe to show and to save
 * @param size as people read it
 */
public record AttachmentRow(String name, String size, String url) {}
