package org.mailtimemachine.mailstore.maildir;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.apache.commons.io.input.BrokenInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;

class MaildirDeliveryTest {

  @TempDir Path root;
  private final MaildirDelivery delivery =
      new MaildirDelivery(
          Clock.fixed(Instant.ofEpochSecond(1_795_310_491, 34_431_000), ZoneOffset.UTC), "mx:1/a");

  @BeforeEach
  void folder() throws IOException {
    for (String part : new String[] {"cur", "new", "tmp"}) {
      Files.createDirectory(root.resolve(part));
    }
  }

  @Test
  void aMessageAppearsInNewUnderANameThatTellsItsSizes() throws IOException {
    try (DirectoryHandle folder = DirectoryHandle.open(root)) {
      var name = delivery.deliver(folder, stream("Subject: a\n\nb\r\nc\n"));
      assertThat(name.bytes())
          .startsWith("1795310491.M034431P")
          .endsWith(".mx\\0721\\057a,S=17,W=20");
      assertThat(root.resolve("new").resolve(name.bytes())).hasContent("Subject: a\n\nb\r\nc\n");
      assertThat(root.resolve("tmp")).isEmptyDirectory();
    }
  }

  @Test
  void twoMessagesInOneInstantGetTwoNames() throws IOException {
    try (DirectoryHandle folder = DirectoryHandle.open(root)) {
      assertThat(delivery.deliver(folder, stream("a")))
          .isNotEqualTo(delivery.deliver(folder, stream("a")));
    }
  }

  @Test
  void nothingIsVisibleOfAMessageWhoseSenderFailedHalfWay() throws IOException {
    InputStream broken =
        new SequenceInputStream(
            stream("x".repeat(100_000)),
            new BrokenInputStream(() -> new IOException("connection reset")));
    try (DirectoryHandle folder = DirectoryHandle.open(root)) {
      assertThatThrownBy(() -> delivery.deliver(folder, broken)).hasMessage("connection reset");
    }
    try (Stream<Path> files = Files.walk(root).filter(Files::isRegularFile)) {
      assertThat(files).isEmpty();
    }
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }
}
