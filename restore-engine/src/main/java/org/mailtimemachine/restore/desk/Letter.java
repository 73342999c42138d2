package org.mailtimemachine.restore.desk;

import java.util.UUID;

/**
 * One mail to one person. It is composed when it is sent.
 *
 * @param id stays the same however often it is tried: the mail is known by it
 * @param recipient an address
 * @param tries how often it was tried before
 */
public record Letter(UUID id, Notice notice, String recipient, int tries) {}
