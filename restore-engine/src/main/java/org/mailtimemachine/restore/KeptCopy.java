package org.mailtimemachine.restore;

import java.time.Instant;
import java.util.UUID;

/**
 * A message that came for a Mailbox, as its text was on the way.
 *
 * @param id by which whoever keeps it knows it
 * @param arrived when its text had come
 * @param bytes of its text
 * @param sha256 of that, in hexadecimal
 */
public record KeptCopy(UUID id, Instant arrived, long bytes, String sha256) {}
