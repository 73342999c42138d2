package org.mailtimemachine.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.List;
import javax.sql.DataSource;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

/**
 * What the webmail finds around it inside of the server. The archive is the real one, with this
 * class added and another context.
 */
@WithSharedHost // first: Arquillian connects to what it starts
@ExtendWith(ArquillianExtension.class)
class InContainerIT {

  @Resource(lookup = "java:/jdbc/MailTimeMachine")
  private DataSource database;

  @Inject private Catalogue catalogue;

  @Deployment
  static WebArchive webmail() {
    Path war = Path.of(System.getProperty("mtm.home"), "deployments/web.war");
    return ShrinkWrap.create(ZipImporter.class, "in-container.war")
        .importFrom(war.toFile())
        .as(WebArchive.class)
        .addClass(InContainerIT.class)
        .addAsWebInfResource(
            new StringAsset("<jboss-web><context-root>/in-container</context-root></jboss-web>"),
            "jboss-web.xml");
  }

  @Test
  void theDatasourceReachesPostgresThatSyncs() throws Exception {
    try (Connection connection = database.getConnection();
        ResultSet answer = connection.createStatement().executeQuery("show fsync")) {
      assertTrue(answer.next());
      assertEquals("on", answer.getString(1));
    }
  }

  @Test
  void theCatalogueKnowsEveryDayOfTheDemo() {
    List<SnapshotSummary> days = catalogue.snapshots(MailboxAddress.of("anna@demo.test"));
    assertTrue(days.size() >= 15, () -> "only " + days.size());
    assertFalse(
        catalogue.folders(MailboxAddress.of("anna@demo.test"), days.get(3).name()).isEmpty());
  }

  @Test
  void theCatalogueKnowsNothingOfAStranger() {
    assertTrue(catalogue.snapshots(MailboxAddress.of("nobody@demo.test")).isEmpty());
  }
}
