package org.mailtimemachine.web.download;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.web.message.OpenedMessage;
import org.mailtimemachine.web.selection.SelectedMessages;
import org.mailtimemachine.web.selection.Selection;

/**
 * Many messages as one file, made while it is sent: a page of rows and one message are in memory,
 * however many there are. Outlives the request's beans, which may be gone when it is sent.
 *
 * @param severalFolders whether the file has a place for each Folder
 * @param takenAt when the Snapshot was taken
 */
record ArchiveDownload(
    SelectedMessages selected,
    Opener messages,
    MailboxAddress mailbox,
    Selection selection,
    ArchiveFormat format,
    boolean severalFolders,
    Instant takenAt) {

  private static final System.Logger LOG = System.getLogger(ArchiveDownload.class.getName());

  private static final int MOST_NAMED = 1_000;

  /** Opens a message that the Catalogue has just named; empty where it is no longer there. */
  @FunctionalInterface
  interface Opener {
    Optional<OpenedMessage> open(CataloguedMessage row) throws IOException;
  }

  /**
   * Writes the file.
   *
   * @throws IOException where not all could be written. What was written then has no end that makes
   *     it look whole: a zip lacks its directory, an mbox ends in a message that says so
   */
  void writeTo(OutputStream out) throws IOException {
    Archive archive = format.begin(out, severalFolders, takenAt);
    try {
      write(archive);
    } catch (IOException | RuntimeException e) {
      breakOff(archive, e);
      throw e;
    }
    // Not by try-with-resources: closing writes the end.
    archive.close();
  }

  /** Where it is the receiver who went away, there is nobody to be told. */
  private static void breakOff(Archive archive, Exception cause) {
    try {
      archive.breakOff();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private void write(Archive archive) throws IOException {
    List<String> missing = new ArrayList<>();
    List<FolderName> begun = new ArrayList<>();
    selected.read(
        mailbox,
        selection,
        (folder, rows) -> {
          if (begun.isEmpty() || !begun.getLast().equals(folder)) {
            begun.add(folder);
            archive.folder(folder);
          }
          for (CataloguedMessage row : rows) {
            add(folder, row, archive, missing);
          }
        });
    if (!missing.isEmpty()) {
      archive.note(
          "These messages could not be read and are not in this file:\n\n"
              + String.join("\n", missing)
              + "\n");
    }
  }

  /** One message that the disk does not give must not cost all the others. */
  private Optional<OpenedMessage> open(CataloguedMessage row) {
    try {
      return messages.open(row);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "left out of a download of " + mailbox, e);
      return Optional.empty();
    }
  }

  private void add(FolderName folder, CataloguedMessage row, Archive archive, List<String> missing)
      throws IOException {
    Optional<OpenedMessage> opened = open(row);
    if (opened.isPresent()) {
      try (OpenedMessage message = opened.get()) {
        archive.add(row, message::writeTo);
      }
    } else if (missing.size() < MOST_NAMED) {
      missing.add(folder + ": " + row.date() + " " + row.from() + ": " + row.subject());
    } else if (missing.size() == MOST_NAMED) {
      missing.add("and more");
    }
  }
}
