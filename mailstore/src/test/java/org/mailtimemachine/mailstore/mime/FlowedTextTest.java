package org.mailtimemachine.mailstore.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** RFC 3676. An underscore stands for a space, which editors take away at the end of a line. */
class FlowedTextTest {

  @Test
  void linesThatEndInASpaceGoOn() {
    assertThat(flowed("This is one long_\nparagraph in three_\nlines.\nThis is another.\n"))
        .isEqualTo("This is one long paragraph in three lines.\nThis is another.\n");
  }

  @Test
  void whatIsQuotedFlowsWithinItsLevelOnly() {
    assertThat(flowed(">> deep_\n>> down\n> less_\nmine\n"))
        .isEqualTo(">> deep down\n> less \nmine\n");
  }

  @Test
  void theSignatureSeparatorNeverFlows() {
    assertThat(flowed("Bye_\n--_\nAnna\n")).isEqualTo("Bye \n-- \nAnna\n");
  }

  @Test
  void whatWasStuffedIsNeitherAQuoteNorIndented() {
    assertThat(flowed(" >no quote\n From here\n  indented\n"))
        .isEqualTo(" >no quote\nFrom here\n indented\n");
  }

  @Test
  void withDelSpTheSpaceThatJoinsIsNotPartOfTheText() throws IOException {
    ParsedMessage parsed =
        new MessageReader()
            .parse(
                BytesSource.of(
                    """
                    Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes

                    明日の会議は_
                    十時からです。
                    """
                        .replace("_", " ")));
    assertThat(parsed.text()).isEqualTo("明日の会議は十時からです。\n");
    assertThat(parsed.summary().preview()).isEqualTo("明日の会議は十時からです。");
  }

  private static String flowed(String text) {
    return new FlowedText(false).paragraphs(text.replace("_", " "));
  }
}
