package org.mailtimemachine.catalogue;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.config.Config;
import org.mailtimemachine.restore.administrator.Administrators;
import org.mailtimemachine.restore.desk.RequestBook;
import org.mailtimemachine.restore.desk.RequestLimits;
import org.mailtimemachine.restore.desk.RestoreDesk;
import org.mailtimemachine.restore.desk.RestoresByHand;
import org.mailtimemachine.restore.imap.LiveMailSettings;
import org.mailtimemachine.restore.terms.TermsBook;
import org.mailtimemachine.snapshot.audit.AuditLog;

/** The desk of this installation, as its settings want it. */
@ApplicationScoped
class RestoreBeans {

  // One, and no proxy before it: the class is final, and knows nothing of containers.
  @Produces
  @Singleton
  RestoresByHand byHand(Config settings, AuditLog audit) {
    return new RestoresByHand(
        Path.of(settings.getValue("mtm.store", String.class)),
        LiveMailSettings.of(
            name -> settings.getOptionalValue(name, String.class), Clock.systemUTC()),
        audit);
  }

  @Produces
  @Singleton
  RestoreDesk desk(
      Config settings, RequestBook book, TermsBook terms, Administrators administrators) {
    Function<String, Optional<String>> set = name -> settings.getOptionalValue(name, String.class);
    return new RestoreDesk(
        Path.of(settings.getValue("mtm.store", String.class)),
        LiveMailSettings.of(set, Clock.systemUTC()),
        book,
        RequestLimits.of(set),
        terms,
        administrators,
        Clock.systemUTC());
  }
}
