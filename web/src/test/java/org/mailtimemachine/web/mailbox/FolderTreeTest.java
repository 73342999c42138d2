package org.mailtimemachine.web.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.maildir.SpecialUse;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;

class FolderTreeTest {

  @Test
  void specialFoldersComeFirstAndTheOthersByName() {
    assertThat(
            lines(
                folder("zebra", null),
                folder("Ärger", null),
                folder("Trash", SpecialUse.TRASH),
                folder("Azure", null),
                folder("Sent", SpecialUse.SENT),
                folder("INBOX", SpecialUse.INBOX)))
        .containsExactly("INBOX", "Sent", "Trash", "Ärger", "Azure", "zebra");
  }

  @Test
  void aLevelWithoutAFolderIsThereForThoseBelowIt() {
    assertThat(
            lines(
                folder("Projects/Beta/2026", null),
                folder("Projects/Alpha", null),
                folder("INBOX", SpecialUse.INBOX)))
        .containsExactly("INBOX", "(Projects)", " Alpha", " (Beta)", "  2026");
  }

  @Test
  void aNameWithEmptyLevelsBreaksNothing() {
    assertThat(lines(folder("/", null), folder("a//b", null))).hasSize(5);
  }

  @Test
  void twoFoldersOfOneNameAreBothThere() {
    assertThat(lines(folder("Caffè", null), folder("Caffè", null), folder("Caffè/nero", null)))
        .containsExactlyInAnyOrder("Caffè", "Caffè", " nero");
  }

  private static FolderSummary folder(String name, SpecialUse use) {
    return new FolderSummary(
        UUID.randomUUID(), new FolderName(name), Optional.ofNullable(use), true, false, 0, 0);
  }

  private static List<String> lines(FolderSummary... folders) {
    List<String> lines = new ArrayList<>();
    write(FolderTree.of(List.of(folders), Locale.ENGLISH), lines);
    return lines;
  }

  private static void write(List<FolderTree.Node> nodes, List<String> lines) {
    for (FolderTree.Node node : nodes) {
      String label = node.folder().isPresent() ? node.label() : "(" + node.label() + ")";
      lines.add(" ".repeat(node.path().size() - 1) + label);
      write(node.children(), lines);
    }
  }
}
