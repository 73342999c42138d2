package org.mailtimemachine.restore.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A kept message as IMAP shows it. */
class MessageTextTest {

  private static MessageText.Bytes file(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return (position, target, offset, length) -> {
      int read = (int) Math.min(length, bytes.length - position);
      System.arraycopy(bytes, (int) position, target, offset, read);
      return read;
    };
  }

  private static String shown(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MessageText written = MessageText.writtenTo(file(text), out);
    assertThat(written.size()).isEqualTo(out.size());
    assertThat(written).isEqualTo(MessageText.of(file(text)));
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void everyLineEndsInCrLfAndNothingElseChangesButNul() throws IOException {
    assertThat(shown("a\n\n.\r\nb\0\u00e9")).isEqualTo("a\r\n\r\n.\r\nb\u0080\u00e9");
    assertThat(shown("a\rb\r")).isEqualTo("a\rb\r");
    assertThat(shown("a\r\r\r\nb")).as("a server keeps one CR at most").isEqualTo("a\r\nb");
    assertThat(shown("")).isEmpty();
  }

  @Test
  void whereABufferEndsChangesNothing() throws IOException {
    for (int length = 64 * 1024 - 3; length < 64 * 1024 + 3; length++) {
      String text = "x".repeat(length) + "\r\r\ny\n" + "z".repeat(70_000) + "\r";
      assertThat(shown(text)).isEqualTo(text.replace("\r\r\n", "\r\n").replace("y\n", "y\r\n"));
    }
    String lines = "\n".repeat(100_000);
    assertThat(shown(lines)).isEqualTo("\r\n".repeat(100_000));
    assertThat(shown("\r".repeat(200_000) + "\n")).isEqualTo("\r\n");
  }

  @Test
  void aMessageIdIsFoundHoweverItIsFolded() throws IOException {
    assertThat(MessageText.messageIdOf(file("From: a\nMESSAGE-id :\n <1@x>\nSubject: b\n\nText")))
        .isEqualTo("<1@x>");
    assertThat(MessageText.messageId("Message-ID: <1@x>\r\n\r\n")).isEqualTo("<1@x>");
    assertThat(MessageText.messageIdOf(file("From: a\n\nMessage-ID: <of the text>\n"))).isEmpty();
    assertThat(MessageText.messageIdOf(file("X: " + "y".repeat(9_000) + "\nMessage-ID: <2@x>\n\n")))
        .isEqualTo("<2@x>");
    assertThat(MessageText.messageIdOf(file("no header"))).isEmpty();
    assertThat(
            MessageText.messageIdOf(
                file("Subject: a\n Message-ID: <x> of a subject\nMessage-ID: <3@x>\n\n")))
        .as("a line that goes on is no field")
        .isEqualTo("<3@x>");
    assertThat(MessageText.messageIdOf(file("Message-ID: <a\0b\r\r\n c>\n\n")))
        .as("as a server shows it")
        .isEqualTo("<a\u0080bc>");
    assertThat(MessageText.messageIdOf(file("Message-ID: <" + "x".repeat(1_000) + ">\n\n")))
        .as("longer than is asked for")
        .isEmpty();
    assertThat(
            MessageText.messageIdOf(
                file("X: " + "y".repeat(65_510) + "\nMessage-ID: <" + "z".repeat(90) + ">\n\n")))
        .as("cut")
        .isEmpty();
    assertThat(MessageText.messageIdOf(file("x".repeat(300_000)))).isEmpty();
  }
}
