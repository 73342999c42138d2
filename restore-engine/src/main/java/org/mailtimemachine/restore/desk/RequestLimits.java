package org.mailtimemachine.restore.desk;

import java.time.Duration;

/**
 * What one Mailbox may ask for.
 *
 * @param open requests that may wait or be carried out at a time
 * @param messagesADay messages that may be asked for within 24 hours
 * @param toConfirm how long a request waits for an administrator before it lapses
 */
public record RequestLimits(int open, long messagesADay, Duration toConfirm) {

  /** Unless the settings say otherwise. */
  public static final RequestLimits DEFAULT = new RequestLimits(3, 500_000, Duration.ofDays(14));

  public RequestLimits {
    if (open < 1 || messagesADay < 1 || toConfirm.compareTo(Duration.ofHours(1)) < 0) {
      throw new IllegalArgumentException(
          "restore limits must allow one open request, one message, and an hour to confirm");
    }
  }
}
