package org.mailtimemachine.mirror.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A text ends where both sides agree that it ends, and nowhere else. */
class ContentTest {

  private static final String TRUE_END = "\r\n.\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\n.\n",
        "\r.\r",
        "\r.\n",
        "\n.\r",
        "\n.\r\n",
        "\r\n.\n",
        "\r.\r\n",
        "\r\n.\r",
        "\r\n\0.\r\n",
        "\r\n.\0\r\n",
        "\r\n.\r\r\n",
        "\n\n.\r\n"
      })
  void anEndThatIsNoneEndsNothingAndIsRefusedHoweverItIsCut(String odd) throws Exception {
    String text = "Subject: a\r\n\r\nline" + odd + "MAIL FROM:<smuggled@example.test>";
    String all = text + TRUE_END + "QUIT\r\n";
    for (int cut = 0; cut <= all.length(); cut++) {
      Read read = read(all, cut);
      assertThat(read.fault).as("cut at %d", cut).isPresent();
      assertThat(read.behind).as("cut at %d", cut).isEqualTo("QUIT");
    }
    assertThat(read(all, -1).fault).isPresent();
  }

  @Test
  void dotsOfLinesAreTakenAwayAndPassedOnAsTheyCame() throws Exception {
    Read read = read("..\r\n...two\r\n.one\r\nin . the\r\n.\r\nQUIT\r\n", 3);
    assertThat(read.fault).isEmpty();
    assertThat(read.plain).isEqualTo(".\r\n..two\r\none\r\nin . the\r\n");
    assertThat(read.stuffed).isEqualTo("..\r\n...two\r\n.one\r\nin . the\r\n");
    assertThat(read.behind).isEqualTo("QUIT");
  }

  @Test
  void anEmptyTextIsOne() throws Exception {
    Read read = read(".\r\nQUIT\r\n", 0);
    assertThat(read.fault).isEmpty();
    assertThat(read.plain).isEmpty();
    assertThat(read.behind).isEqualTo("QUIT");
  }

  @Test
  void aLineOfTheLongestIsTakenAndOneByteMoreIsNot() throws Exception {
    String longest = "x".repeat(998);
    assertThat(read("." + "." + longest.substring(1) + TRUE_END + "QUIT\r\n", 0).fault).isEmpty();
    assertThat(read(longest + "x" + TRUE_END + "QUIT\r\n", 0).fault)
        .hasValue("a line of more than 1000 bytes");
  }

  @Test
  void aLongTextComesWholeOnBothWays() throws Exception {
    long seed = 20_261_122;
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    for (int line = 0; line < 5_000; line++) {
      int length = random.nextInt(120);
      for (int i = 0; i < length; i++) {
        text.append(random.nextInt(4) == 0 ? '.' : (char) (32 + random.nextInt(224)));
      }
      text.append("\r\n");
    }
    String stuffed = stuff(text.toString());
    Read read = read(stuffed + ".\r\nQUIT\r\n", 77);
    assertThat(read.fault).as("seed %d", seed).isEmpty();
    assertThat(read.plain).as("seed %d", seed).isEqualTo(text.toString());
    assertThat(read.stuffed).as("seed %d", seed).isEqualTo(stuffed);
  }

  private static String stuff(String text) {
    StringBuilder stuffed = new StringBuilder();
    for (String line : text.split("(?<=\r\n)", -1)) {
      stuffed.append(line.startsWith(".") ? "." : "").append(line);
    }
    return stuffed.toString();
  }

  private record Read(Optional<String> fault, String plain, String stuffed, String behind) {}

  /** Reads a text that comes in two pieces; byte by byte where the cut is negative. */
  private static Read read(String all, int cut) throws IOException {
    byte[] bytes = all.getBytes(StandardCharsets.ISO_8859_1);
    List<byte[]> pieces =
        cut < 0
            ? all.chars().mapToObj(c -> new byte[] {(byte) c}).toList()
            : List.of(Arrays.copyOf(bytes, cut), Arrays.copyOfRange(bytes, cut, bytes.length));
    SmtpInput input = new SmtpInput(new Pieces(pieces));
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ByteArrayOutputStream stuffed = new ByteArrayOutputStream();
    Optional<String> fault =
        new Content(input, 1_000)
            .transfer(
                (withDots, length, without, plainLength) -> {
                  stuffed.write(withDots, 0, length);
                  plain.write(without, 0, plainLength);
                });
    return new Read(
        fault,
        plain.toString(StandardCharsets.ISO_8859_1),
        stuffed.toString(StandardCharsets.ISO_8859_1),
        input.line(100));
  }

  /** Gives one piece a read. */
  private static final class Pieces extends InputStream {
    private final List<byte[]> pieces;
    private int piece;
    private ByteArrayInputStream current = new ByteArrayInputStream(new byte[0]);

    Pieces(List<byte[]> pieces) {
      this.pieces = pieces;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      while (current.available() == 0 && piece < pieces.size()) {
        current = new ByteArrayInputStream(pieces.get(piece++));
      }
      return current.read(buffer, offset, length);
    }
  }
}
