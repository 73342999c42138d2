package org.mailtimemachine.admin.watching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OldLogsTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path directory;

  @Test
  void logsOfDaysThatAreOverGoAndNothingElseDoes() throws IOException {
    List<String> stay =
        List.of(
            "server.log",
            "server.jsonl",
            "server.log.2026-11-15",
            "server.log.2026-11-21.3",
            "server.log.2999-01-01",
            "server.log.old",
            "other.log.2026-01-01");
    for (String name : stay) {
      Files.createFile(directory.resolve(name));
    }
    for (String name :
        List.of("server.log.2026-11-14", "server.log.2026-11-14.7", "server.jsonl.2026-01-01")) {
      Files.createFile(directory.resolve(name));
    }

    Path inTheWay = directory.resolve("server.log.2026-11-01"); // which cannot be removed
    Files.createFile(Files.createDirectory(inTheWay).resolve("of somebody"));

    new OldLogs(Optional.of(directory), 7, CLOCK).remove();

    assertThat(inTheWay).isNotEmptyDirectory();
    Files.delete(inTheWay.resolve("of somebody"));
    Files.delete(inTheWay);
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(stay);
    }
  }

  @Test
  void aDirectoryThatIsGoneEndsNothing() {
    new OldLogs(Optional.of(directory.resolve("gone")), 7, CLOCK).remove();
    new OldLogs(Optional.empty(), 7, CLOCK).remove();
    assertThatThrownBy(() -> new OldLogs(Optional.empty(), 0, CLOCK))
        .hasMessageContaining("mtm.log.days");
  }
}
