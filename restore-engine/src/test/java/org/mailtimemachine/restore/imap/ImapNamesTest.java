package org.mailtimemachine.restore.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.restore.PlannedMessage;

/** What servers, folders, messages and batches are called. */
class ImapNamesTest {

  private static final Optional<String> HOME = Optional.empty();

  @Test
  void aServerIsNamedWithItsPortOrTheUsualOne() {
    assertThat(ImapServer.of("imaps://imap.example.org"))
        .extracting(ImapServer::host, ImapServer::port, ImapServer::tls)
        .containsExactly("imap.example.org", 993, true);
    assertThat(ImapServer.of("imap://[::1]:10143/"))
        .extracting(ImapServer::host, ImapServer::port, ImapServer::tls)
        .containsExactly("::1", 10_143, false);
    for (String wrong :
        List.of(
            "imap.example.org",
            "http://imap.example.org",
            "imap://user@imap.example.org",
            "imap://imap.example.org/INBOX",
            "imap://imap.example.org:70000",
            "imap://imap example",
            "imap:x",
            "")) {
      assertThatThrownBy(() -> ImapServer.of(wrong))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> ImapServer.of("imap://user:hunter2@imap.example.org"))
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> ImapServer.of("imap://user:hunter 2@imap.example.org"))
        .hasStackTraceContaining("is no server")
        .satisfies(e -> assertThat(e.getCause()).as("it would say it").isNull());
  }

  @Test
  void settingsThatLackSomethingAreNamed() {
    assertThat(ImapLiveMail.of(_ -> Optional.empty())).isEmpty();
    assertThatThrownBy(
            () ->
                ImapLiveMail.of(
                    name ->
                        name.equals("mtm.live")
                            ? Optional.of("imaps://imap.example.org")
                            : Optional.empty()))
        .hasMessageContaining("mtm.live.master-user");
  }

  @Test
  void foldersAreCalledAsTheServerCallsThem() {
    FolderNames names = new FolderNames("INBOX.", ".");
    List<FileName> path = names.path(new FolderName("Entwürfe & mehr/1.2"), HOME);
    assertThat(names.mailbox(path)).isEqualTo("INBOX.Entw&APw-rfe &- mehr.1_2");
    assertThat(names.shown(names.mailbox(path))).isEqualTo(new FolderName("Entwürfe & mehr/1_2"));
    assertThat(names.mailbox(names.path(FolderName.INBOX, HOME))).isEqualTo("INBOX");
    assertThat(names.shown("inbox")).isEqualTo(FolderName.INBOX);
    assertThat(names.mailbox(names.path(FolderName.INBOX, Optional.of("Restored 2026-11-20"))))
        .isEqualTo("INBOX.Restored 2026-11-20.INBOX");
    FolderNames slashes = new FolderNames("", "/");
    assertThat(slashes.mailbox(slashes.path(new FolderName("a.b//c"), HOME))).isEqualTo("a.b/_/c");
    assertThat(slashes.shown("a/&not utf-7").text()).isNotEmpty();
  }

  @Test
  void whatIsWrittenDownIsReadAgain() {
    Map<Integer, MessageText> texts = new LinkedHashMap<>();
    texts.put(7, new MessageText(12, "ab"));
    texts.put(3, new MessageText(0, "cd"));
    Mark mark = new Mark(1_795_310_491L, 18, texts);
    assertThat(Mark.parse(mark.text())).contains(mark);
    for (String torn : List.of("", "1", "1 2 3:4", "1 2 x:4:ab")) {
      assertThat(Mark.parse(torn)).as(torn).isEmpty();
    }
    PlannedMessage message =
        new PlannedMessage(
            "pool", 0, new FileName("1.M2.restored,S=3"), Flags.NONE, List.of(), 3, Instant.EPOCH);
    assertThat(PutName.parse(PutName.of(9, 4, message).text()))
        .hasValueSatisfying(
            name -> assertThat(List.of(name.uidValidity(), name.uid())).containsExactly(9L, 4L));
    assertThat(PutName.parse(PutName.of(9, 0, message).text())).as("it is gone").isEmpty();
    assertThat(PutName.parse("1795310491.M34431P31442.vm,S=409:2,FS")).as("a file").isEmpty();
    assertThat(PutName.parse("99999999999999999999.1.x")).isEmpty();
  }
}
