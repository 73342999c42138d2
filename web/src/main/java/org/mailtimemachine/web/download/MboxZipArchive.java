package org.mailtimemachine.web.download;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;

/** A zip with an mbox for each Folder: {@code 01 INBOX.mbox}, {@code 02 Projects - Alpha.mbox}. */
final class MboxZipArchive implements Archive {

  private final ZipStream zip;
  private final Instant time;
  private Optional<MboxStream> mbox = Optional.empty();
  private int folders;

  /**
   * @param time of the Snapshot
   */
  MboxZipArchive(OutputStream out, Instant time) {
    zip = new ZipStream(out);
    this.time = time;
  }

  @Override
  public void folder(FolderName name) throws IOException {
    endFolder();
    // The number tells two Folders apart whose names are the same on a disk that folds case.
    String number = "%02d ".formatted(++folders);
    String file = ArchivePath.component(name.text().replace("/", " - "), "folder");
    mbox = Optional.of(new MboxStream(zip.begin(number + file + ".mbox", time)));
  }

  private void endFolder() throws IOException {
    if (mbox.isPresent()) {
      mbox = Optional.empty();
      zip.end();
    }
  }

  @Override
  public void add(CataloguedMessage message, Content content) throws IOException {
    mbox.orElseThrow().add(message.date(), content);
  }

  @Override
  public void note(String text) throws IOException {
    endFolder();
    zip.file(ArchivePath.NOTE, time, text);
  }

  @Override
  public void breakOff() {
    // without its directory a zip is no zip
  }

  @Override
  public void close() throws IOException {
    endFolder();
    zip.close();
  }
}
