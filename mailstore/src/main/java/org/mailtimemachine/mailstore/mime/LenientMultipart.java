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
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Jakarta Mail's search for boundaries, without its objects: collects the range of each part and
 * stops at a number of them. Whatever was found before it failed is kept.
 */
final class LenientMultipart extends MimeMultipart {

  /**
   * Those that nobody uses at the moment. To make one, and the part that it needs, asks the
   * ServiceLoader twice: in a server that goes through the jars of its modules, and takes ten times
   * as long as the search itself.
   */
  private static final Queue<LenientMultipart> IDLE = new ArrayBlockingQueue<>(16);

  private final MimeBodyPart unused = new MimeBodyPart();

  private List<MessageStream> ranges = List.of();
  private int mostParts;
  private boolean tooMany;

  private LenientMultipart() {}

  /**
   * The parts of a multipart.
   *
   * @param ranges of those that were found, header included, in order
   * @param broken whether the search failed there
   * @param tooMany whether there are more parts than were asked for
   */
  record Parts(List<MessageStream> ranges, boolean broken, boolean tooMany) {}

  /** Looks for the parts of a multipart, at most so many. */
  static Parts parts(String declaredType, MessageStream body, int mostParts) {
    LenientMultipart idle = IDLE.poll();
    LenientMultipart multipart = idle == null ? new LenientMultipart() : idle;
    Parts parts = multipart.search(new Body(declaredType, body), mostParts);
    multipart.forget();
    IDLE.offer(multipart); // but not one that threw what nobody expected
    return parts;
  }

  private Parts search(Body body, int most) {
    ds = body;
    contentType = body.contentType();
    parsed = false;
    complete = true;
    tooMany = false;
    mostParts = most;
    ranges = new ArrayList<>();
    boolean broken = false;
    try {
      parse();
    } catch (MessagingException e) {
      broken = !tooMany;
    }
    return new Parts(ranges, broken, tooMany);
  }

  /** Nothing of a message is kept with one that is idle. */
  private void forget() {
    ds = null;
    preamble = null;
    parts.clear();
    ranges = List.of();
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
