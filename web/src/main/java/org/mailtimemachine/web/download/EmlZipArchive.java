package org.mailtimemachine.web.download;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;

/**
 * A zip with a directory for each Folder and an EML file for each message: {@code
 * Projects/Alpha/00017 Kick-off.eml}. The number makes each name the only one of it.
 */
final class EmlZipArchive implements Archive {

  private final ZipStream zip;
  private final Instant time;
  private String directory = "";
  private int messages;

  /**
   * @param time of the Snapshot
   */
  EmlZipArchive(OutputStream out, Instant time) {
    zip = new ZipStream(out);
    this.time = time;
  }

  @Override
  public void folder(FolderName name) throws IOException {
    directory =
        name.levels().stream()
            .map(level -> ArchivePath.component(level, "folder"))
            .collect(Collectors.joining("/", "", "/"));
  }

  @Override
  public void add(CataloguedMessage message, Content content) throws IOException {
    String name = ArchivePath.component(message.subject(), "message");
    content.writeTo(
        zip.begin("%s%05d %s.eml".formatted(directory, ++messages, name), message.date()));
    zip.end();
  }

  @Override
  public void note(String text) throws IOException {
    zip.file(ArchivePath.NOTE, time, text);
  }

  @Override
  public void breakOff() {
    // without its directory a zip is no zip
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
