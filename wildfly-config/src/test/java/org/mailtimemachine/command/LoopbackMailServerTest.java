package org.mailtimemachine.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopbackMailServerTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T10:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path mail;

  @Test
  void mailIsDeliveredIntoMailboxesThatAreThereAndIntoNoOther() throws Exception {
    for (String part : List.of("cur", "new", "tmp")) {
      Files.createDirectories(mail.resolve("demo.test/anna").resolve(part));
    }
    try (LoopbackMailServer server = LoopbackMailServer.start(mail, 0, CLOCK);
        Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
      assertThat(in.readLine()).startsWith("220");
      OutputStream out = client.getOutputStream();
      String dialogue =
          String.join(
              "\r\n",
              "EHLO test",
              "DATA",
              "MAIL FROM:<a@example.org>",
              "RCPT TO:<nobody@demo.test>",
              "RCPT TO:<../../x@demo.test>",
              "RCPT TO:<anna@demo.test>",
              "DATA",
              "Subject: x",
              "",
              "..dot",
              ".",
              "QUIT",
              "");
      out.write(dialogue.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      assertThat(in.lines().map(line -> line.substring(0, 3)))
          .containsExactly("250", "503", "250", "550", "550", "250", "354", "250", "221");
    }
    try (Stream<Path> delivered = Files.list(mail.resolve("demo.test/anna/new"))) {
      assertThat(delivered)
          .singleElement()
          .satisfies(file -> assertThat(file).hasContent("Subject: x\n\n.dot"));
    }
  }
}
