package org.mailtimemachine.web.message;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.mailtimemachine.mailstore.mime.MessageReader;
import org.mailtimemachine.mailstore.mime.ParsedMessage;
import org.mailtimemachine.mailstore.mime.PartContent;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;

/** One message, opened by its owner. For one thread; holds a file open until it is closed. */
public final class OpenedMessage implements Closeable {

  private static final int CHUNK_BYTES = 64 * 1024;

  private final CataloguedMessage row;
  private final StoredMessage bytes;
  private final MessageReader reader = new MessageReader();

  OpenedMessage(CataloguedMessage row, StoredMessage bytes) {
    this.row = row;
    this.bytes = bytes;
  }

  /** As the list shows it. */
  public CataloguedMessage row() {
    return row;
  }

  /** Bytes of the file in the Pool. */
  public long size() {
    return bytes.size();
  }

  /** Takes it apart for reading. */
  public ParsedMessage parse() throws IOException {
    return reader.parse(bytes);
  }

  /**
   * Its HTML, safe to show in the frame that {@link MessageContentResource} answers for.
   *
   * @param parsed this message
   * @param remote whether pictures may be loaded from elsewhere, which tells the sender that they
   *     were
   */
  public SafeHtml html(ParsedMessage parsed, boolean remote) throws IOException {
    return SafeHtml.of(parsed, new InlineImages(parsed, true), remote);
  }

  /**
   * What {@link #html} shows of its pictures before consent, found without reading one.
   *
   * @param parsed this message
   */
  public ShownPictures pictures(ParsedMessage parsed) throws IOException {
    return ShownPictures.of(parsed);
  }

  /** Opens a part by its number; it is readable as long as this message is open. */
  public Optional<PartContent> part(int number) throws IOException {
    return reader.open(bytes, number);
  }

  /** Its first 64 KiB as text, each byte one character: for a message that is nothing but bytes. */
  public String start() throws IOException {
    byte[] buffer = new byte[CHUNK_BYTES];
    int read = bytes.read(0, buffer, 0, buffer.length);
    return new String(buffer, 0, Math.max(0, read), StandardCharsets.ISO_8859_1);
  }

  /** Writes the message byte for byte. */
  public void writeTo(OutputStream out) throws IOException {
    byte[] buffer = new byte[CHUNK_BYTES];
    long position = 0;
    for (int read = bytes.read(position, buffer, 0, buffer.length);
        read > 0;
        read = bytes.read(position, buffer, 0, buffer.length)) {
      out.write(buffer, 0, read);
      position += read;
    }
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
