package org.mailtimemachine.web.mailbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Presence;

class MessageLifeTest {

  private static final int OLDEST = 10;
  private static final int NEWEST = 20;

  private final List<Presence> stretches = new ArrayList<>();

  private static SnapshotName day(int dayOfMonth) {
    return new SnapshotName("2026-11-" + dayOfMonth);
  }

  private void was(String folder, String flags, int first, int last) {
    stretches.add(
        new Presence(
            UUID.nameUUIDFromBytes(folder.getBytes(UTF_8)),
            new UUID(0, 1),
            new FolderName(folder),
            new Flags(flags),
            List.of(),
            day(first),
            first == OLDEST ? Optional.empty() : Optional.of(day(first - 1)),
            day(last),
            last == NEWEST ? Optional.empty() : Optional.of(day(last + 1))));
  }

  private List<String> told() {
    return MessageLife.of(stretches).stream()
        .map(
            event ->
                event.to().date().getDayOfMonth()
                    + " "
                    + event.what()
                    + " "
                    + event.other().map(other -> other.folderName() + "->").orElse("")
                    + event.presence().folderName())
        .toList();
  }

  @Test
  void aMessageThatArrivedWasReadMovedAndDeleted() {
    was("INBOX", "", 12, 12);
    was("INBOX", "S", 13, 14);
    was("Trash", "S", 15, 17);
    assertThat(told())
        .containsExactly(
            "12 ARRIVED INBOX", "13 MARKED INBOX->INBOX", "15 MOVED INBOX->Trash", "18 GONE Trash");
  }

  @Test
  void aMessageThatWasAlwaysThere() {
    was("INBOX", "S", OLDEST, NEWEST);
    assertThat(told()).containsExactly("10 THERE INBOX", "20 STILL INBOX");
  }

  @Test
  void aCopyOutlivesTheOriginal() {
    was("INBOX", "S", OLDEST, 14);
    was("Work", "S", 12, NEWEST);
    assertThat(told())
        .containsExactly("10 THERE INBOX", "12 COPIED Work", "15 GONE INBOX", "20 STILL Work");
  }

  @Test
  void aMessageThatWasBroughtBack() {
    was("INBOX", "S", 11, 12);
    was("INBOX", "S", 15, NEWEST);
    assertThat(told())
        .containsExactly("11 ARRIVED INBOX", "13 GONE INBOX", "15 BACK INBOX", "20 STILL INBOX");
  }

  @Test
  void itSaysHowTheMarksDiffer() {
    assertThat(MessageLife.marks(new Flags("RS"), new Flags("FR")))
        .containsExactly("life.not.seen", "life.flagged");
  }
}
