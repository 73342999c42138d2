package org.mailtimemachine.web.download;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;

class ArchiveFormatTest {

  private static final Instant DAY = Instant.parse("2026-11-14T00:00:00Z");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static CataloguedMessage row(String subject, String flags, String... keywords) {
    return new CataloguedMessage(
        UUID.randomUUID(),
        UUID.randomUUID(),
        "pool",
        subject,
        "",
        "",
        Instant.parse("2026-11-03T08:09:10Z"),
        4,
        new Flags(flags),
        List.of(keywords),
        0,
        "");
  }

  private static Archive.Content bytes(String text) {
    return to -> to.write(text.getBytes(UTF_8));
  }

  private Map<String, String> unzipped() throws IOException {
    Map<String, String> files = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(out.toByteArray()))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), new String(zip.readAllBytes(), UTF_8));
      }
    }
    return files;
  }

  @Test
  void anMboxQuotesWhatLooksLikeTheBeginningOfAMessage() throws IOException {
    try (Archive archive = ArchiveFormat.MBOX.begin(out, false, DAY)) {
      archive.add(
          row("a", ""), bytes("A: b\r\n\r\nFrom here\r\n>From there\r\n>>Fro\n>\n From x\n>From "));
      archive.add(row("b", ""), bytes("last\r"));
      archive.add(row("c", ""), bytes(""));
    }
    String from = "From MAILER-DAEMON Tue Nov  3 08:09:10 2026\n";
    assertThat(out.toString(UTF_8))
        .isEqualTo(
            from
                + "A: b\n\n>From here\n>>From there\n>>Fro\n>\n From x\n>>From \n\n"
                + from
                + "last\r\n\n"
                + from
                + "\n");
  }

  @Test
  void aDayAsMboxHasOneForEachFolder() throws IOException {
    try (Archive archive = ArchiveFormat.MBOX.begin(out, true, DAY)) {
      archive.folder(FolderName.INBOX);
      archive.add(row("a", ""), bytes("one\n"));
      archive.folder(new FolderName("Projects/Alpha"));
      archive.add(row("b", ""), bytes("two\n"));
      archive.note("not there");
    }
    assertThat(unzipped().keySet())
        .containsExactly("01 INBOX.mbox", "02 Projects - Alpha.mbox", "NOT INCLUDED.txt");
    assertThat(unzipped().get("02 Projects - Alpha.mbox")).contains("two\n").doesNotContain("one");
  }

  @Test
  void filesAreByteForByteAndNoNameLeavesTheArchive() throws IOException {
    try (Archive archive = ArchiveFormat.EML.begin(out, true, DAY)) {
      archive.folder(new FolderName("../..\\etc/\u202ecron"));
      archive.add(row("../../passwd", ""), bytes("a\r\n\0b"));
      archive.add(row("../../passwd", ""), bytes("second"));
      archive.add(row("nul", ""), bytes("third"));
    }
    assertThat(unzipped())
        .containsExactly(
            Map.entry("folder/etc/cron/00001 passwd.eml", "a\r\n\0b"),
            Map.entry("folder/etc/cron/00002 passwd.eml", "second"),
            Map.entry("folder/etc/cron/00003 _nul.eml", "third"));
  }

  @Test
  void aMaildirCarriesFlagsAndKeywords() throws IOException {
    try (Archive archive = ArchiveFormat.MAILDIR.begin(out, true, DAY)) {
      archive.folder(FolderName.INBOX);
      archive.add(row("a", "SF", "$Later", "Work"), bytes("one"));
      archive.add(row("b", "", "Work"), bytes("two"));
      archive.folder(new FolderName("Caffè/Bar.Roma"));
      archive.add(row("c", "S", "Work"), bytes("three"));
    }
    assertThat(unzipped())
        .containsEntry("Maildir/cur/1793693350.M1P0.restored,S=4:2,FSab", "one")
        .containsEntry("Maildir/cur/1793693350.M2P0.restored,S=4:2,b", "two")
        .containsEntry("Maildir/dovecot-keywords", "0 $Later\n1 Work\n")
        .containsEntry("Maildir/.Caff&AOg-.Bar_Roma/cur/1793693350.M3P0.restored,S=4:2,Sa", "three")
        .containsEntry("Maildir/.Caff&AOg-.Bar_Roma/dovecot-keywords", "0 Work\n")
        .containsKeys("Maildir/new/", "Maildir/tmp/", "Maildir/.Caff&AOg-.Bar_Roma/new/");
  }

  @ParameterizedTest
  @EnumSource(ArchiveFormat.class)
  void whatIsBelowIsNotClosed(ArchiveFormat format) throws IOException {
    ByteArrayOutputStream unclosed =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            throw new AssertionError("closed");
          }
        };
    try (Archive archive = format.begin(unclosed, true, DAY)) {
      archive.folder(FolderName.INBOX);
      archive.add(row("a", ""), bytes("one"));
    }
    assertThat(unclosed.size()).isPositive();
  }
}
