package org.mailtimemachine.admin.authority;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import org.mailtimemachine.admin.signin.SignedInAdministrator;
import org.mailtimemachine.restore.desk.RequestBook;
import org.mailtimemachine.restore.desk.RestoreDesk;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.audit.AuditLog;
import org.mailtimemachine.snapshot.catalogue.Catalogue;

/** Gives each request the authority of whoever makes it. */
@ApplicationScoped
class OwnAuthority {

  @Produces
  @Dependent
  Authority authority(
      SignedInAdministrator signedIn,
      RequestBook book,
      RestoreDesk desk,
      SnapshotStore store,
      Catalogue catalogue,
      AuditLog audit,
      Clock clock) {
    return new Authority(signedIn.get(), book, desk, store, catalogue, audit, clock);
  }
}
