package org.mailtimemachine.mailstore.maildir;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;

class MaildirTest {

  @TempDir Path root;
  private final List<String> warnings = new ArrayList<>();

  private Path folder(String directory) throws IOException {
    for (String part : List.of("cur", "new", "tmp")) {
      Files.createDirectories(root.resolve(directory).resolve(part));
    }
    return root.resolve(directory);
  }

  private List<MaildirFolder> folders() throws IOException {
    try (Maildir maildir = new Maildir(DirectoryHandle.open(root), warnings::add)) {
      return maildir.folders().stream().map(Maildir.Found::folder).toList();
    }
  }

  @Test
  void aNestedDirectoryWithTooManyEntriesIsLeftOutAlone() throws IOException {
    folder("");
    folder("work/a");
    Path crowd = Files.createDirectories(root.resolve("crowd"));
    for (int i = 0; i <= 100_000; i++) {
      Files.createFile(crowd.resolve(Integer.toString(i)));
    }
    assertThat(folders()).extracting(f -> f.name().text()).containsExactly("INBOX", "work/a");
    assertThat(warnings).singleElement().asString().contains("folder left out").contains("/crowd");
  }

  @Test
  void allFoldersAreFoundSubscribedOrNot() throws IOException {
    folder("");
    folder(".Sent");
    folder(".Projects.Alpha");
    folder(".Citt&AOA- e viaggi");
    folder("..DOVECOT-TRASHED");
    Files.createDirectories(root.resolve("sieve"));
    Files.writeString(root.resolve(".dovecot.sieve"), "keep;");
    Files.writeString(root.resolve("subscriptions"), "V\t2\n\nProjects\tAlpha\nSent\n");

    assertThat(folders())
        .extracting(f -> f.name().text(), MaildirFolder::subscribed, MaildirFolder::specialUse)
        .containsExactly(
            tuple("INBOX", true, Optional.of(SpecialUse.INBOX)),
            tuple("Città e viaggi", false, Optional.empty()),
            tuple("Projects/Alpha", true, Optional.empty()),
            tuple("Sent", true, Optional.of(SpecialUse.SENT)));
    assertThat(warnings).isEmpty();
  }

  @Test
  void theOldSubscriptionsFileDividesLevelsByDots() throws IOException {
    folder("");
    folder(".Projects.Alpha");
    Files.writeString(root.resolve("subscriptions"), "Projects.Alpha\n");
    assertThat(folders().getLast().subscribed()).isTrue();
  }

  @Test
  void nestedDirectoriesAreFoldersInTheFsLayout() throws IOException {
    folder("");
    folder("Projects/Alpha");
    folder("Sent");
    Files.createDirectories(root.resolve("Empty"));
    Files.writeString(root.resolve("subscriptions"), "V\t2\n\nProjects\tAlpha\n");

    assertThat(folders())
        .extracting(f -> f.name().text(), MaildirFolder::directory)
        .containsExactly(
            tuple("INBOX", ""), tuple("Projects/Alpha", "Projects/Alpha"), tuple("Sent", "Sent"));
    try (DirectoryHandle handle = DirectoryHandle.open(root);
        DirectoryHandle alpha = folders().get(1).open(handle)) {
      assertThat(alpha.list()).hasSize(3);
    }
  }

  @Test
  void aSymbolicLinkInPlaceOfAFolderIsNamedAndLeftOut() throws IOException {
    folder("");
    folder(".Real");
    Files.createSymbolicLink(root.resolve(".Linked"), root.resolve(".Real"));
    assertThat(folders()).extracting(f -> f.name().text()).containsExactly("INBOX", "Real");
    assertThat(warnings).singleElement().asString().contains("symbolic link").contains(".Linked");
  }

  @Test
  void twoDirectoriesNeverGetTheSameName() throws IOException {
    folder("");
    folder(".INBOX");
    try (DirectoryHandle handle = DirectoryHandle.open(root)) {
      handle
          .makeDirectory(new FileName(new String(".\u00fc".getBytes(UTF_8), ISO_8859_1)), 0700)
          .makeDirectory(new FileName("cur"), 0700)
          .close();
      handle
          .makeDirectory(new FileName(".&APw-"), 0700)
          .makeDirectory(new FileName("cur"), 0700)
          .close();
      handle
          .makeDirectory(new FileName(".\u00ff"), 0700)
          .makeDirectory(new FileName("cur"), 0700)
          .close();
    }
    List<FolderName> names = folders().stream().map(MaildirFolder::name).toList();
    assertThat(names).hasSize(5).doesNotHaveDuplicates();
    assertThat(names).contains(new FolderName("ü"), new FolderName("%FF"));
  }

  @Test
  void keywordsAndUidsAreReadAsDovecotWritesThem() throws IOException {
    folder("");
    Files.writeString(root.resolve("dovecot-keywords"), "0 $Important\n1 Lavoro\nx y\n99 no\n");
    Files.writeString(
        root.resolve("dovecot-uidlist"),
        "3 V1795310491 N4 G1234\n1 W12 :100.M1.h,S=1\n3 :101.M2.h:2,S\nhalf a li");
    try (DirectoryHandle handle = DirectoryHandle.open(root)) {
      assertThat(KeywordNames.read(handle, warnings::add))
          .containsEntry('a', "$Important")
          .containsEntry('b', "Lavoro")
          .hasSize(2);
      UidList uids = UidList.read(handle, warnings::add);
      assertThat(uids.validity()).hasValue(1795310491);
      assertThat(uids.uid(MessageFileName.of(new FileName("100.M1.h,S=1:2,S")))).hasValue(1);
      assertThat(uids.uid(MessageFileName.of(new FileName("101.M2.h")))).hasValue(3);
      assertThat(uids.uid(MessageFileName.of(new FileName("102")))).isEmpty();
    }
  }

  @Test
  void garbageInPlaceOfMetadataCostsNothingButWhatItWouldTell() throws IOException {
    folder("");
    Files.createDirectories(root.resolve("dovecot-uidlist"));
    Files.write(root.resolve("dovecot-keywords"), new byte[] {0, 1, (byte) 255, '\n', ' '});
    Files.createSymbolicLink(root.resolve("subscriptions"), Path.of("/etc/passwd"));
    assertThat(folders()).hasSize(1);
    try (DirectoryHandle handle = DirectoryHandle.open(root)) {
      assertThat(UidList.read(handle, warnings::add).validity()).isEmpty();
      assertThat(KeywordNames.read(handle, warnings::add)).isEmpty();
    }
    assertThat(warnings).hasSize(2);
  }

  @Test
  void aUidListOfTheFirstVersionHasNoColonBeforeItsNames() throws IOException {
    Files.writeString(root.resolve("dovecot-uidlist"), "1 1795310491 8\n3 100.M1.h:2,S\n7 101\n");
    try (DirectoryHandle handle = DirectoryHandle.open(root)) {
      UidList uids = UidList.read(handle, warnings::add);
      assertThat(uids.validity()).hasValue(1795310491);
      assertThat(uids.uids()).containsExactlyInAnyOrderEntriesOf(Map.of("100.M1.h", 3L, "101", 7L));
    }
  }

  @Test
  void aFieldOfTheUidListMayHoldAColon() throws IOException {
    Files.writeString(
        root.resolve("dovecot-uidlist"),
        "3 V1795310491 N9 P%g G1234\n8 Pmbox:1:2 W42 :100.M1.h:2,S\n");
    try (DirectoryHandle handle = DirectoryHandle.open(root)) {
      assertThat(UidList.read(handle, warnings::add).uids()).containsExactly(entry("100.M1.h", 8L));
    }
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    UidList uids = new UidList(OptionalLong.of(5), Map.of("100.M1.h,S=1", 7L, "101", 3L));
    Files.write(root.resolve("dovecot-uidlist"), uids.toBytes("0".repeat(32)).orElseThrow());
    Files.write(
        root.resolve("subscriptions"),
        Subscriptions.toBytes(
            List.of(
                List.of(),
                List.of(new FileName(".Citt&AOA-.2026")),
                List.of(new FileName("A"), new FileName("B")))));
    try (DirectoryHandle handle = DirectoryHandle.open(root)) {
      assertThat(UidList.read(handle, warnings::add)).isEqualTo(uids);
      assertThat(Subscriptions.read(handle, warnings::add))
          .containsExactlyInAnyOrder(
              FolderName.INBOX, new FolderName("Città/2026"), new FolderName("A/B"));
    }
    assertThat(new UidList(OptionalLong.empty(), Map.of("1", 1L)).toBytes("0")).isEmpty();
  }
}
