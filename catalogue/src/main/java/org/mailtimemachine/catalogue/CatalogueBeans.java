package org.mailtimemachine.catalogue;

import jakarta.annotation.PostConstruct;
import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.interceptor.Interceptor;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceUnit;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.mailtimemachine.mailstore.mime.MessageReader;
import org.mailtimemachine.restore.administrator.Administrators;
import org.mailtimemachine.restore.administrator.ApiTokens;
import org.mailtimemachine.restore.administrator.FirstAnswers;
import org.mailtimemachine.restore.administrator.FollowUps;
import org.mailtimemachine.restore.administrator.SecondFactors;
import org.mailtimemachine.restore.desk.Correspondence;
import org.mailtimemachine.restore.desk.DeskFigures;
import org.mailtimemachine.restore.desk.RequestBook;
import org.mailtimemachine.restore.opening.Openings;
import org.mailtimemachine.restore.terms.Charges;
import org.mailtimemachine.restore.terms.TermsBook;
import org.mailtimemachine.snapshot.SnapshotStore;
import org.mailtimemachine.snapshot.audit.AuditLog;
import org.mailtimemachine.snapshot.catalogue.AcceptedPasswords;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CatalogueIndex;
import org.mailtimemachine.snapshot.catalogue.CatalogueState;
import org.mailtimemachine.snapshot.catalogue.MailboxPreferences;
import org.mailtimemachine.snapshot.catalogue.MailboxSizes;
import org.mailtimemachine.snapshot.holds.Holds;

/**
 * The Catalogue of the {@link HostStore} in a container. Whoever injects a port gets it with the
 * schema in place.
 */
@ApplicationScoped
class CatalogueBeans {

  private SessionFactory sessions;
  private DataSource database;

  @SuppressWarnings("NullAway.Init") // the container calls the setters before anything else
  CatalogueBeans() {}

  @PersistenceUnit(unitName = "mail-time-machine")
  void setEntityManagerFactory(EntityManagerFactory factory) {
    sessions = factory.unwrap(SessionFactory.class);
  }

  @Resource(lookup = "java:/jdbc/MailTimeMachine")
  void setDatabase(DataSource database) {
    this.database = database;
  }

  @PostConstruct
  void prepareSchema() {
    CatalogueSchema.prepare(database, sessions);
  }

  /** Makes the container create this bean before other observers may ask the database. */
  void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) Startup event) {}

  @Produces
  @ApplicationScoped
  Catalogue catalogue(SnapshotStore store) {
    return new JpaCatalogue(sessions, store);
  }

  @Produces
  @ApplicationScoped
  MailboxSizes sizes() {
    return new JpaMailboxSizes(sessions);
  }

  @Produces
  @ApplicationScoped
  MailboxPreferences preferences() {
    return new JpaMailboxPreferences(sessions);
  }

  @Produces
  @ApplicationScoped
  AcceptedPasswords acceptedPasswords() {
    return new JpaAcceptedPasswords(sessions);
  }

  @Produces
  @ApplicationScoped
  RequestBook requests() {
    return new JpaRequestBook(sessions);
  }

  @Produces
  @ApplicationScoped
  TermsBook terms() {
    return new JpaTermsBook(sessions);
  }

  @Produces
  @ApplicationScoped
  Charges charges() {
    return new JpaCharges(sessions);
  }

  @Produces
  @ApplicationScoped
  Correspondence correspondence() {
    return new JpaCorrespondence(sessions);
  }

  @Produces
  @ApplicationScoped
  DeskFigures deskFigures() {
    return new JpaDeskFigures(sessions);
  }

  @Produces
  @ApplicationScoped
  CatalogueState state() {
    return new JpaCatalogueState(sessions);
  }

  @Produces
  @ApplicationScoped
  Administrators administrators() {
    return new JpaAdministrators(sessions);
  }

  @Produces
  @ApplicationScoped
  SecondFactors secondFactors() {
    return new JpaSecondFactors(sessions);
  }

  @Produces
  @ApplicationScoped
  ApiTokens tokens() {
    return new JpaApiTokens(sessions);
  }

  @Produces
  @ApplicationScoped
  FirstAnswers firstAnswers() {
    return new JpaFirstAnswers(sessions);
  }

  @Produces
  @ApplicationScoped
  FollowUps followUps() {
    return new JpaFollowUps(sessions);
  }

  @Produces
  @ApplicationScoped
  Holds holds() {
    return new JpaHolds(sessions, database);
  }

  @Produces
  @ApplicationScoped
  Openings openings() {
    return new JpaOpenings(sessions);
  }

  @Produces
  @ApplicationScoped
  AuditLog audit() {
    return new JpaAuditLog(sessions);
  }

  @Produces
  @ApplicationScoped
  CatalogueIndex index(SnapshotStore store) {
    return new JpaCatalogueIndex(sessions, database, store, new MessageReader());
  }
}
