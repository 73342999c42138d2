package org.mailtimemachine.web.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.mailtimemachine.web.selection.ListedCatalogue.DAY;
import static org.mailtimemachine.web.selection.ListedCatalogue.MAILBOX;
import static org.mailtimemachine.web.selection.ListedCatalogue.NEWEST;

import java.io.IOException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.catalogue.Missing;

class SelectedMessagesTest {

  private final ListedCatalogue catalogue = new ListedCatalogue();
  private final SelectedMessages selected = catalogue.selected();
  private final RestoreEffects effects = new RestoreEffects(catalogue, selected);

  private static Selection selection(String... fields) {
    Map<String, String[]> sent = new HashMap<>();
    sent.put("day", new String[] {DAY.text()});
    for (int i = 0; i < fields.length; i += 2) {
      sent.put(fields[i], new String[] {fields[i + 1]});
    }
    return Selection.of(sent, ZoneOffset.UTC);
  }

  private static String ids(Stream<UUID> ids) {
    return ids.map(UUID::toString).collect(Collectors.joining(","));
  }

  private List<String> read(Selection selection) throws IOException {
    List<String> read = new ArrayList<>();
    selected.read(
        MAILBOX,
        selection,
        (folder, rows) -> rows.forEach(row -> read.add(folder + "/" + row.subject())));
    return read;
  }

  @Test
  void allOfALongFolderIsFoundOnceAndReadInPages() throws IOException {
    List<UUID> inbox = catalogue.put("INBOX", 1201);
    catalogue.put("Archive", 3);
    Selection allButTwo =
        selection(
            "folder",
            ListedCatalogue.idOf("INBOX").toString(),
            "all",
            "1",
            "except",
            ids(Stream.of(inbox.get(1), inbox.get(700))));

    assertThat(read(allButTwo))
        .hasSize(1199)
        .startsWith("INBOX/INBOX 0", "INBOX/INBOX 2")
        .doesNotContain("INBOX/INBOX 700");
    assertThat(selected.count(MAILBOX, allButTwo)).isEqualTo(1199);
    assertThat(catalogue.lists).isOne();
  }

  @Test
  void withoutAFolderItIsAllFoldersByTheirNames() throws IOException {
    catalogue.put("INBOX", 1);
    catalogue.put("Archive", 2);

    assertThat(read(selection("all", "1")))
        .containsExactly("Archive/Archive 0", "Archive/Archive 1", "INBOX/INBOX 0");
  }

  @Test
  void singleMessagesOfSeveralFoldersAreReadFolderByFolder() throws IOException {
    List<UUID> inbox = catalogue.put("INBOX", 3);
    List<UUID> archive = catalogue.put("Archive", 2);

    assertThat(read(selection("ids", ids(Stream.of(inbox.get(2), archive.get(1), inbox.get(0))))))
        .containsExactly("Archive/Archive 1", "INBOX/INBOX 0", "INBOX/INBOX 2");
  }

  @Test
  void whatWasFoundOnOtherDaysIsReadAsItWasThen() throws IOException {
    List<UUID> inbox = catalogue.put("INBOX", 1);

    assertThat(read(selection("scope", "days", "q", "x", "ids", ids(inbox.stream()))))
        .containsExactly("Then/INBOX 0");
  }

  @Test
  void anIdOfSomebodyElseIsAsUnknownAsOneThatNeverWas() {
    List<UUID> inbox = catalogue.put("INBOX", 1);
    MailboxAddress other = MailboxAddress.of("bob@example.org");

    assertThat(selected.count(other, selection("ids", ids(inbox.stream())))).isZero();
    assertThat(selected.count(MAILBOX, selection("ids", ids(Stream.of(new UUID(0, 1)))))).isZero();
  }

  @Test
  void aDayThatExpiresMeanwhileIsAnErrorAndNotAnEnd() {
    catalogue.put("INBOX", 501);
    catalogue.expiring = true;

    assertThatIOException().isThrownBy(() -> read(selection("all", "1")));
  }

  @Test
  void aDayThatExpiresBetweenTwoFoldersIsAnErrorToo() {
    catalogue.put("Archive", 1);
    catalogue.put("INBOX", 1);
    catalogue.expiring = true;

    assertThatIOException().isThrownBy(() -> read(selection("all", "1")));
  }

  @Test
  void anEmptyFolderIsHandedOverToo() throws IOException {
    catalogue.put("INBOX", 1);
    catalogue.put("Archive", 0);
    List<String> folders = new ArrayList<>();

    selected.read(MAILBOX, selection("all", "1"), (folder, rows) -> folders.add(folder.text()));

    assertThat(folders).startsWith("Archive").contains("INBOX");
  }

  @Test
  void aComparisonWithADayThatExpiredLeavesAllAsTheListDoes() throws IOException {
    catalogue.put("INBOX", 3);
    Selection expired = selection("all", "1", "compare", "2026-11-01", "show", "gone");
    Selection kept = selection("all", "1", "compare", NEWEST.text(), "show", "gone");

    assertThat(selected.count(MAILBOX, expired)).isEqualTo(3);
    assertThat(read(expired)).hasSize(3);
    assertThat(effects.of(MAILBOX, expired, Optional.of(NEWEST)))
        .isEqualTo(new RestoreEffect(3, new Missing(3, 300, 1, 100)));
    assertThat(selected.count(MAILBOX, kept)).isZero();
  }

  @Test
  void aRestoreOfSingleMessagesLooksAtEach() {
    List<UUID> there = catalogue.put("INBOX", 2, "INBOX");
    List<UUID> moved = catalogue.put("INBOX", 3, "Archive");
    List<UUID> discarded = catalogue.put("INBOX", 4, "Trash/Projects");
    List<UUID> gone = catalogue.put("INBOX", 5);
    catalogue.put("Trash", 0);
    Stream<UUID> all = Stream.of(there, moved, discarded, gone).flatMap(List::stream);

    RestoreEffect effect = effects.of(MAILBOX, selection("ids", ids(all)), Optional.of(NEWEST));

    assertThat(effect).isEqualTo(new RestoreEffect(14, new Missing(9, 900, 3, 300)));
    assertThat(effect.there()).isEqualTo(2);
  }

  @Test
  void aRestoreOfWholeFoldersIsCountedByTheCatalogue() {
    catalogue.put("INBOX", 10);
    catalogue.put("Old", 2);
    String inbox = ListedCatalogue.idOf("INBOX").toString();

    assertThat(effects.of(MAILBOX, selection("all", "1", "folder", inbox), Optional.of(NEWEST)))
        .isEqualTo(new RestoreEffect(10, new Missing(3, 300, 1, 100)));
    assertThat(effects.of(MAILBOX, selection("all", "1"), Optional.of(NEWEST)))
        .isEqualTo(new RestoreEffect(12, new Missing(5, 309, 1, 100)));
    assertThat(catalogue.looked).isFalse();
  }

  @Test
  void ofTheNewestDayNothingIsMissing() {
    catalogue.put("INBOX", 10);

    assertThat(effects.of(MAILBOX, selection("all", "1"), Optional.empty()))
        .isEqualTo(new RestoreEffect(10, Missing.NONE));
  }
}
