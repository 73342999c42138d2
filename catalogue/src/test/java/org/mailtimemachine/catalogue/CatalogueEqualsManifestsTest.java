package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.mime.MessageReader;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.snapshot.catalogue.MessageQuery.Sort;
import org.mailtimemachine.snapshot.manifest.Manifest;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/** Whatever happens over the days, the Catalogue says of each day what its Manifest says. */
class CatalogueEqualsManifestsTest {

  private static final int DAYS = 20;

  private final FakeStore store = new FakeStore();
  private final List<LivingMailbox> mailboxes =
      List.of(new LivingMailbox("anna@example.org"), new LivingMailbox("bob@example.net"));

  static List<Long> seeds() {
    Random random = new Random();
    return List.of(1L, random.nextLong(), random.nextLong());
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyDayEqualsItsManifestAndARebuildChangesNothing(long seed)
      throws IOException, SQLException {
    Random random = new Random(seed);
    TestDatabase database = TestDatabase.open();
    JpaCatalogue catalogue = new JpaCatalogue(database.sessions(), store);
    JpaCatalogueIndex index =
        new JpaCatalogueIndex(
            database.sessions(), database.dataSource(), store, new MessageReader());
    Map<LivingMailbox, List<SnapshotName>> missed = new HashMap<>();
    for (int day = 0; day < DAYS; day++) {
      SnapshotName name = SnapshotName.nightly(LocalDate.of(2026, 11, 1).plusDays(day));
      for (LivingMailbox mailbox : mailboxes) {
        random.ints(random.nextInt(12)).forEach(_ -> mailbox.live(random));
        List<SnapshotName> notYet = missed.computeIfAbsent(mailbox, _ -> new ArrayList<>());
        if (random.nextInt(8) == 0) {
          notYet.add(name); // taken later, under the date that was missed
        } else {
          store.take(name, mailbox);
        }
        if (!notYet.isEmpty() && random.nextInt(4) == 0) {
          store.take(notYet.removeFirst(), mailbox);
        }
        expireOne(mailbox.address(), random);
      }
      if (random.nextInt(3) > 0) {
        index.catchUp();
      }
    }
    index.catchUp();
    List<Object> answers = compare(catalogue);
    assertNoRowWithoutUse(database);
    index.rebuild();
    assertThat(compare(catalogue)).isEqualTo(answers);
  }

  private void expireOne(MailboxAddress mailbox, Random random) throws IOException {
    List<SnapshotName> names = store.snapshots(mailbox);
    if (names.size() > 5 && random.nextInt(2) == 0) {
      store.expire(mailbox, names.get(random.nextInt(names.size())));
    }
  }

  private List<Object> compare(JpaCatalogue catalogue) throws IOException {
    List<Object> answers = new ArrayList<>();
    for (LivingMailbox living : mailboxes) {
      MailboxAddress mailbox = living.address();
      answers.add(catalogue.snapshots(mailbox));
      for (SnapshotName name : store.snapshots(mailbox)) {
        Manifest manifest = store.manifest(mailbox, name);
        List<FolderSummary> folders = catalogue.folders(mailbox, name);
        assertThat(folders.stream().map(CatalogueEqualsManifestsTest::says))
            .as("folders of %s in %s", mailbox, name)
            .containsExactlyInAnyOrderElementsOf(
                manifest.folders().stream().map(CatalogueEqualsManifestsTest::says).toList());
        for (FolderSummary folder : folders) {
          List<CataloguedMessage> messages =
              catalogue
                  .messages(
                      mailbox,
                      name,
                      folder.id(),
                      new MessageQuery(0, MessageQuery.MOST, Sort.DATE, true, ""))
                  .orElseThrow()
                  .messages();
          assertThat(messages.stream().map(message -> message.poolName() + message.flags()))
              .as("%s of %s in %s", folder.name(), mailbox, name)
              .containsExactlyInAnyOrderElementsOf(
                  store.listed(mailbox, manifest.folder(folder.name()).orElseThrow()).stream()
                      .map(listed -> listed.poolName() + listed.flags())
                      .toList());
          assertThat(messages.stream().limit(2))
              .allSatisfy(
                  message ->
                      assertThat(catalogue.message(mailbox, name, message.id())).contains(message));
          answers.add(folder);
          answers.add(messages);
        }
      }
    }
    return answers;
  }

  private static List<Object> says(FolderSummary folder) {
    return List.of(
        folder.name(),
        folder.specialUse(),
        folder.subscribed(),
        folder.busy(),
        folder.messages(),
        folder.unread());
  }

  private static List<Object> says(ManifestFolder folder) {
    return List.of(
        folder.name(),
        folder.specialUse(),
        folder.subscribed(),
        folder.busy(),
        folder.messages(),
        folder.unread());
  }

  private static void assertNoRowWithoutUse(TestDatabase database) {
    String unseen =
        """
        %s r where not exists (select 1 from snapshot s
          where s.mailbox_id = r.mailbox_id and r.from_seq <= s.seq and s.seq < r.to_seq)
        """;
    assertThat(database.count(unseen.formatted("presence"))).isZero();
    assertThat(database.count(unseen.formatted("folder_state"))).isZero();
    assertThat(
            database.count(
                """
                message m where not exists (select 1 from presence p
                  where p.mailbox_id = m.mailbox_id and p.message_id = m.id)
                """))
        .isZero();
  }
}
