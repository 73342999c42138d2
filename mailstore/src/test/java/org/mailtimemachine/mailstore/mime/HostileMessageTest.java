package org.mailtimemachine.mailstore.mime;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a stranger may send. Allocation is counted rather than time: it is the same on every
 * machine.
 */
class HostileMessageTest {

  private static final long MIB = 1024 * 1024;

  private final MessageReader reader = new MessageReader();

  @Test
  void tenThousandLevelsAreCutAtFifty() throws IOException {
    StringBuilder message = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      message.append("Content-Type: multipart/mixed; boundary=b").append(i).append("\r\n\r\n");
      message.append("--b").append(i).append("\r\n");
    }
    message.append("\r\nbottom\r\n");
    ParsedMessage parsed = parseWithin(16 * MIB, new BytesSource(ascii(message.toString())));
    assertThat(parsed.notes()).contains(MessageNote.TOO_DEEP);
    assertThat(parsed.parts()).hasSize(1);
    assertThat(parsed.parts().getFirst().contentType()).isEqualTo("multipart/mixed");
  }

  @Test
  @Timeout(30) // they took minutes while their cost grew with the square of their length
  void nothingTakesQuadraticTime() throws IOException {
    String encoding = "(".repeat(60_000);
    String name = "x" + ". .".repeat(20_000) + "x";
    reader.parse(
        new BytesSource(
            ascii(
                "Content-Transfer-Encoding: "
                    + encoding
                    + "\r\nContent-Disposition: attachment; filename=\""
                    + name
                    + "\"\r\nContent-Type: text/plain\r\n\r\n")));
    reader.parse(
        new BytesSource(
            ascii(
                "Content-Type: text/html\r\n\r\nx"
                    + "<br>".repeat(100_000)
                    + "<div></div>".repeat(50_000))));
  }

  @Test
  void aMillionPartsAreCutAtAThousand() throws IOException {
    String message =
        "Subject: parts\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            + "--b\r\n\r\nx\r\n".repeat(1_000_000);
    ParsedMessage parsed = parseWithin(16 * MIB, new BytesSource(ascii(message)));
    assertThat(parsed.notes()).contains(MessageNote.TOO_MANY_PARTS);
    assertThat(parsed.parts()).hasSize(PartTree.MOST_PARTS);
    assertThat(parsed.summary().subject()).isEqualTo("parts");
  }

  @Test
  void partsOfPartsCountTogether() throws IOException {
    StringBuilder message = new StringBuilder("Content-Type: multipart/mixed; boundary=a\r\n\r\n");
    for (int i = 0; i < 100; i++) {
      message.append("--a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n");
      message.append("--b\r\n\r\nx\r\n".repeat(100)).append("--b--\r\n");
    }
    ParsedMessage parsed = parseWithin(16 * MIB, new BytesSource(ascii(message.toString())));
    assertThat(parsed.notes()).contains(MessageNote.TOO_MANY_PARTS);
    assertThat(parsed.parts()).hasSizeLessThanOrEqualTo(PartTree.MOST_PARTS);
  }

  @Test
  void aMillionHeadersAreCut() throws IOException {
    String message = "Subject: x\r\n" + "A: b\r\n".repeat(1_000_000) + "\r\nbody";
    ParsedMessage parsed = parseWithin(160 * MIB, new BytesSource(ascii(message)));
    assertThat(parsed.notes()).containsExactly(MessageNote.HEADERS_CUT);
    assertThat(parsed.headers()).hasSize(2_000);
    assertThat(parsed.text()).isEqualTo("body");
  }

  @Test
  void aHeaderOfFortyMegabytesIsCut() throws IOException {
    String message =
        "Subject: " + "x".repeat(40 * (int) MIB) + "\r\nFrom: a@example.org\r\n\r\nbody";
    ParsedMessage parsed = parseWithin(128 * MIB, new BytesSource(ascii(message)));
    assertThat(parsed.notes()).contains(MessageNote.HEADERS_CUT);
    assertThat(parsed.summary().subject()).hasSize(MessageReader.LONGEST_LINE);
  }

  @Test
  void aPreambleOfFortyMegabytesIsNotCollected() throws IOException {
    String message =
        "Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            + ("y".repeat(998) + "\r\n").repeat(40_000)
            + "--b\r\n\r\nbody\r\n--b--\r\n";
    ParsedMessage parsed = parseWithin(160 * MIB, new BytesSource(ascii(message)));
    assertThat(parsed.notes()).contains(MessageNote.STRUCTURE_BROKEN);
    assertThat(parsed.summary().subject()).isEqualTo("x");
  }

  @Test
  void aBoundaryThatNearlyMatchesEverywhereIsNotTriedForEver() throws IOException {
    String message =
        "Content-Type: multipart/mixed; boundary=\""
            + "-".repeat(60_000)
            + "x\"\r\n\r\n"
            + "--"
            + "-".repeat(60_000)
            + "x\r\n\r\n"
            + "-".repeat(4 * (int) MIB);
    ParsedMessage parsed = parseWithin(160 * MIB, new BytesSource(ascii(message)));
    assertThat(parsed.unparseable()).isEmpty();
  }

  @Test
  void twoGigabytesAreOpenedWithoutBeingRead() throws IOException {
    MessageSource source = new SparseSource(2L * 1024 * MIB);
    ParsedMessage parsed = parseWithin(128 * MIB, source);
    assertThat(parsed.notes()).containsExactly(MessageNote.STRUCTURE_CUT);
    assertThat(parsed.text()).isEqualTo("see the film");
    assertThat(parsed.parts().stream().map(MessagePart::name))
        .containsExactly("part-1.txt", "film.mkv");
    assertThat(parsed.part(2).orElseThrow().size()).isBetween(1_400 * MIB, 1_600 * MIB);
    assertThat(parsed.summary()).isEqualTo(reader.summary(source));
  }

  @Test
  void aPartBehindTheLimitIsStreamedToItsEnd() throws IOException {
    MessageSource source = new SparseSource(256 * MIB);
    long before = allocated();
    try (PartContent part = reader.open(source, 2).orElseThrow();
        InputStream content = part.content()) {
      CountingSink sink = new CountingSink();
      content.transferTo(sink);
      assertThat(sink.bytes).isBetween(180 * MIB, 192 * MIB);
    }
    assertThat(allocated() - before).isLessThan(64 * MIB);
  }

  /** Bytes allocated in all, most of them let go at once. */
  private ParsedMessage parseWithin(long mostBytes, MessageSource source) throws IOException {
    reader.parse(BytesSource.of("Subject: warm up\n\nx"));
    long before = allocated();
    ParsedMessage parsed = reader.parse(source);
    assertThat(allocated() - before).as("bytes allocated").isLessThan(mostBytes);
    return parsed;
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A message with a film in it whose base64 is made up when it is asked for. */
  private static final class SparseSource implements MessageSource {

    private static final byte[] START =
        ascii(
            """
            Subject: film
            Content-Type: multipart/mixed; boundary=b

            --b

            see the film
            --b
            Content-Type: video/x-matroska; name=film.mkv
            Content-Transfer-Encoding: base64

            """);
    private static final byte[] LINE = ascii("A".repeat(76) + "\r\n");
    private static final byte[] END = ascii("\r\n--b--\r\n");

    private final long size;

    SparseSource(long size) {
      this.size = size;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public int read(long position, byte[] buffer, int offset, int length) {
      if (position >= size) {
        return -1;
      }
      int read = (int) Math.min(length, size - position);
      for (int i = 0; i < read; i++) {
        buffer[offset + i] = at(position + i);
      }
      return read;
    }

    private byte at(long position) {
      if (position < START.length) {
        return START[(int) position];
      }
      long fromEnd = size - position;
      return fromEnd <= END.length
          ? END[END.length - (int) fromEnd]
          : LINE[(int) ((position - START.length) % LINE.length)];
    }
  }

  private static final class CountingSink extends OutputStream {

    private long bytes;

    @Override
    public void write(int b) {
      bytes++;
    }

    @Override
    public void write(byte[] b, int offset, int length) {
      bytes += length;
    }
  }
}
