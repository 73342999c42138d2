package org.mailtimemachine.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.hibernate.SessionFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mailstore.mime.MessageReader;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CatalogueIndex;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.Comparison;
import org.mailtimemachine.snapshot.catalogue.Comparison.Difference;
import org.mailtimemachine.snapshot.catalogue.Departures;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MailboxSizes;
import org.mailtimemachine.snapshot.catalogue.MessageFilter;
import org.mailtimemachine.snapshot.catalogue.MessageFilter.Field;
import org.mailtimemachine.snapshot.catalogue.MessageFilter.Mark;
import org.mailtimemachine.snapshot.catalogue.MessageLocation;
import org.mailtimemachine.snapshot.catalogue.MessagePage;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.snapshot.catalogue.MessageQuery.Sort;
import org.mailtimemachine.snapshot.catalogue.Missing;
import org.mailtimemachine.snapshot.catalogue.Presence;
import org.mailtimemachine.snapshot.catalogue.SearchWords;
import org.mailtimemachine.snapshot.catalogue.Sighting;
import org.mailtimemachine.snapshot.catalogue.SightingPage;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.snapshot.catalogue.StoreUnavailable;

class JpaCatalogueTest {

  private final FakeStore store = new FakeStore();
  private final LivingMailbox anna = new LivingMailbox("anna@example.org");
  private final MailboxAddress mailbox = anna.address();

  private TestDatabase database;
  private Catalogue catalogue;
  private CatalogueIndex index;

  @BeforeEach
  void open() throws SQLException {
    database = TestDatabase.open();
    catalogue = new JpaCatalogue(database.sessions(), store);
    index = newIndex();
  }

  private CatalogueIndex newIndex() {
    return new JpaCatalogueIndex(
        database.sessions(), database.dataSource(), store, new MessageReader());
  }

  private static SnapshotName day(int dayOfMonth) {
    return SnapshotName.nightly(LocalDate.of(2026, 11, dayOfMonth));
  }

  private FolderSummary folder(SnapshotName snapshot, String name) {
    return catalogue.folders(mailbox, snapshot).stream()
        .filter(folder -> folder.name().text().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private MessagePage page(SnapshotName snapshot, String folder, MessageQuery query) {
    return catalogue
        .messages(mailbox, snapshot, folder(snapshot, folder).id(), query)
        .orElseThrow();
  }

  private List<CataloguedMessage> inbox(SnapshotName snapshot) {
    return page(snapshot, "INBOX", new MessageQuery(0, 50, Sort.DATE, true, "")).messages();
  }

  private static MessageQuery search(String text) {
    return new MessageQuery(0, 50, Sort.DATE, true, text);
  }

  @Test
  void aMailboxWithoutASnapshotHasEmptyLists() {
    assertThat(catalogue.snapshots(mailbox)).isEmpty();
    assertThat(catalogue.folders(mailbox, day(1))).isEmpty();
    assertThat(
            catalogue.messages(
                mailbox, day(1), new UUID(0, 0), new MessageQuery(0, 50, Sort.DATE, true, "")))
        .isEmpty();
    assertThat(catalogue.message(mailbox, day(1), new UUID(0, 0))).isEmpty();
  }

  @Test
  void aStoreThatIsAwayIsNoMailboxWithoutDays(@TempDir Path directory) throws IOException {
    anna.deliver("INBOX", "One", "Bob");
    store.take(day(1), anna);
    index.catchUp();
    Catalogue away =
        new JpaCatalogue(database.sessions(), new HostStore(directory.resolve("store").toString()));

    assertThatExceptionOfType(StoreUnavailable.class)
        .isThrownBy(() -> away.snapshots(mailbox))
        .withMessageContaining("anna@example.org")
        .withMessageContaining(directory.toString());
    assertThat(away.snapshots(MailboxAddress.of("nobody@example.org"))).isEmpty();
  }

  @Test
  void aSnapshotIsListedBeforeItIsIndexed() throws IOException {
    anna.deliver("INBOX", "One", "Bob");
    store.take(day(1), anna);
    index.catchUp();
    anna.deliver("INBOX", "Two", "Bob");
    store.take(day(2), anna);

    assertThat(catalogue.snapshots(mailbox))
        .containsExactly(
            new SnapshotSummary(day(2), FakeStore.takenAt(day(2)), 2, false),
            new SnapshotSummary(day(1), FakeStore.takenAt(day(1)), 1, true));
    assertThat(catalogue.folders(mailbox, day(2))).isEmpty();

    assertThat(index.catchUp()).isEqualTo(1);
    assertThat(catalogue.snapshots(mailbox)).allMatch(SnapshotSummary::indexed);
    assertThat(inbox(day(2))).hasSize(2);
  }

  @Test
  void sizesAreThoseOfTheNewestDayAndOfWhoWasAskedFor() throws IOException {
    LivingMailbox bob = new LivingMailbox("bob@example.org");
    anna.deliver("INBOX", "One", "Bob");
    bob.deliver("INBOX", "Two", "Anna");
    store.take(day(1), anna);
    store.take(day(1), bob);
    anna.deliver("INBOX", "Three", "Bob");
    store.take(day(2), anna);
    index.catchUp();
    MailboxSizes sizes = new JpaMailboxSizes(database.sessions());

    MailboxSizes.Size size = sizes.all(Optional.of(Set.of("example.org"))).get(mailbox);
    assertThat(size.days()).isEqualTo(2);
    assertThat(size.newest()).isEqualTo(day(2));
    assertThat(size.messages()).isEqualTo(2);
    assertThat(sizes.all(Optional.empty())).containsOnlyKeys(mailbox, bob.address());
    MailboxAddress unknown = MailboxAddress.of("bob@example.net");
    assertThat(sizes.of(List.of(mailbox, unknown))).containsExactly(Map.entry(mailbox, size));
    assertThat(sizes.of(List.of())).isEmpty();
  }

  @Test
  void messagesAreFoundByTheirMessageIdInOneMailboxAndOnKeptDaysAlone() throws IOException {
    LivingMailbox bob = new LivingMailbox("bob@example.org");
    String kept = anna.deliver("INBOX", "One", "Bob");
    String without = "1800000000.M1P1.host";
    anna.deliverText("INBOX", without, "Subject: no id\n\nHello\n");
    String longId = "<" + "\uD83D\uDCE7".repeat(600) + "@example.org>";
    anna.deliverText("INBOX", "1800000001.M1P1.host", "Message-ID: " + longId + "\n\n");
    bob.deliver("INBOX", "One", "Bob"); // by the same Message-ID
    store.take(day(1), anna);
    store.take(day(1), bob);
    index.catchUp();
    String id = "<" + kept + "@example.org>";

    assertThat(catalogue.poolNames(mailbox, id, 0, 10_000)).containsExactly(kept);
    assertThat(catalogue.poolNames(mailbox, id, 0, 10)).isEmpty();
    assertThat(catalogue.poolNames(mailbox, id, 1_000, 10_000)).isEmpty();
    assertThat(catalogue.poolNames(mailbox, "<" + kept, 0, 10_000)).isEmpty();
    assertThat(catalogue.poolNames(mailbox, "", 0, 10_000)).containsExactly(without);
    assertThat(catalogue.poolNames(MailboxAddress.of("x@example.org"), id, 0, 10_000)).isEmpty();

    anna.folder("INBOX").delete(kept);
    store.take(day(2), anna);
    store.expire(mailbox, day(1));
    index.catchUp();
    assertThat(catalogue.poolNames(mailbox, id, 0, 10_000)).isEmpty();
    assertThat(catalogue.poolNames(bob.address(), id, 0, 10_000)).hasSize(1);
  }

  @Test
  void ofManyWithoutAMessageIdThoseAreFoundThatAreNearestInSize() throws IOException {
    for (int i = 0; i < Catalogue.MOST_ALIKE + 10; i++) {
      anna.deliverText(
          "INBOX", (1_800_000_000 + i) + ".M1P1.host", "Subject: x\n\nHello" + "o".repeat(60 - i));
    }
    store.take(day(1), anna);
    index.catchUp();

    assertThat(catalogue.poolNames(mailbox, "", 0, 10_000))
        .hasSize(Catalogue.MOST_ALIKE)
        .startsWith((1_800_000_000 + Catalogue.MOST_ALIKE + 9) + ".M1P1.host");
  }

  @Test
  void aMessageShowsItsEnvelopeAndTheFlagsOfThatDay() throws IOException {
    String name =
        anna.deliver(
            "INBOX", "Grüße", "Bob <bob@example.net>", Instant.parse("2026-11-03T10:00:00Z"), 10);
    store.take(day(4), anna);
    anna.folder("INBOX").nameKeyword('a', "$Important");
    anna.folder("INBOX").mark(name, "RS", "a");
    store.take(day(5), anna);
    index.catchUp();

    CataloguedMessage first = inbox(day(4)).getFirst();
    CataloguedMessage second = inbox(day(5)).getFirst();
    assertThat(first.subject()).isEqualTo("Grüße");
    assertThat(first.from()).contains("bob@example.net");
    assertThat(first.to()).contains("anna@example.org");
    assertThat(first.date()).isEqualTo("2026-11-03T10:00:00Z");
    assertThat(first.poolName()).isEqualTo(name);
    assertThat(first.flags()).isEqualTo(Flags.NONE);
    assertThat(first.keywords()).isEmpty();
    assertThat(second.flags()).isEqualTo(new Flags("RS"));
    assertThat(second.keywords()).containsExactly("$Important");
    assertThat(second.id()).isEqualTo(first.id());
    assertThat(catalogue.message(mailbox, day(4), first.id())).contains(first);
    assertThat(catalogue.message(mailbox, day(5), first.id())).contains(second);
    assertThat(folder(day(4), "INBOX").unread()).isEqualTo(1);
    assertThat(folder(day(5), "INBOX").unread()).isZero();
  }

  @Test
  void aDateThatMakesNoSenseIsReplacedByTheInternalDate() throws IOException {
    anna.deliver("INBOX", "From the future", "Bob", Instant.parse("2999-01-01T00:00:00Z"), 10);
    store.take(day(1), anna);
    index.catchUp();
    assertThat(inbox(day(1)).getFirst().date())
        .isEqualTo(
            store
                .listed(mailbox, store.manifest(mailbox, day(1)).folders().getFirst())
                .getFirst()
                .internalDate());
  }

  @Test
  void aNightWithoutChangesWritesOneRow() throws IOException {
    anna.deliver("INBOX", "One", "Bob");
    anna.deliver("Sent", "Two", "Anna");
    store.take(day(1), anna);
    index.catchUp();
    long presences = database.count("presence");
    long states = database.count("folder_state");

    store.take(day(2), anna);
    index.catchUp();

    assertThat(database.count("presence")).isEqualTo(presences);
    assertThat(database.count("folder_state")).isEqualTo(states);
    assertThat(database.count("snapshot")).isEqualTo(2);
    assertThat(inbox(day(2))).hasSize(1);
  }

  @Test
  void aChangedFlagWritesOneStretchAndReadsNoMessageAgain() throws IOException {
    String name = anna.deliver("INBOX", "One", "Bob");
    anna.deliver("INBOX", "Two", "Bob");
    store.take(day(1), anna);
    index.catchUp();
    anna.folder("INBOX").mark(name, "S", "");
    store.take(day(2), anna);
    index.catchUp();
    assertThat(database.count("presence")).isEqualTo(3);
    assertThat(database.count("message")).isEqualTo(2);
    assertThat(store.reads(name)).isEqualTo(1);
  }

  @Test
  void aMessageInTwoFoldersAndTwiceInOneIsShownWhereItWas() throws IOException {
    String name = anna.deliver("INBOX", "One", "Bob");
    anna.folder("INBOX").copyTo(anna.folder("INBOX"), name, name + "copy");
    anna.folder("INBOX").copyTo(anna.folder("Archive"), name, name);
    store.take(day(1), anna);
    index.catchUp();
    assertThat(inbox(day(1)))
        .hasSize(2)
        .allMatch(message -> message.poolName().equals(name))
        .extracting(CataloguedMessage::id)
        .doesNotHaveDuplicates();
    assertThat(folder(day(1), "Archive").messages()).isEqualTo(1);
    assertThat(database.count("message")).isEqualTo(1);
    assertThat(store.reads(name)).isEqualTo(1);
  }

  @Test
  void twoEntriesOfTheSameNamesAreBothKept() throws IOException {
    String name = anna.deliver("INBOX", "One", "Bob");
    anna.folder("INBOX").copyTo(anna.folder("INBOX"), name, name);
    store.take(day(1), anna);
    index.catchUp();
    assertThat(inbox(day(1))).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void aForeignMailboxGetsNothing() throws IOException {
    anna.deliver("INBOX", "Private", "Bob");
    LivingMailbox mallory = new LivingMailbox("mallory@example.org");
    mallory.deliver("INBOX", "Mine", "Me");
    store.take(day(1), anna);
    store.take(day(1), mallory);
    index.catchUp();
    UUID folder = folder(day(1), "INBOX").id();
    UUID message = inbox(day(1)).getFirst().id();
    for (String other : List.of("mallory@example.org", "anna@example.net", "nobody@example.org")) {
      MailboxAddress stranger = MailboxAddress.of(other);
      assertThat(catalogue.messages(stranger, day(1), folder, search(""))).isEmpty();
      assertThat(catalogue.message(stranger, day(1), message)).isEmpty();
      assertThat(catalogue.folders(stranger, day(1)))
          .noneMatch(summary -> summary.id().equals(folder));
    }
  }

  @Test
  void searchFindsSubjectSenderAndRecipientsWhateverTheCase() throws IOException {
    anna.deliver("INBOX", "Perché no?", "Zoë <zoe@example.net>");
    anna.deliver("INBOX", "100%_done\\", "bob@example.net");
    anna.deliver("INBOX", "STRASSE", "carl@example.net");
    store.take(day(1), anna);
    index.catchUp();
    assertThat(found("PERCHÉ")).containsExactly("Perché no?");
    assertThat(found("perche")).containsExactly("Perché no?");
    assertThat(found("ZOE@")).containsExactly("Perché no?");
    assertThat(found("straße")).containsExactly("STRASSE");
    assertThat(found("anna@EXAMPLE")).hasSize(3);
    assertThat(found("0%_")).containsExactly("100%_done\\");
    assertThat(found("d_n")).isEmpty();
    assertThat(found("e\\")).containsExactly("100%_done\\");
    assertThat(found("'; drop table presence; --")).isEmpty();
    assertThat(found("per\0ché")).isEmpty();
    assertThat(found(" \0 ")).hasSize(3);
  }

  @Test
  void searchFindsLettersWithTheirMarksAndWithout() throws IOException {
    anna.deliver("INBOX", "Reise nach München", "Bob");
    anna.deliver("INBOX", "La citt\u00e0 nuova", "Bob");
    anna.deliver("INBOX", "ΟΔΟΣ ΑΘΗΝΑΣ", "Bob");
    store.take(day(1), anna);
    index.catchUp();
    assertThat(found("munchen")).containsExactly("Reise nach München");
    assertThat(found("MÜNCHEN")).containsExactly("Reise nach München");
    assertThat(found("citta nuova")).containsExactly("La città nuova");
    assertThat(found("citta\u0300")).containsExactly("La città nuova");
    assertThat(found("οδος")).containsExactly("ΟΔΟΣ ΑΘΗΝΑΣ");
    assertThat(found("αθηνασ")).containsExactly("ΟΔΟΣ ΑΘΗΝΑΣ");
    assertThat(found("\u0308")).hasSize(3);
  }

  private List<String> found(String text) {
    MessagePage page = page(day(1), "INBOX", search(text));
    assertThat(page.total()).isEqualTo(page.messages().size());
    return page.messages().stream().map(CataloguedMessage::subject).toList();
  }

  @Test
  void aSearchIsPagedToo() throws IOException {
    for (int i = 0; i < 12; i++) {
      anna.deliver("INBOX", i % 2 == 0 ? "even" : "odd", "Bob");
    }
    store.take(day(1), anna);
    index.catchUp();
    MessagePage page = page(day(1), "INBOX", new MessageQuery(4, 4, Sort.DATE, true, "even"));
    assertThat(page.total()).isEqualTo(6);
    assertThat(page.messages()).hasSize(2);
  }

  @Test
  void everySortWorksInBothDirectionsOnEveryPageAndTiesAreStable() throws IOException {
    for (int i = 0; i < 43; i++) {
      anna.deliver(
          "INBOX",
          i % 5 == 0 ? "Re: Subject 1" : "subject " + i % 3,
          "\"Ünal " + i % 4 + "\" <x@example.org>",
          Instant.parse("2026-11-01T00:00:00Z").plusSeconds(i % 7),
          i % 6);
    }
    store.take(day(1), anna);
    index.catchUp();
    for (Sort sort : Sort.values()) {
      List<CataloguedMessage> ascending = allPages(sort, true);
      assertThat(ascending).hasSize(43).doesNotHaveDuplicates().isSortedAccordingTo(order(sort));
      assertThat(allPages(sort, false)).isEqualTo(ascending.reversed());
    }
  }

  private List<CataloguedMessage> allPages(Sort sort, boolean ascending) {
    List<CataloguedMessage> all = new ArrayList<>();
    for (int offset = 0; offset < 60; offset += 10) {
      MessagePage page = page(day(1), "INBOX", new MessageQuery(offset, 10, sort, ascending, ""));
      assertThat(page.total()).isEqualTo(43);
      all.addAll(page.messages());
    }
    return all;
  }

  private static Comparator<CataloguedMessage> order(Sort sort) {
    Comparator<CataloguedMessage> first =
        switch (sort) {
          case DATE -> Comparator.comparing(CataloguedMessage::date);
          case FROM -> Comparator.comparing(message -> CatalogueText.sortKey(message.from()));
          case SUBJECT ->
              Comparator.comparing(message -> CatalogueText.subjectSortKey(message.subject()));
          case SIZE -> Comparator.comparing(CataloguedMessage::size);
        };
    return first
        .thenComparing(CataloguedMessage::date)
        .thenComparing(message -> message.id().toString());
  }

  @Test
  void aBackDatedSnapshotFindsItsPlace() throws IOException {
    String one = anna.deliver("INBOX", "One", "Bob");
    store.take(day(1), anna);
    String gone = anna.deliver("INBOX", "Two", "Bob");
    store.take(day(2), anna);
    store.expire(mailbox, day(2));
    anna.folder("INBOX").delete(gone);
    store.take(day(3), anna);
    index.catchUp();
    assertThat(catalogue.folders(mailbox, day(2))).isEmpty();

    anna.folder("INBOX").mark(one, "S", "");
    store.take(day(2), anna);
    index.catchUp();
    assertThat(inbox(day(1)).getFirst().flags().seen()).isFalse();
    assertThat(inbox(day(2)).getFirst().flags().seen()).isTrue();
    assertThat(inbox(day(3)).getFirst().flags().seen()).isFalse();
    assertThat(store.reads(one)).isEqualTo(1);
  }

  @Test
  void whatOnlyAnExpiredSnapshotShowedIsForgotten() throws IOException {
    String early = anna.deliver("INBOX", "Early", "Bob");
    anna.deliver("INBOX", "Stays", "Bob");
    anna.deliver("Old", "Old", "Bob");
    store.take(day(1), anna);
    anna.folder("INBOX").delete(early);
    anna.removeFolder("Old");
    store.take(day(2), anna);
    anna.deliver("INBOX", "Late", "Bob");
    store.take(day(3), anna);
    index.catchUp();

    store.expire(mailbox, day(1));
    assertThat(index.catchUp()).isEqualTo(1);
    assertThat(catalogue.folders(mailbox, day(1))).isEmpty();
    assertThat(inbox(day(2))).extracting(CataloguedMessage::subject).containsExactly("Stays");
    assertThat(database.count("message")).isEqualTo(2);
    assertThat(database.count("presence")).isEqualTo(2);
    assertThat(database.count("folder")).isEqualTo(1);
  }

  @Test
  void aMailboxThatLeftTheStoreIsForgotten() throws IOException {
    anna.deliver("INBOX", "One", "Bob");
    store.take(day(1), anna);
    index.catchUp();
    store.expireAll(mailbox);
    index.catchUp();
    for (String table :
        List.of("mailbox", "snapshot", "folder", "folder_state", "message", "presence")) {
      assertThat(database.count(table)).as(table).isZero();
    }
  }

  @Test
  void aMessageThatCannotBeReadIsListedWithWhatIsKnown() throws IOException {
    String lost = anna.deliver("INBOX", "Lost", "Bob");
    anna.deliver("INBOX", "Good", "Bob");
    store.take(day(1), anna);
    store.loseMessage(mailbox, lost);
    index.catchUp();
    assertThat(inbox(day(1)))
        .extracting(CataloguedMessage::subject)
        .containsExactlyInAnyOrder("", "Good");
  }

  @Test
  void aDamagedSnapshotDoesNotHideTheOthersAndIsIndexedOnceItIsMended() throws IOException {
    anna.deliver("INBOX", "One", "Bob");
    store.take(day(1), anna);
    anna.deliver("INBOX", "Two", "Bob");
    store.take(day(2), anna);
    anna.deliver("INBOX", "Three", "Bob");
    store.take(day(3), anna);
    store.damage(day(2));

    assertThatThrownBy(index::catchUp).isInstanceOf(IOException.class);
    assertThat(inbox(day(1))).hasSize(1);
    assertThat(catalogue.folders(mailbox, day(2))).isEmpty();
    assertThat(inbox(day(3))).hasSize(3);
    assertThatThrownBy(index::catchUp)
        .as("nothing new, and still not in step")
        .isInstanceOf(IOException.class);
    assertThatThrownBy(newIndex()::catchUp).isInstanceOf(IOException.class);
    assertThat(inbox(day(3))).hasSize(3);

    store.mend(day(2));
    index.catchUp();
    assertThat(inbox(day(2))).hasSize(2);
    assertThat(inbox(day(3))).hasSize(3);
  }

  @Test
  void namesOfTheSameInstantStayApart() throws IOException {
    LocalDateTime midnight = LocalDate.of(2026, 11, 1).atStartOfDay();
    List<SnapshotName> names =
        List.of(
            day(1), SnapshotName.byHand(midnight), SnapshotName.byHandInSecond(midnight), day(2));
    for (SnapshotName name : names) {
      anna.deliver("INBOX", name.text(), "Bob");
      store.take(name, anna);
    }
    index.catchUp();
    for (int i = 0; i < names.size(); i++) {
      assertThat(inbox(names.get(i))).hasSize(i + 1);
    }
  }

  @Test
  void digestsAreRecordedOnceAndNeverComputedAgain() throws IOException {
    String name = anna.deliver("INBOX", "One", "Bob");
    store.take(day(1), anna);
    index.catchUp();
    assertThat(store.digests(mailbox))
        .containsEntry(
            name, HexFormat.of().formatHex(CatalogueId.sha256().digest(anna.bytes().get(name))));
    index.rebuild(); // the fake refuses a digest that it has
    assertThat(inbox(day(1))).hasSize(1);
  }

  @Test
  void hostileTextDoesNotStopTheNight() throws IOException {
    anna.deliver("INBOX", "nul \0 bell \7 " + "x".repeat(9_000), "\uD800 <a@b>");
    anna.folder("bad\0name").nameKeyword('a', "lab\0el\n2");
    String name = anna.deliver("bad\0name", "\u202Eevil", "");
    anna.folder("bad\0name").mark(name, "S", "ab");
    store.take(day(1), anna);
    index.catchUp();
    assertThat(inbox(day(1)).getFirst().subject()).startsWith("nul bell xxx").hasSize(1_000);
    MessagePage page = page(day(1), "bad name", search(""));
    assertThat(page.messages().getFirst().keywords()).containsExactly("lab el 2", "b");
    assertThat(folder(day(1), "bad name").name()).isEqualTo(new FolderName("bad name"));
  }

  @Test
  void nothingNewCostsOneQuestionToTheDatabase() throws IOException {
    store.take(day(1), anna);
    assertThat(index.catchUp()).isEqualTo(1);
    int asked = database.dataSource().asked();
    assertThat(index.catchUp()).isZero();
    assertThat(database.dataSource().asked()).isEqualTo(asked + 1);
  }

  @Test
  void aDatabaseThatIsEmptiedUnderTheServerIsFilledAgain() throws Exception {
    store.take(day(1), anna);
    assertThat(index.catchUp()).isEqualTo(1);
    TestDatabase.open(); // empties it
    assertThat(index.catchUp()).isEqualTo(1);
    assertThat(catalogue.snapshots(mailbox)).allMatch(SnapshotSummary::indexed);
  }

  @Test
  void aMailboxThatCannotBeReadDoesNotHideTheOthers() throws IOException {
    LivingMailbox aaron = new LivingMailbox("aaron@example.org");
    LivingMailbox bruno = new LivingMailbox("bruno@example.org");
    for (LivingMailbox each : List.of(aaron, anna, bruno)) {
      each.deliver("INBOX", "One", "Bob");
      store.take(day(1), each);
    }
    store.refuse(aaron.address(), new IOException("no right to read it"));
    store.refuse(anna.address(), new IllegalStateException("a mistake of ours"));
    assertThatThrownBy(index::catchUp).isInstanceOf(IOException.class).hasMessageContaining("2");
    assertThat(catalogue.snapshots(bruno.address())).allMatch(SnapshotSummary::indexed);
    assertThat(catalogue.folders(mailbox, day(1))).isEmpty();
  }

  @Test
  void anotherServerThatIsIndexingIsNotDisturbed() throws IOException {
    store.take(day(1), anna);
    try (ServerTurn turn =
        ServerTurn.tryTake(ServerTurn.Work.INDEXING, database.dataSource()).orElseThrow()) {
      assertThat(turn).isNotNull();
      assertThat(index.catchUp()).isZero();
      assertThat(catalogue.snapshots(mailbox)).noneMatch(SnapshotSummary::indexed);
    }
    assertThat(index.catchUp()).isEqualTo(1);
  }

  @Test
  void twoServersMayPrepareTheSchemaAtOnce() throws Exception {
    DataSource empty = TestDatabase.empty();
    Callable<Optional<String>> prepare =
        () -> {
          try (SessionFactory sessions = TestDatabase.sessions(empty)) {
            CatalogueSchema.prepare(empty, sessions);
            return Optional.of("done");
          }
        };
    try (ExecutorService servers = Executors.newFixedThreadPool(2)) {
      for (Future<Optional<String>> server : servers.invokeAll(List.of(prepare, prepare))) {
        assertThat(server.get()).contains("done");
      }
    }
  }

  @Test
  void theLifeOfAMessageGoesThroughAllFolders() throws IOException {
    String name = anna.deliver("INBOX", "One", "Bob");
    store.take(day(1), anna);
    anna.folder("INBOX").mark(name, "S", "");
    store.take(day(2), anna);
    anna.folder("INBOX").copyTo(anna.folder("Trash"), name, name);
    anna.folder("INBOX").delete(name);
    store.take(day(3), anna);
    store.take(day(4), anna);
    anna.folder("Trash").delete(name);
    store.take(day(5), anna);
    index.catchUp();

    List<Presence> life = catalogue.life(mailbox, day(1), inbox(day(1)).getFirst().id());

    assertThat(life)
        .extracting(
            p -> p.folderName().text(), p -> p.flags().letters(), Presence::first, Presence::last)
        .containsExactly(
            tuple("INBOX", "", day(1), day(1)),
            tuple("INBOX", "S", day(2), day(2)),
            tuple("Trash", "S", day(3), day(4)));
    assertThat(life.getFirst().before()).isEmpty();
    assertThat(life.getLast().before()).contains(day(2));
    assertThat(life.getLast().after()).contains(day(5));
    assertThat(catalogue.message(mailbox, day(3), life.getLast().message())).isPresent();
    assertThat(catalogue.life(mailbox, day(1), new UUID(0, 0))).isEmpty();
    MailboxAddress other = MailboxAddress.of("bob@example.org");
    assertThat(catalogue.life(other, day(1), inbox(day(1)).getFirst().id())).isEmpty();
  }

  @Test
  void whatLeftAFolderIsListedWithWhereItWent() throws IOException {
    String moved = anna.deliver("INBOX", "Moved", "Bob");
    String deleted = anna.deliver("INBOX", "Deleted", "Bob");
    anna.deliver("INBOX", "Kept", "Bob");
    store.take(day(1), anna);
    anna.folder("INBOX").copyTo(anna.folder("Archive"), moved, moved);
    anna.folder("INBOX").delete(moved);
    anna.folder("INBOX").delete(deleted);
    store.take(day(2), anna);
    index.catchUp();
    UUID inbox = folder(day(1), "INBOX").id();

    assertThat(catalogue.departures(mailbox, day(1), day(2)))
        .containsExactly(entry(inbox, new Departures(2, 1)));
    assertThat(catalogue.departures(mailbox, day(1), day(1))).isEmpty();
    assertThat(catalogue.departures(mailbox, day(1), day(3))).isEmpty();

    List<CataloguedMessage> gone = page(day(1), "INBOX", left("", day(2))).messages();
    assertThat(gone).extracting(CataloguedMessage::subject).containsExactly("Moved", "Deleted");
    assertThat(page(day(1), "INBOX", left("DELE", day(2))).total()).isEqualTo(1);
    List<UUID> ids = gone.stream().map(CataloguedMessage::id).toList();
    assertThat(catalogue.whereabouts(mailbox, day(1), ids, day(2)))
        .containsExactly(entry(ids.getFirst(), Set.of(new FolderName("Archive"))));
    MailboxAddress other = MailboxAddress.of("bob@example.org");
    assertThat(catalogue.whereabouts(other, day(1), ids, day(2))).isEmpty();
    assertThat(catalogue.departures(other, day(1), day(2))).isEmpty();
  }

  private static MessageQuery left(String text, SnapshotName other) {
    return differing(text, other, Difference.NOT_HERE);
  }

  private static MessageQuery differing(String text, SnapshotName other, Difference difference) {
    return new MessageQuery(
        0,
        50,
        Sort.DATE,
        true,
        MessageFilter.words(text),
        Optional.of(new Comparison(other, difference)));
  }

  private static MessageQuery filtered(MessageFilter filter) {
    return new MessageQuery(0, 50, Sort.DATE, true, filter, Optional.empty());
  }

  private static List<String> subjects(MessagePage page) {
    assertThat(page.total()).isEqualTo(page.messages().size());
    return page.messages().stream().map(CataloguedMessage::subject).toList();
  }

  private Set<UUID> folders(SnapshotName snapshot, String... names) {
    return Stream.of(names).map(name -> folder(snapshot, name).id()).collect(Collectors.toSet());
  }

  @Test
  void everyWordIsFoundInAnyOrderAndAPhraseAsItStands() throws IOException {
    anna.deliver("INBOX", "Offer for the house", "Bob <bob@example.net>");
    anna.deliver("INBOX", "House for sale", "Carla");
    store.take(day(1), anna);
    index.catchUp();
    assertThat(found("house bob")).containsExactly("Offer for the house");
    assertThat(found("HOUSE for")).hasSize(2);
    assertThat(found("\"for the\"")).containsExactly("Offer for the house");
    assertThat(found("\"house for\" carla")).containsExactly("House for sale");
    assertThat(found("\"house")).isEmpty();
    assertThat(found("hou\uD83D")).isEmpty();
    assertThat(found("' or 1=1 --")).isEmpty();
    assertThat(found("x".repeat(100_000))).isEmpty();
  }

  @Test
  void aWordIsLookedForInTheChosenFieldsOnly() throws IOException {
    anna.deliver("INBOX", "About Rossi", "Verdi <verdi@example.net>");
    anna.deliver("INBOX", "About Verdi", "Rossi <rossi@example.net>");
    store.take(day(1), anna);
    index.catchUp();
    assertThat(inFields("rossi", Field.SUBJECT)).containsExactly("About Rossi");
    assertThat(inFields("rossi", Field.SENDER)).containsExactly("About Verdi");
    assertThat(inFields("rossi", Field.SUBJECT, Field.SENDER)).hasSize(2);
    assertThat(inFields("rossi", Field.RECIPIENTS)).isEmpty();
    assertThat(inFields("anna@example.org", Field.RECIPIENTS)).hasSize(2);
    assertThat(inFields("anna@example.org", Field.SUBJECT)).isEmpty();
  }

  private List<String> inFields(String text, Field... fields) {
    MessageFilter filter =
        new MessageFilter(
            SearchWords.of(text), Set.of(fields), Set.of(), Optional.empty(), Optional.empty());
    return subjects(page(day(1), "INBOX", filtered(filter)));
  }

  @Test
  void marksAndDatesAreFilters() throws IOException {
    Instant early = Instant.parse("2026-10-01T00:00:00Z");
    String read = anna.deliver("INBOX", "Read", "Bob", early, 10);
    String flagged = anna.deliver("INBOX", "Flagged", "Bob", early.plus(Duration.ofDays(1)), 10);
    String answered = anna.deliver("INBOX", "Answered", "Bob", early.plus(Duration.ofDays(2)), 10);
    anna.folder("INBOX").mark(read, "S", "");
    anna.folder("INBOX").mark(flagged, "F", "");
    anna.folder("INBOX").mark(answered, "RS", "");
    store.take(day(1), anna);
    index.catchUp();
    assertThat(marked(Mark.UNREAD)).containsExactly("Flagged");
    assertThat(marked(Mark.FLAGGED)).containsExactly("Flagged");
    assertThat(marked(Mark.ANSWERED)).containsExactly("Answered");
    assertThat(marked(Mark.FLAGGED, Mark.ANSWERED)).isEmpty();
    assertThat(marked(Mark.ATTACHMENT)).isEmpty();
    Optional<Instant> second = Optional.of(early.plus(Duration.ofDays(1)));
    Optional<Instant> third = Optional.of(early.plus(Duration.ofDays(2)));
    MessageFilter between = new MessageFilter(List.of(), Set.of(), Set.of(), second, third);
    assertThat(subjects(page(day(1), "INBOX", filtered(between)))).containsExactly("Flagged");
  }

  private List<String> marked(Mark... marks) {
    MessageFilter filter =
        new MessageFilter(List.of(), Set.of(), Set.of(marks), Optional.empty(), Optional.empty());
    return subjects(page(day(1), "INBOX", filtered(filter)));
  }

  @Test
  void severalFoldersAreSearchedInOneOrderAndForeignOnesHoldNothing() throws IOException {
    anna.deliver("Projects.Alpha", "Plan A", "Bob");
    anna.deliver("INBOX", "Plan B", "Bob");
    anna.deliver("Projects", "Plan C", "Bob");
    store.take(day(1), anna);
    index.catchUp();
    Set<UUID> projects = folders(day(1), "Projects", "Projects.Alpha");
    Set<UUID> all = folders(day(1), "INBOX", "Projects", "Projects.Alpha");

    assertThat(subjects(catalogue.search(mailbox, day(1), projects, search("plan"))))
        .containsExactly("Plan A", "Plan C");
    assertThat(subjects(catalogue.search(mailbox, day(1), all, search("plan"))))
        .containsExactly("Plan A", "Plan B", "Plan C");
    MessagePage behind =
        catalogue.search(mailbox, day(1), all, new MessageQuery(9, 3, Sort.DATE, true, ""));
    assertThat(behind).isEqualTo(new MessagePage(3, List.of()));
    assertThat(catalogue.search(mailbox, day(1), Set.of(new UUID(1, 2)), search("plan")).total())
        .isZero();
    assertThat(catalogue.search(mailbox, day(1), Set.of(), search("plan")).total()).isZero();
    MailboxAddress other = MailboxAddress.of("bob@example.org");
    assertThat(catalogue.search(other, day(1), all, search("plan")).total()).isZero();
    assertThat(catalogue.locations(other, Optional.of(day(1)), all, search("plan"))).isEmpty();
    List<MessageLocation> locations =
        catalogue.locations(mailbox, Optional.of(day(1)), all, search("plan"));
    List<UUID> ids = locations.stream().map(MessageLocation::id).toList();
    assertThat(catalogue.messages(mailbox, day(1), ids.reversed()))
        .extracting(CataloguedMessage::subject)
        .containsExactly("Plan C", "Plan B", "Plan A");
    assertThat(catalogue.messages(other, day(1), ids)).isEmpty();
  }

  @Test
  void overAllDaysEachMessageIsFoundOnceWhereItWasLast() throws IOException {
    String moved = anna.deliver("INBOX", "Invoice moved", "Bob");
    String deleted = anna.deliver("INBOX", "Invoice deleted", "Bob");
    String kept = anna.deliver("INBOX", "Invoice kept", "Bob");
    store.take(day(1), anna);
    anna.folder("INBOX").mark(kept, "S", "");
    anna.folder("INBOX").copyTo(anna.folder("Archive"), moved, moved);
    anna.folder("INBOX").delete(moved);
    store.take(day(2), anna);
    anna.folder("INBOX").delete(deleted);
    store.take(day(3), anna);
    index.catchUp();

    SightingPage page = catalogue.searchAllDays(mailbox, search("invoice"));

    assertThat(page.total()).isEqualTo(3);
    assertThat(page.sightings())
        .extracting(
            found -> found.message().subject(),
            found -> found.folderName().text(),
            Sighting::first,
            Sighting::last,
            Sighting::still)
        .containsExactly(
            tuple("Invoice moved", "Archive", day(1), day(3), true),
            tuple("Invoice deleted", "INBOX", day(1), day(2), false),
            tuple("Invoice kept", "INBOX", day(1), day(3), true));
    List<UUID> ids =
        catalogue.locations(mailbox, Optional.empty(), Set.of(), search("invoice")).stream()
            .map(MessageLocation::id)
            .toList();
    assertThat(catalogue.sightings(mailbox, ids)).isEqualTo(page.sightings());
    assertThat(catalogue.searchAllDays(mailbox, new MessageQuery(7, 5, Sort.SIZE, true, "")))
        .isEqualTo(new SightingPage(3, List.of()));
    MailboxAddress other = MailboxAddress.of("bob@example.org");
    assertThat(catalogue.searchAllDays(other, search("")).sightings()).isEmpty();
    assertThat(catalogue.sightings(other, ids)).isEmpty();

    store.expire(mailbox, day(1));
    index.catchUp();
    assertThat(catalogue.searchAllDays(mailbox, search("deleted")).sightings())
        .extracting(Sighting::first, Sighting::last)
        .containsExactly(tuple(day(2), day(2)));
  }

  @Test
  void twoDaysDifferInWhatCameWentMovedAndWasMarked() throws IOException {
    String moved = anna.deliver("INBOX", "Moved", "Bob");
    String deleted = anna.deliver("INBOX", "Deleted", "Bob");
    String read = anna.deliver("INBOX", "Read", "Bob");
    anna.deliver("INBOX", "Unchanged", "Bob");
    store.take(day(1), anna);
    anna.folder("INBOX").mark(read, "S", "");
    anna.folder("INBOX").copyTo(anna.folder("Archive"), moved, moved);
    anna.folder("INBOX").delete(moved);
    anna.folder("INBOX").delete(deleted);
    anna.deliver("INBOX", "New", "Bob");
    store.take(day(2), anna);
    store.take(day(3), anna);
    index.catchUp();
    Set<UUID> before = folders(day(1), "INBOX");
    Set<UUID> after = folders(day(3), "INBOX", "Archive");

    assertThat(
            subjects(
                catalogue.search(
                    mailbox, day(1), before, differing("", day(3), Difference.NOWHERE))))
        .containsExactly("Deleted");
    assertThat(
            subjects(
                catalogue.search(
                    mailbox, day(1), before, differing("", day(3), Difference.ELSEWHERE))))
        .containsExactly("Moved");
    assertThat(
            subjects(
                catalogue.search(
                    mailbox, day(3), after, differing("", day(1), Difference.NOWHERE))))
        .containsExactly("New");
    assertThat(
            subjects(
                catalogue.search(mailbox, day(3), after, differing("", day(1), Difference.MARKED))))
        .containsExactly("Read");
    assertThat(catalogue.departures(mailbox, day(3), day(1)))
        .containsOnly(
            entry(folder(day(3), "INBOX").id(), new Departures(1, 1)),
            entry(folder(day(3), "Archive").id(), new Departures(1, 0)));
    assertThat(catalogue.marked(mailbox, day(3), day(1)))
        .containsExactly(entry(folder(day(3), "INBOX").id(), 1L));
    assertThat(catalogue.marked(mailbox, day(3), day(2))).isEmpty();
    assertThat(catalogue.marked(MailboxAddress.of("bob@example.org"), day(3), day(1))).isEmpty();
  }

  @Test
  void whatLiesInTheTrashIsMissingAndWhatLiesElsewhereWasOnlyMoved() throws IOException {
    String moved = anna.deliver("INBOX", "Moved", "Bob");
    String thrownAway = anna.deliver("INBOX", "Thrown away", "Bob");
    String deleted = anna.deliver("INBOX", "Deleted", "Bob");
    anna.deliver("INBOX", "Kept", "Bob");
    String withItsFolder = anna.deliver("INBOX", "Thrown away with a folder", "Bob");
    store.take(day(1), anna);
    anna.folder("INBOX").copyTo(anna.folder("Archive"), moved, moved);
    anna.folder("INBOX").copyTo(anna.folder("Trash"), thrownAway, thrownAway);
    anna.folder("INBOX").copyTo(anna.folder("Trash/Old"), withItsFolder, withItsFolder);
    for (String gone : List.of(moved, thrownAway, withItsFolder, deleted)) {
      anna.folder("INBOX").delete(gone);
    }
    store.take(day(2), anna);
    index.catchUp();
    UUID inbox = folder(day(1), "INBOX").id();

    long size = anna.bytes().get(thrownAway).length;
    assertThat(catalogue.missing(mailbox, day(1), day(2)))
        .containsExactly(
            entry(
                inbox,
                new Missing(
                    3,
                    size
                        + anna.bytes().get(withItsFolder).length
                        + anna.bytes().get(deleted).length,
                    1,
                    anna.bytes().get(moved).length)));
    assertThat(catalogue.missing(mailbox, day(1), day(1))).isEmpty();
    assertThat(catalogue.missing(mailbox, day(1), day(3))).isEmpty();
    MailboxAddress other = MailboxAddress.of("bob@example.org");
    assertThat(catalogue.missing(other, day(1), day(2))).isEmpty();
  }
}
