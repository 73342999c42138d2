package org.mailtimemachine.web.mailbox;

/**
 * One file of a message, offered for download.
 *
 * @param name safe to show and to save
 * @param icon name of its picture
 * @param about its kind and size as people read them
 * @param hint what to do with a file that few programs open; else empty
 */
public record AttachmentRow(String name, String icon, String about, String url, String hint) {}
