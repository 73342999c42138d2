package org.mailtimemachine.web.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.web.search.Scope;

class SelectionTest {

  private static final UUID INBOX = UUID.fromString("e89f897e-d9ed-8a62-9192-b2c8cab20a51");
  private static final UUID MESSAGE = UUID.fromString("91c9afe0-0deb-804b-be6e-f88d2d81b565");

  private final Map<String, String[]> sent = new HashMap<>();

  private Selection read(String... more) {
    send("day", "2026-11-14");
    send("folder", INBOX.toString());
    for (int i = 0; i < more.length; i += 2) {
      send(more[i], more[i + 1]);
    }
    return Selection.of(sent, ZoneOffset.UTC);
  }

  private void send(String name, String value) {
    sent.put(name, new String[] {value});
  }

  @Test
  void singleMessagesAreNamed() {
    Selection selection = read("ids", MESSAGE + "," + INBOX);

    assertThat(selection.snapshot()).isEqualTo(new SnapshotName("2026-11-14"));
    assertThat(selection.all()).isFalse();
    assertThat(selection.named()).containsExactlyInAnyOrder(MESSAGE, INBOX);
  }

  @Test
  void allOfAListIsAWordAndTheFewThatAreLeftOut() {
    Selection selection =
        read("all", "1", "except", MESSAGE.toString(), "q", " tickets ", "show", "gone");

    assertThat(selection.all()).isTrue();
    assertThat(selection.folders()).containsExactly(INBOX);
    assertThat(selection.named()).containsExactly(MESSAGE);
    assertThat(selection.filter().words()).containsExactly("tickets");
    assertThat(selection.gone()).isTrue();
  }

  @Test
  void nothingIsNamedWhereNothingIsSent() {
    assertThat(read("ids", "").named()).isEmpty();
    assertThat(read().named()).isEmpty();
  }

  @Test
  void moreThanTheBoundIsRefusedAndSoIsWhatIsNoId() {
    String tooMany =
        Stream.generate(UUID::randomUUID)
            .limit(Selection.MOST_NAMED + 1)
            .map(UUID::toString)
            .collect(Collectors.joining(","));

    assertThatIllegalArgumentException().isThrownBy(() -> read("ids", tooMany));
    assertThatIllegalArgumentException().isThrownBy(() -> read("ids", "1-1-1-1-1"));
    assertThatIllegalArgumentException().isThrownBy(() -> read("ids", MESSAGE + ",,"));
    assertThatIllegalArgumentException().isThrownBy(() -> read("day", "../2026-11-14"));
    assertThatIllegalArgumentException().isThrownBy(() -> read("folder", "INBOX"));
  }

  @Test
  void allOfWhatNoQuestionToTheCatalogueFindsIsRefused() {
    assertThat(read("all", "1", "scope", "below").scope()).isEqualTo(Scope.BELOW);
    assertThatIllegalArgumentException().isThrownBy(() -> read("all", "1", "scope", "days"));
    send("scope", "folder");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("all", "1", "q", "tickets", "in", "body"));
  }

  @Test
  void aDayMustBeNamed() {
    assertThatIllegalArgumentException().isThrownBy(() -> Selection.of(Map.of(), ZoneOffset.UTC));
  }
}
