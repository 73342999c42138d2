package org.mailtimemachine.web.download;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.mailtimemachine.web.selection.ListedCatalogue.DAY;
import static org.mailtimemachine.web.selection.ListedCatalogue.MAILBOX;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mailtimemachine.web.selection.ListedCatalogue;
import org.mailtimemachine.web.selection.Selection;

class ArchiveDownloadTest {

  /** The end of central directory record, without which a zip is none. */
  private static final String END_OF_ZIP = "PK\005\006";

  private final ListedCatalogue catalogue = new ListedCatalogue();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private ArchiveDownload download(ArchiveFormat format, boolean several) {
    return new ArchiveDownload(
        catalogue.selected(),
        _ -> Optional.empty(),
        MAILBOX,
        Selection.all(DAY),
        format,
        several,
        Instant.parse("2026-11-14T00:00:00Z"));
  }

  @ParameterizedTest
  @EnumSource(ArchiveFormat.class)
  void aZipThatBreaksOffHasNoEnd(ArchiveFormat format) {
    catalogue.put("INBOX", 501);
    catalogue.expiring = true;

    assertThatIOException().isThrownBy(() -> download(format, true).writeTo(out));

    assertThat(out.toString(ISO_8859_1)).doesNotContain(END_OF_ZIP);
  }

  @Test
  void anMboxThatBreaksOffSaysSo() {
    catalogue.put("INBOX", 501);
    catalogue.expiring = true;

    assertThatIOException().isThrownBy(() -> download(ArchiveFormat.MBOX, false).writeTo(out));

    assertThat(out.toString(ISO_8859_1)).contains("This file is not complete");
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    catalogue.put("INBOX", 2);

    download(ArchiveFormat.MBOX, false).writeTo(out);

    assertThat(out.toString(ISO_8859_1)).contains("INBOX: 1970-01-01T00:00:01Z : INBOX 1");
  }
}
