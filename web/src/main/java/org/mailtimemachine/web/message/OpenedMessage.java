package org.mailtimemachine.web.message;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.mailtimemachine.mailstore.mime.MessageReader;
import org.mailtimemachine.mailstore.mime.MessageSource;
import org.mailtimemachine.mailstore.mime.MessageSummary;
import org.mailtimemachine.mailstore.mime.ParsedMessage;
import org.mailtimemachine.mailstore.mime.PartContent;
import org.mailtimemachine.mailstore.mime.PartPath;
import org.mailtimemachine.snapshot.SnapshotStore.StoredMessage;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;

/**
 * One message, opened by its owner, or one that was forwarded in it. For one thread; holds a file
 * open until it is closed.
 */
public final class OpenedMessage implements Closeable {

  private static final int CHUNK_BYTES = 64 * 1024;

  private final CataloguedMessage row;
  private final StoredMessage bytes;
  private final MessageSource shown;
  private final MessageReader reader = new MessageReader();

  OpenedMessage(CataloguedMessage row, StoredMessage bytes) {
    this(row, bytes, bytes);
  }

  private OpenedMessage(CataloguedMessage row, StoredMessage bytes, MessageSource shown) {
    this.row = row;
    this.bytes = bytes;
    this.shown = shown;
  }

  /**
   * A message that was forwarded in this one: reading is about it from here on. Both are closed by
   * closing either.
   *
   * @param path to it; the empty one leads to this message itself
   * @return empty where there is no message
   */
  public Optional<OpenedMessage> within(PartPath path) throws IOException {
    return reader.within(shown, path).map(inner -> new OpenedMessage(row, bytes, inner));
  }

  /** As the list shows it: the outermost message. */
  public CataloguedMessage row() {
    return row;
  }

  /** Bytes, of the outermost message those of the file in the Pool. */
  public long size() {
    return shown.size();
  }

  /** What a list would show of the messages that were forwarded in it, by their parts' numbers. */
  Map<Integer, MessageSummary> forwarded(int most) throws IOException {
    return reader.enclosed(shown, most);
  }

  /** Takes it apart for reading. */
  public ParsedMessage parse() throws IOException {
    return reader.parse(shown);
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
    return reader.open(shown, number);
  }

  /** Its first 64 KiB as text, each byte one character: for a message that is nothing but bytes. */
  public String start() throws IOException {
    byte[] buffer = new byte[CHUNK_BYTES];
    int read = shown.read(0, buffer, 0, buffer.length);
    return new String(buffer, 0, Math.max(0, read), StandardCharsets.ISO_8859_1);
  }

  /** Writes the message byte for byte. */
  public void writeTo(OutputStream out) throws IOException {
    byte[] buffer = new byte[CHUNK_BYTES];
    long position = 0;
    for (int read = shown.read(position, buffer, 0, buffer.length);
        read > 0;
        read = shown.read(position, buffer, 0, buffer.length)) {
      out.write(buffer, 0, read);
      position += read;
    }
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
