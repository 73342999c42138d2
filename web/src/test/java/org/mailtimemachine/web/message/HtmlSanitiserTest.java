package org.mailtimemachine.web.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailtimemachine.mailstore.mime.MessageSummary;
import org.mailtimemachine.mailstore.mime.ParsedMessage;

class HtmlSanitiserTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<svg><animate onbegin=alert(1) attributeName=x></svg>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' jav&#x09;ascript:alert(1)'>x</a>",
        "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
        "<a href='vbscript:alert(1)'>x</a>",
        "<iframe src='https://example.com/alert'></iframe>",
        "<object data='alert.swf'></object><embed src='alert.swf'>",
        "<form action='https://example.com/alert'><input name=password></form>",
        "<meta http-equiv=refresh content='0;url=https://example.com/alert'>",
        "<link rel=stylesheet href='https://example.com/alert.css'>",
        "<base href='https://example.com/alert/'>",
        "<style>@import 'https://example.com/alert.css'; p {color: red}</style>",
        "<div style='background:url(javascript:alert(1))'>x</div>",
        "<div style='width:expression(alert(1))'>x</div>",
        "<div style=\"background:url('https://example.com/alert.gif')\">x</div>",
        "<div style='behavior:url(alert.htc)'>x</div>",
        "<div style='position:fixed;top:0;left:0'>alert</div>",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<title><a href='</title><img src=x onerror=alert(1)>'></title>",
        "<xmp><img src=x onerror=alert(1)></xmp>",
        "<textarea><img src=x onerror=alert(1)></textarea>",
        "<!--><img src=x onerror=alert(1)>-->",
        "<img src='data:image/svg+xml;base64,PHN2Zy8+'>",
        "<table background='https://example.com/alert.gif'><tr><td>x</table>",
        "<img srcset='https://example.com/alert.gif 2x'>",
        "<video src='https://example.com/alert' poster='https://example.com/alert'></video>",
        "<a id=alert name=alert class=alert>x</a>",
        "<a ping='https://example.com/alert' href='https://example.org/'>x</a>",
      })
  void nothingThatActsOrReachesOutIsLeft(String html) throws IOException {
    String safe = sanitise(html);
    assertThat(safe.replaceAll("&[#a-zA-Z0-9]+;", "#"))
        .doesNotContainIgnoringCase(
            "<script",
            "<iframe",
            "<object",
            "<embed",
            "<form",
            "<input",
            "<meta",
            "<link",
            "<base",
            "<style",
            "<svg",
            "<math",
            "<video",
            "<xmp",
            "<textarea",
            "javascript:",
            "vbscript:",
            "data:",
            "expression",
            "behavior",
            "position",
            "example.com",
            "srcset",
            " id=",
            " class=",
            " name=",
            " ping=",
            "@import")
        .doesNotContainPattern("(?i)<[^>]*\\son[a-z]+\\s*=");
  }

  @Test
  void aNewsletterKeepsItsLooks() throws IOException {
    String html =
        """
        <html><head><title>no</title><style>td {color: red}</style></head><body bgcolor="#eeeeee">
        <center><table width="600" cellpadding="0" cellspacing="0" bgcolor="#ffffff" align="center">
        <tr><td style="padding: 10px; font-family: Arial, sans-serif; color: #333" valign="top">
        <font size="3" color="red" face="Arial">Sale</font></td></tr></table></center></body></html>
        """;
    String safe = sanitise(html);
    assertThat(safe)
        .contains("width=\"600\"", "cellpadding=\"0\"", "bgcolor=\"#ffffff\"", "valign=\"top\"")
        .contains("padding:10px", "color:#333", "face=\"Arial\"")
        .doesNotContain("td {", ">no<");
  }

  @Test
  void linksLeadOutInAWindowOfTheirOwnAndSayWhere() throws IOException {
    assertThat(sanitise("<a href='https://evil.example/' title='bank'>https://bank.example</a>"))
        .contains("href=\"https://evil.example/\"")
        .contains("target=\"_blank\"")
        .contains("title=\"https://evil.example/\"")
        .contains("noopener", "noreferrer")
        .doesNotContain("title=\"bank\"");
    assertThat(sanitise("<a href='/api/v1/snapshots'>x</a><a href='//evil.example'>y</a>"))
        .doesNotContain("href");
    assertThat(sanitise("<a href='mailto:a@example.org'>x</a>")).contains("href=\"mailto:a&#64;");
  }

  @Test
  void eachPictureFromElsewhereIsCounted() throws IOException {
    HtmlSanitiser sanitiser = new HtmlSanitiser(noImages(), false);
    sanitiser.sanitise(
        "<img src='https://a.example/1'><img src='//a.example/2'>"
            + "<td background='http://a.example/3'><p style='background:url(http://a.example/4)'>");
    assertThat(sanitiser.blockedImages()).isEqualTo(4);
  }

  @Test
  void deepNestingIsNoTrouble() throws IOException {
    assertThat(sanitise("<div><b>".repeat(100_000))).isNotEmpty();
    assertThat(sanitise("<".repeat(500_000))).isNotEmpty();
    assertThat(sanitise("<a href=\"".repeat(50_000))).isNotNull();
  }

  private static String sanitise(String html) throws IOException {
    return new HtmlSanitiser(noImages(), false).sanitise(html);
  }

  private static InlineImages noImages() {
    ParsedMessage empty =
        new ParsedMessage(
            new MessageSummary("", "", "", "", Optional.empty(), "", 0, ""),
            List.of(),
            "",
            List.of(),
            List.of(),
            Set.of(),
            Optional.empty(),
            number -> Optional.empty());
    return new InlineImages(empty, true);
  }
}
