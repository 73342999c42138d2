package org.mailtimemachine.mailstore.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UntilBoundaryTest {

  @ParameterizedTest
  @ValueSource(
      ints = {0, 1, 65_520, 65_530, 65_534, 65_535, 65_536, 65_537, 65_540, 131_080, 200_000})
  void thePartEndsBeforeTheLineEndOfItsBoundaryWhereverThatLies(int length) throws IOException {
    String part = "x".repeat(length);
    assertThat(read(part + "\r\n--one\r\nmore", "one", "two")).isEqualTo(part);
    assertThat(read(part + "\n--two--", "one", "two")).isEqualTo(part);
    assertThat(read(part, "one", "two")).isEqualTo(part);
  }

  @Test
  void aLineThatOnlyLooksLikeABoundaryBelongsToThePart() throws IOException {
    String part = "a\r\n--onely\r\nb --one\r\n- --one\r\n";
    assertThat(read(part, "one")).isEqualTo(part);
    assertThat(read("--one\r\nmore", "one")).isEmpty();
  }

  @Test
  void itEndsExactlyWhereJakartaMailEndsIt() throws IOException {
    String lines = ("y".repeat(70) + "\r\n").repeat(5_000);
    assertThat(read(lines + "\r\n--one--\r\n", "one")).isEqualTo(lines);
  }

  private static String read(String message, String... boundaries) throws IOException {
    byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
    MessageStream stream = new MessageStream(new Reading(new BytesSource(bytes)), 0, bytes.length);
    try (InputStream part = new UntilBoundary(stream, List.of(boundaries))) {
      return new String(part.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
