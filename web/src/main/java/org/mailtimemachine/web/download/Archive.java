package org.mailtimemachine.web.download;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;

/**
 * A file that messages are written into one after the other, while it is being sent: it is never in
 * memory nor on disk here. Closing it ends the file, not the stream below.
 */
interface Archive extends Closeable {

  /** Writes bytes of a message. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Begins a Folder; all messages until the next one are of it. */
  void folder(FolderName name) throws IOException;

  /** Adds a message, byte for byte as far as the format allows. */
  void add(CataloguedMessage message, Content content) throws IOException;

  /** Says, in the file itself, what is not in it. */
  void note(String text) throws IOException;

  /**
   * Leaves a file that is not complete so that nobody takes it for whole; instead of closing it.
   */
  void breakOff() throws IOException;
}
