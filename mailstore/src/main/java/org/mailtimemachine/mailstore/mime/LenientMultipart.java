package org.mailtimemachine.mailstore.mime;

import jakarta.activation.DataSource;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.util.StreamProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Jakarta Mail's search for boundaries, without its objects: collects the range of each part and
 * stops at a number of them. Whatever was found before it failed is kept.
 */
final class LenientMultipart extends MimeMultipart {

  private final int mostParts;
  private final List<MessageStream> ranges = new ArrayList<>();

  /** One for all: each new one would ask the ServiceLoader, which takes 36 KB. */
  private final MimeBodyPart unused = new MimeBodyPart();

  private boolean broken;
  private boolean tooMany;

  LenientMultipart(String declaredType, MessageStream body, int mostParts) {
    this.mostParts = mostParts;
    this.ds = new Body(declaredType, body);
    this.contentType = declaredType;
    this.parsed = false;
    try {
      parse();
    } catch (MessagingException e) {
      broken = !tooMany;
    }
  }

  /** The parts found, header included, in order. */
  List<MessageStream> ranges() {
    return ranges;
  }

  boolean broken() {
    return broken;
  }

  /** Whether there are more parts than were asked for. */
  boolean tooMany() {
    return tooMany;
  }

  @Override
  protected void initializeProperties() {
    ignoreMissingEndBoundary = true;
    ignoreMissingBoundaryParameter = true;
    ignoreExistingBoundaryParameter = false;
    allowEmpty = false;
  }

  @Override
  protected StreamProvider getStreamProvider() {
    return TransferDecoding.streams();
  }

  @Override
  protected MimeBodyPart createMimeBodyPart(InputStream range) throws MessagingException {
    if (ranges.size() == mostParts) {
      tooMany = true;
      throw new MessagingException("more than " + mostParts + " parts");
    }
    ranges.add((MessageStream) range);
    return unused;
  }

  private record Body(String contentType, MessageStream body) implements DataSource {

    @Override
    public InputStream getInputStream() {
      return body.rest();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      throw new IOException("a received message is not written to");
    }

    @Override
    public String getContentType() {
      return contentType;
    }

    @Override
    public String getName() {
      return "";
    }
  }
}
