package org.mailtimemachine.admin.watching;

/**
 * One thing that was looked at.
 *
 * @param name for programs, which never changes
 * @param up whether it is as it should be
 * @param detail a sentence for an administrator of the host; it may name Mailboxes and directories
 */
public record Finding(String name, boolean up, String detail) {}
