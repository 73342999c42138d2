package org.mailtimemachine.restore.imap;

import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import org.mailtimemachine.restore.LiveMail;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/** Which live mail restores go into, as the settings of a host say it. */
public final class LiveMailSettings {

  private LiveMailSettings() {}

  /**
   * Reads the settings {@code mtm.live...}, and where there are none, those of Maildirs on this
   * machine; see docs/operations.md.
   *
   * @param settings gives the value of a setting, where it has one
   * @return empty where no mail is configured
   * @throws IllegalArgumentException where one of them is wrong; it is named
   */
  public static Optional<LiveMail> of(
      Function<String, Optional<String>> settings, InstantSource clock) {
    return ImapLiveMail.of(settings)
        .map(imap -> (LiveMail) imap)
        .or(() -> MailboxSettings.of(settings).map(mail -> LiveMail.onDisk(mail, clock)));
  }
}
