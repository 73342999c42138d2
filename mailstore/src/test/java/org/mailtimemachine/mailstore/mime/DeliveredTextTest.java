package org.mailtimemachine.mailstore.mime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeliveredTextTest {

  private static final String COPY =
      "Received: from a\r\nMessage-ID: <1@example.org>\r\n\r\nHello\r\n";
  private static final String STORED = COPY.replace("\r\n", "\n");
  private static final String TRACE =
      "Return-Path: <b@example.org>\nDelivered-To: a@example.org\nReceived: by c\n\tfor a\n";

  /** Gives one byte more at each call: no reader may count on more. */
  private static final class Bytes implements MessageSource {

    private final byte[] bytes;

    Bytes(String text) {
      bytes = text.getBytes(ISO_8859_1);
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public int read(long position, byte[] buffer, int offset, int length) {
      if (position >= bytes.length) {
        return -1;
      }
      int some = (int) Math.min(1 + position % 7, Math.min(length, bytes.length - position));
      System.arraycopy(bytes, (int) position, buffer, offset, some);
      return some;
    }
  }

  private static boolean is(String stored, String copy) throws IOException {
    return DeliveredText.is(new Bytes(stored), new Bytes(copy), new ReadingBudget(0));
  }

  @Test
  void aMessageIsItselfWithWhateverEndsItsLines() throws IOException {
    assertThat(is(STORED, COPY)).isTrue();
    assertThat(is(COPY, COPY)).isTrue();
  }

  @Test
  void deliveryPutsHeadersInFrontOfIt() throws IOException {
    assertThat(is(TRACE + STORED, COPY)).isTrue();
    assertThat(is(TRACE.replace("\n", "\r\n") + COPY, COPY)).isTrue();
  }

  @Test
  void whatHasAByteLessOrMoreOrAnotherOneIsNotIt() throws IOException {
    assertThat(is(TRACE + STORED.replace("Hello", "hello"), COPY)).isFalse();
    assertThat(is(TRACE + STORED + "\n", COPY)).isFalse();
    assertThat(is(TRACE + STORED.stripTrailing(), COPY)).isFalse();
    assertThat(is(STORED.substring(1), COPY)).isFalse();
    assertThat(is("X-" + STORED, COPY)).isFalse();
    assertThat(is(TRACE + "\n" + STORED, COPY)).isFalse();
    assertThat(is("\n" + STORED, COPY)).isFalse();
    assertThat(is("", COPY)).isFalse();
  }

  @Test
  void moreThanAnyDeliveryAddsIsNone() throws IOException {
    String line = "X-Filler: " + "x".repeat(100) + "\n";
    String much = line.repeat((int) (DeliveredText.MOST_IN_FRONT / line.length()) + 1);
    assertThat(is(much + STORED, COPY)).isFalse();
  }

  @Test
  void whatDiffersAtItsEndIsReadNoFurther() throws IOException {
    String long1 = COPY + "x".repeat(1_000_000) + "a";
    String long2 = COPY + "x".repeat(1_000_000) + "b";
    ReadingBudget budget = new ReadingBudget(200_000);
    assertThat(DeliveredText.is(new Bytes(long1), new Bytes(long2), budget)).isFalse();
    assertThat(budget.spent()).isFalse();
    assertThat(DeliveredText.is(new Bytes(long1), new Bytes(long1), budget)).isTrue();
    assertThat(budget.spent()).isTrue();
  }

  @Test
  void linesAreCountedAsMailboxesKeepThem() throws IOException {
    assertThat(PlainLines.count(new Bytes(COPY))).isEqualTo(STORED.length());
    assertThat(PlainLines.count(new Bytes("\r\r\n\ra\r"))).isEqualTo(5);
  }

  @Test
  void oddLineEndsAreComparedAsTheyAre() throws IOException {
    Random random = new Random(20261122);
    for (int i = 0; i < 200; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = 0; j < 20; j++) {
        text.append("\r\nab".charAt(random.nextInt(4)));
      }
      String odd = text.toString();
      assertThat(is(odd, odd)).as(odd).isTrue();
      assertThat(is(odd + "a", odd + "b")).as(odd).isFalse();
    }
  }
}
