package org.mailtimemachine.admin.authority;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import org.mailtimemachine.admin.signin.SignedInAdministrator;
import org.mailtimemachine.restore.desk.RequestBook;
import org.mailtimemachine.restore.desk.RestoreDesk;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.audit.AuditLog;
import org.mailtimemachine.snapshot.catalogue.Catalogue;

/** The authority of whoever makes this request. */
@RequestScoped
public class OwnAuthority {

  @Inject private SignedInAdministrator signedIn;
  @Inject private RequestBook book;
  @Inject private RestoreDesk desk;
  @Inject private SnapshotStore store;
  @Inject private Catalogue catalogue;
  @Inject private AuditLog audit;
  @Inject private Clock clock;

  /**
   * The authority.
   *
   * @throws IllegalStateException where nobody is signed in: the page is not protected
   */
  public Authority get() {
    return new Authority(signedIn.get(), book, desk, store, catalogue, audit, clock);
  }
}
