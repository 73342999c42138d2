package org.mailtimemachine.restore.desk;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.mailtimemachine.restore.LiveMail;
import org.mailtimemachine.restore.Restorer;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.audit.AuditLog;

/**
 * What the command line has done to Mailboxes, carried into the audit log. The command line needs
 * no database, and may be all that still works: it leaves its lines in the Store, and a server
 * takes them from there. A line that was carried over by a server that died before it could say so
 * comes twice.
 */
public final class RestoresByHand {

  private final Path store;
  private final Optional<LiveMail> mail;
  private final AuditLog audit;

  public RestoresByHand(Path store, Optional<LiveMail> mail, AuditLog audit) {
    this.store = store;
    this.mail = mail;
    this.audit = audit;
  }

  /** Carries over what has come since. */
  public void carryOver() throws IOException {
    if (mail.isPresent()) {
      try (Store open = Store.open(store)) {
        new Restorer(open, mail.get(), Clock.systemUTC()).passOn(audit::append);
      }
    }
  }
}
