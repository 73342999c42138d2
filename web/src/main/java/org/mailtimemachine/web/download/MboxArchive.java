package org.mailtimemachine.web.download;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;

/** One mbox. It has no Folders: whoever wants several gets a {@link MboxZipArchive}. */
final class MboxArchive implements Archive {

  private final MboxStream mbox;

  MboxArchive(OutputStream out) {
    mbox = new MboxStream(out);
  }

  @Override
  public void folder(FolderName name) {
    // an mbox has one
  }

  @Override
  public void add(CataloguedMessage message, Content content) throws IOException {
    mbox.add(message.date(), content);
  }

  @Override
  public void note(String text) throws IOException {
    mbox.add(Instant.EPOCH, noteMessage(text));
  }

  /** The note as a message, since an mbox has nothing else. */
  static Content noteMessage(String text) {
    String message =
        "From: Mail Time Machine <mailer-daemon@localhost>\n"
            + "Subject: What is not in this file\n"
            + "Date: Thu, 1 Jan 1970 00:00:00 +0000\n"
            + "MIME-Version: 1.0\n"
            + "Content-Type: text/plain; charset=utf-8\n"
            + "Content-Transfer-Encoding: 8bit\n\n"
            + text;
    return out -> out.write(message.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void breakOff() throws IOException {
    note("This file is not complete: the download was interrupted.\n");
  }

  @Override
  public void close() {
    // an mbox has no end
  }
}
