package org.mailtimemachine.mailstore.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Hundreds of real and broken messages, where the folder of them is at hand. */
class CorpusTest {

  /** Beside the project's root; set {@code mtm.corpus} where it lies elsewhere. */
  private static final Path CORPUS =
      Path.of(System.getProperty("mtm.corpus", "../../shared/corpus"));

  private final MessageReader reader = new MessageReader();

  @TestFactory
  Stream<DynamicTest> everyMessageIsTakenApartAndEveryPartCanBeRead() throws IOException {
    assumeTrue(
        Files.isDirectory(CORPUS), () -> "skipped: there is no folder of messages at " + CORPUS);
    List<Path> messages;
    try (Stream<Path> files = Files.list(CORPUS)) {
      messages = files.filter(file -> file.toString().endsWith(".eml")).sorted().toList();
    }
    return messages.stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> read(file)));
  }

  private void read(Path file) throws IOException {
    MessageSource source = new BytesSource(Files.readAllBytes(file));
    ParsedMessage parsed = reader.parse(source);
    assertThat(parsed.unparseable()).isEmpty();
    assertThat(parsed.summary()).isEqualTo(reader.summary(source));
    assertThat(parsed.summary().subject() + parsed.summary().from() + parsed.summary().preview())
        .doesNotContainPattern("\\p{Cntrl}");
    if (parsed.html().isEmpty()) {
      whatIsShownIsFound(source, parsed.text());
    }
    assertThat(parsed.parts()).isNotEmpty();
    for (MessagePart part : parsed.parts()) {
      assertThat(part.name()).isNotEmpty().doesNotContain("/", "\\", "\u202e");
      try (PartContent content = reader.open(source, part.number()).orElseThrow()) {
        assertThat(content.part()).isEqualTo(part);
        content.content().transferTo(OutputStream.nullOutputStream());
      }
    }
  }

  private static void whatIsShownIsFound(MessageSource source, String text) throws IOException {
    String shown = FoldedTextTest.spacedReference(text);
    List<String> words =
        Stream.of(shown.split(" "))
            .filter(word -> !word.isEmpty() && HeaderText.clean(word).equals(word))
            .toList();
    for (int i = 0; i < words.size(); i += 1 + words.size() / 5) {
      String word = words.get(i);
      assertThat(found(source, word)).as(word).isTrue();
      assertThat(found(source, word + "x")).as(word + "x").isEqualTo(shown.contains(word + "x"));
    }
  }

  private static boolean found(MessageSource source, String word) throws IOException {
    return new MessageWords(List.of(word), List.of(SearchField.BODY)).in(source);
  }
}
