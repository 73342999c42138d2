package org.mailtimemachine.web.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;

class ScopeTest {

  private static final List<FolderSummary> ALL =
      Stream.of("INBOX", "Projects", "Projects/Alpha", "Projects/Alpha/Old", "Projects 2")
          .map(ScopeTest::folder)
          .toList();

  private static FolderSummary folder(String name) {
    UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    return new FolderSummary(id, new FolderName(name), Optional.empty(), true, false, 0, 0);
  }

  private static Set<String> names(Scope scope, String current) {
    Set<UUID> ids = scope.folders(ALL, folder(current));
    return ALL.stream()
        .filter(folder -> ids.contains(folder.id()))
        .map(folder -> folder.name().text())
        .collect(Collectors.toSet());
  }

  @Test
  void aScopeHasItsFolders() {
    assertThat(names(Scope.FOLDER, "Projects")).containsExactly("Projects");
    assertThat(names(Scope.BELOW, "Projects"))
        .containsExactlyInAnyOrder("Projects", "Projects/Alpha", "Projects/Alpha/Old");
    assertThat(names(Scope.BELOW, "INBOX")).containsExactly("INBOX");
    assertThat(names(Scope.ALL, "INBOX")).hasSize(5);
  }
}
