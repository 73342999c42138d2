package org.mailtimemachine.web.message;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextAsHtmlTest {

  @Test
  void everythingIsEscaped() {
    assertThat(content("<b onclick='x'>\"&\" \u202e\u0000"))
        .isEqualTo("&lt;b onclick=&#39;x&#39;&gt;&quot;&amp;&quot; \ufffd\ufffd\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "see https://example.org/a?b=c&d.|https://example.org/a?b=c&amp;d",
        "(https://example.org/x)|https://example.org/x",
        "https://example.org/a_(b)|https://example.org/a_(b)",
        "<https://example.org/>|https://example.org/",
        "HTTP://example.org!|HTTP://example.org",
        "write to anna@example.org.|mailto:anna@example.org",
      })
  void addressesBecomeLinks(String text, String href) {
    assertThat(content(text)).contains("href=\"" + href + "\"");
  }

  @ParameterizedTest
  @CsvSource({"javascript:alert(1)", "data:text/html", "https://", "a@b", "www.example.org"})
  void nothingElseBecomesALink(String text) {
    assertThat(content(text)).doesNotContain("<a ");
  }

  @Test
  void aLinkCannotBreakOutOfItsAttribute() {
    assertThat(content("https://example.org/\"onmouseover=alert(1)"))
        .contains("href=\"https://example.org/\">")
        .contains("&quot;onmouseover");
    assertThat(content("https://example.org/'><script>")).doesNotContain("'", "<script");
  }

  @Test
  void quotedLinesAreSetIn() {
    assertThat(content("a\n> b\n>> c\nd"))
        .isEqualTo("a\n<blockquote>b\n<blockquote>c\n</blockquote></blockquote>d\n");
    assertThat(content("> b")).isEqualTo("<blockquote>b\n</blockquote>");
    assertThat(content(">From me")).isEqualTo("&gt;From me\n");
  }

  @Test
  void longLinesTakeNoTime() {
    assertThat(content("a".repeat(1_000_000))).hasSize(1_000_001);
    assertThat(content("a.".repeat(500_000) + "@")).hasSize(1_000_002);
    assertThat(content("https://".repeat(100_000))).isNotEmpty();
    assertThat(content(">".repeat(1_000_000))).isNotEmpty();
  }

  private static String content(String text) {
    String html = TextAsHtml.of(text);
    return html.substring(html.indexOf('>') + 1, html.length() - "</div>".length());
  }
}
