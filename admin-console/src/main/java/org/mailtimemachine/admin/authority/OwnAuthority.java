package org.mailtimemachine.admin.authority;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.mailtimemachine.admin.mirroring.MirrorsOfHost;
import org.mailtimemachine.admin.signin.SignedInAdministrator;
import org.mailtimemachine.pages.HostZone;
import org.mailtimemachine.restore.administrator.FollowUps;
import org.mailtimemachine.restore.desk.RequestBook;
import org.mailtimemachine.restore.desk.RestoreDesk;
import org.mailtimemachine.restore.opening.Openings;
import org.mailtimemachine.restore.terms.Charges;
import org.mailtimemachine.restore.terms.TermsBook;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.audit.AuditLog;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.holds.Holds;

/** The authority of whoever makes this request. */
@RequestScoped
public class OwnAuthority {

  @Inject private SignedInAdministrator signedIn;
  @Inject private RequestBook book;
  @Inject private RestoreDesk desk;
  @Inject private SnapshotStore store;
  @Inject private Catalogue catalogue;
  @Inject private AuditLog audit;
  @Inject private RecentSizes sizes;
  @Inject private TermsBook terms;
  @Inject private Charges charges;
  @Inject private Holds holds;
  @Inject private MirrorsOfHost mirrors;
  @Inject private FollowUps followUps;
  @Inject private Openings openings;

  @Inject
  @ConfigProperty(name = "mtm.admin.open-messages", defaultValue = "false")
  private boolean openMessages;

  @Inject
  @ConfigProperty(name = "mtm.holds.limit", defaultValue = "500")
  private int holdLimit;

  @Inject private Clock clock;
  @Inject private HostZone zone;

  /**
   * The authority.
   *
   * @throws IllegalStateException where nobody is signed in: the page is not protected
   */
  public Authority get() {
    return new Authority(signedIn.get(), book, desk, store, catalogue, audit, sizes, clock);
  }

  /** The same, over prices and what is owed. */
  public TermsAuthority terms() {
    return new TermsAuthority(signedIn.get(), terms, charges, clock);
  }

  /** Whether this host has mirrors at all. */
  public boolean hasMirrors() {
    return mirrors.wanted();
  }

  /**
   * The same, over mirrors.
   *
   * @throws IOException where their register cannot be opened
   */
  public MirrorAuthority mirrors() throws IOException {
    return new MirrorAuthority(
        signedIn.get(), signedIn.signature(), mirrors.register(), audit, clock);
  }

  /**
   * The same, over messages that went on without their copies.
   *
   * @throws IOException where the register of mirrors cannot be opened
   */
  public GapAuthority gaps() throws IOException {
    return new GapAuthority(signedIn.get(), signedIn.signature(), mirrors.gaps(), followUps, clock);
  }

  /**
   * How the process that mirrors is.
   *
   * @throws NotYoursException for administrators of domains
   * @throws IOException where the register of mirrors or the figures cannot be read
   */
  public MirrorState mirrorState() throws NotYoursException, IOException {
    MirrorsOfHost host = get().ofHost(mirrors);
    return MirrorState.of(host.inForce(), host.figures(), clock.instant());
  }

  /** The same, over legal holds. */
  public HoldAuthority holds() {
    return new HoldAuthority(signedIn.get(), holds, store, holdLimit, clock.withZone(zone.get()));
  }

  /** The same, over single messages that are opened by exception. */
  public OpeningAuthority openings() {
    return new OpeningAuthority(signedIn.get(), openMessages, openings, catalogue, store, clock);
  }
}
