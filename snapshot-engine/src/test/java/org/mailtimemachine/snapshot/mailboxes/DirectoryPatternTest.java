package org.mailtimemachine.snapshot.mailboxes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mailtimemachine.snapshot.mailboxes.FoundMailboxes.maildir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryPatternTest {

  @TempDir Path root;

  private FoundMailboxes by(String pattern) throws IOException {
    return FoundMailboxes.by(Map.of("mtm.mailboxes", root + pattern));
  }

  @Test
  void mailboxesAreFoundByDomainAndName() throws IOException {
    maildir(root.resolve("example.test/anna/Maildir"));
    maildir(root.resolve("example.test/bob/Maildir"));
    maildir(root.resolve("example.org/anna/Maildir"));
    maildir(root.resolve("example.org/dora/mail")); // not of the pattern
    maildir(root.resolve("example.org/.hidden/Maildir"));
    FoundMailboxes found = by("/%d/%n/Maildir");
    assertThat(found.mailboxes)
        .containsExactly(
            Map.entry("anna@example.org", "example.org/anna/Maildir"),
            Map.entry("anna@example.test", "example.test/anna/Maildir"),
            Map.entry("bob@example.test", "example.test/bob/Maildir"));
    assertThat(found.failed).isEmpty();
    assertThat(found.warnings).isEmpty();
  }

  @Test
  void oneMailboxIsFoundByItsNameAndNoOtherIsTakenForIt() throws IOException {
    maildir(root.resolve("example.test/anna"));
    maildir(root.resolve("example.test/.hidden"));
    maildir(root.resolve("lost+found/anna"));
    Files.createSymbolicLink(root.resolve("example.test/bob"), root.resolve("example.test/anna"));
    Map<String, String> pattern = Map.of("mtm.mailboxes", root + "/%Ld/%Ln");
    assertThat(FoundMailboxes.one(pattern, "anna@example.test")).hasValue("example.test/anna");
    for (String other :
        List.of(
            "Anna@example.test",
            "anna@Example.test",
            "anna@lost+found",
            ".hidden@example.test",
            "bob@example.test",
            "dora@example.test",
            "anna@example.org")) {
      assertThat(FoundMailboxes.one(pattern, other)).as(other).isEmpty();
    }
    Map<String, String> ofOneDomain =
        Map.of("mtm.mailboxes", root + "/example.test/%n", "mtm.mailboxes.domain", "example.test");
    assertThat(FoundMailboxes.one(ofOneDomain, "anna@example.test")).hasValue("anna");
    assertThat(FoundMailboxes.one(ofOneDomain, "anna@example.org")).isEmpty();
  }

  @Test
  void whatFsckPutsAsideInTheRootIsNoDomain() throws IOException {
    maildir(root.resolve("example.test/anna"));
    maildir(root.resolve("lost+found/anna"));
    maildir(root.resolve("example.org/lost+found"));
    FoundMailboxes found = by("/%d/%n");
    assertThat(found.mailboxes).containsOnlyKeys("anna@example.test", "lost+found@example.org");
    assertThat(found.failed).isEmpty();
    assertThat(found.warnings).isEmpty();
  }

  @Test
  void textAroundAVariableIsNoPartOfTheAddress() throws IOException {
    maildir(root.resolve("hosts/example.test.d/mail-anna"));
    maildir(root.resolve("hosts/example.test.d/mail-"));
    maildir(root.resolve("hosts/example.test.d/post-bob"));
    assertThat(by("/hosts/%d.d/mail-%n").mailboxes)
        .containsExactly(Map.entry("anna@example.test", "example.test.d/mail-anna"));
  }

  @Test
  void aWholeAddressCanBeOneDirectory() throws IOException {
    maildir(root.resolve("anna@example.test"));
    maildir(root.resolve("nobody"));
    FoundMailboxes found = by("/%Lu");
    assertThat(found.mailboxes)
        .containsExactly(Map.entry("anna@example.test", "anna@example.test"));
    assertThat(found.failed).hasSize(1).containsKey(root.resolve("nobody").toString());
  }

  @Test
  void theFixedFrontIsTheRootUnlessTheSettingsNameOneAbove() throws IOException {
    maildir(root.resolve("vmail/example.test/anna"));
    assertThat(by("/vmail/%d/%n").mailboxes).containsValue("example.test/anna");
    Map<String, String> above =
        Map.of("mtm.mailboxes", root + "/vmail/%d/%n", "mtm.maildirs", root.toString());
    assertThat(FoundMailboxes.by(above).mailboxes).containsValue("vmail/example.test/anna");
  }

  @Test
  void aDirectoryThatDovecotWouldNotUseIsNamed() throws IOException {
    maildir(root.resolve("Example.Test/anna"));
    FoundMailboxes found = by("/%Ld/%Ln");
    assertThat(found.mailboxes).isEmpty();
    assertThat(found.warnings).singleElement().asString().contains("Example.Test");
  }

  @Test
  void aVariableThatStandsThereTwiceHasOneValue() throws IOException {
    maildir(root.resolve("example.test/example.test-anna/home"));
    maildir(root.resolve("example.test/example.org-eve/home"));
    Path x = root.resolve("x");
    maildir(x.resolve("example.test/anna/example.test"));
    maildir(x.resolve("example.test/eve/example.org"));
    assertThat(by("/x/%d/%n/%d").mailboxes).containsOnlyKeys("anna@example.test");
  }

  @Test
  void aUserWhoLinksHisMaildirToANeighboursFailsByName() throws IOException {
    maildir(root.resolve("example.test/anna/Maildir"));
    Files.createDirectories(root.resolve("example.test/eve"));
    Files.createSymbolicLink(
        root.resolve("example.test/eve/Maildir"), root.resolve("example.test/anna/Maildir"));
    FoundMailboxes found = by("/%d/%n/Maildir");
    assertThat(found.mailboxes).containsOnlyKeys("anna@example.test");
    assertThat(found.failed).containsOnlyKeys("eve@example.test");
    assertThat(found.failed.get("eve@example.test")).contains("symbolic link");
    assertThat(FoundMailboxes.by(Map.of("mtm.maildirs", root.toString())).failed)
        .containsOnlyKeys("eve@example.test");
  }

  @Test
  void anAliasOfTheAdministratorIsNamedAndNotFollowed() throws IOException {
    maildir(root.resolve("example.test/anna"));
    Files.createSymbolicLink(root.resolve("example.net"), root.resolve("example.test"));
    FoundMailboxes found = by("/%d/%n");
    assertThat(found.mailboxes).containsOnlyKeys("anna@example.test");
    assertThat(found.warnings).singleElement().asString().contains("example.net");
  }

  @Test
  void aPatternThatGivesNoAddressIsRefused() {
    assertThatThrownBy(() -> by("/%n/Maildir")).hasMessageContaining("mtm.mailboxes:");
    assertThatThrownBy(() -> by("/Maildir")).hasMessageContaining("no variable");
    assertThatThrownBy(() -> by("/%d/%n/../x")).hasMessageContaining("component ..");
    assertThatThrownBy(() -> by("/%d/%x")).hasMessageContaining("%x");
    assertThatThrownBy(() -> by("/%d/%n-%u")).hasMessageContaining("two variables");
    assertThatThrownBy(
            () ->
                FoundMailboxes.by(
                    Map.of("mtm.mailboxes", "/elsewhere/%d/%n", "mtm.maildirs", root.toString())))
        .hasMessageContaining("does not lie below mtm.maildirs");
    assertThatThrownBy(() -> FoundMailboxes.by(Map.of("mtm.mailboxes", "mail/%d/%n")))
        .hasMessageContaining("no absolute path");
  }

  @Test
  void usersWithoutADomainGetTheOneOfTheSettings() throws IOException {
    maildir(root.resolve("anna/Maildir"));
    assertThat(
            FoundMailboxes.by(
                    Map.of(
                        "mtm.mailboxes",
                        root + "/%n/Maildir",
                        "mtm.mailboxes.domain",
                        "example.test"))
                .mailboxes)
        .containsOnlyKeys("anna@example.test");
  }
}
