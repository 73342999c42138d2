package org.mailtimemachine.catalogue;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.config.Config;
import org.mailtimemachine.restore.desk.RequestBook;
import org.mailtimemachine.restore.desk.RequestLimits;
import org.mailtimemachine.restore.desk.RestoreDesk;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/** The desk of this installation, as its settings want it. */
@ApplicationScoped
class RestoreBeans {

  // One, and no proxy before it: the class is final, and knows nothing of containers.
  @Produces
  @Singleton
  RestoreDesk desk(Config settings, RequestBook book) {
    return new RestoreDesk(
        Path.of(settings.getValue("mtm.store", String.class)),
        MailboxSettings.of(name -> settings.getOptionalValue(name, String.class)),
        book,
        limits(settings),
        Clock.systemUTC());
  }

  private static RequestLimits limits(Config settings) {
    RequestLimits usual = RequestLimits.DEFAULT;
    return new RequestLimits(
        settings.getOptionalValue("mtm.restore.open-requests", Integer.class).orElse(usual.open()),
        settings
            .getOptionalValue("mtm.restore.messages-a-day", Long.class)
            .orElse(usual.messagesADay()),
        settings
            .getOptionalValue("mtm.restore.days-to-confirm", Integer.class)
            .map(Duration::ofDays)
            .orElse(usual.toConfirm()));
  }
}
