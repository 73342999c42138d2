package org.mailtimemachine.command.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettingNamesTest {

  private static final Pattern IN_SOURCE = Pattern.compile("\"(mtm\\.[a-z.-]*[a-z])\"");

  /** System properties of the launcher. */
  private static final Set<String> NONE = Set.of("mtm.home", "mtm.prefer");

  @Test
  void everySettingThatASourceReadsIsKnown() throws IOException {
    Set<String> read = new TreeSet<>();
    Path root = Path.of("..").toRealPath();
    try (Stream<Path> modules = Files.list(root)) {
      for (Path sources : modules.map(m -> m.resolve("src/main/java")).toList()) {
        if (Files.isDirectory(sources)) {
          readNames(sources, read);
        }
      }
    }
    read.removeAll(NONE);
    assertThat(read).hasSizeGreaterThan(30);
    assertThat(SettingNames.KNOWN).containsAll(read);
  }

  private static void readNames(Path sources, Set<String> names) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
        Matcher name = IN_SOURCE.matcher(Files.readString(file));
        while (name.find()) {
          names.add(name.group(1));
        }
      }
    }
  }

  @Test
  void everySettingIsDocumented() throws IOException {
    String page = Files.readString(Path.of("../docs/operations.md").toRealPath());
    assertThat(SettingNames.KNOWN)
        .allSatisfy(
            name ->
                assertThat(page)
                    .containsAnyOf("`" + name, "`." + name.substring(name.lastIndexOf('.') + 1)));
  }

  private static Optional<String> meant(String name) {
    return SettingNames.unknown(Set.of(name)).getFirst().meant();
  }

  @Test
  void aWrongNameIsHeldAgainstTheNearestOne() {
    assertThat(meant("mtm.retenton.days")).contains("mtm.retention.days");
    assertThat(meant("mtm.mailboxes.passwd_file")).contains("mtm.mailboxes.passwd-file");
    assertThat(meant("MTM.Zone")).contains("mtm.zone");
    assertThat(meant("mtn.store")).contains("mtm.store");
    assertThat(meant("retention.days")).contains("mtm.retention.days");
    assertThat(meant("mtm.something.else.altogether")).isEmpty();
  }

  @Test
  void whatIsMeantForOthersIsPassedOver() {
    assertThat(
            SettingNames.unknown(
                List.of("//", "quarkus.log.level", "hibernate.show_sql", "mtm.zone", "store")))
        .extracting(SettingNames.Unknown::name)
        .containsExactly("store");
  }
}
