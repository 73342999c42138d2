package org.mailtimemachine.mailstore.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MessageWordsTest {

  private static final String PLAIN =
      """
      From: Anna Rossi <anna@example.org>
      To: Bob <bob@example.net>
      Subject: Plain words
      X-Mark: hidden

      The quick brown
        fox jumps.
      """;

  private static final String ENCODED =
      """
      From: =?UTF-8?Q?Andr=C3=A9?= <andre@example.org>
      Subject: =?UTF-8?B?R3LDvMOfZQ==?=
      Content-Type: multipart/mixed; boundary=b

      --b
      Content-Type: text/plain; charset=iso-8859-1
      Content-Transfer-Encoding: quoted-printable

      Perch=E9 no? A long li=
      ne.
      --b
      Content-Type: text/html; charset=utf-8
      Content-Transfer-Encoding: base64

      PHA+SW48Yj52bzwvYj5pY2UgJmV1cm87NTwvcD48c3R5bGU+c2VjcmV0PC9zdHlsZT48dGQ+b25lPC90ZD48dGQ+dHdvPC90ZD4=
      --b
      Content-Type: text/plain; name=notes.txt
      Content-Disposition: attachment; filename=notes.txt

      attached
      --b--
      """;

  private static boolean found(String message, SearchField field, String... words)
      throws IOException {
    return new MessageWords(List.of(words), Set.of(field)).in(BytesSource.of(message));
  }

  @Test
  void aBodyIsSearchedAsItIsRead() throws IOException {
    assertThat(found(PLAIN, SearchField.BODY, "QUICK")).isTrue();
    assertThat(found(PLAIN, SearchField.BODY, "brown fox", "jumps")).isTrue();
    assertThat(found(PLAIN, SearchField.BODY, "quick", "slow")).isFalse();
    assertThat(found(PLAIN, SearchField.BODY, "plain")).isFalse();
    assertThat(found(PLAIN, SearchField.BODY, "hidden")).isFalse();
  }

  @Test
  void encodingsCharsetsAndMarkupAreUndone() throws IOException {
    assertThat(found(ENCODED, SearchField.BODY, "perche", "long line")).isTrue();
    assertThat(found(ENCODED, SearchField.BODY, "PERCHÉ")).isTrue();
    assertThat(found(ENCODED, SearchField.BODY, "invoice €5")).isTrue();
    assertThat(found(ENCODED, SearchField.BODY, "one two")).isTrue();
    assertThat(found(ENCODED, SearchField.BODY, "onetwo")).isFalse();
    assertThat(found(ENCODED, SearchField.BODY, "secret")).isFalse();
    assertThat(found(ENCODED, SearchField.BODY, "base64")).isFalse();
    assertThat(found(ENCODED, SearchField.BODY, "attached")).isFalse();
  }

  @Test
  void headersAreSearchedWhereTheyAreWanted() throws IOException {
    assertThat(found(ENCODED, SearchField.SUBJECT, "grusse")).isTrue();
    assertThat(found(ENCODED, SearchField.SENDER, "andre")).isTrue();
    assertThat(found(ENCODED, SearchField.RECIPIENTS, "andre")).isFalse();
    assertThat(found(PLAIN, SearchField.RECIPIENTS, "bob@example.net")).isTrue();
    assertThat(found(PLAIN, SearchField.ENTIRE, "hidden", "fox")).isTrue();
    assertThat(found(PLAIN, SearchField.ENTIRE, "x-mark: hidden")).isTrue();
    assertThat(
            new MessageWords(List.of("plain", "fox"), Set.of(SearchField.SUBJECT, SearchField.BODY))
                .in(BytesSource.of(PLAIN)))
        .isTrue();
  }

  @Test
  void wordsAreFoundWhereTheBytesDoNotHaveThem() throws IOException {
    String utf7 = "Content-Type: text/plain; charset=utf-7\n\n+AGYAbwB4-\n";
    assertThat(found(utf7, SearchField.BODY, "fox")).isTrue();
    String joined = "Content-Type: text/plain; format=flowed; delsp=yes\n\nfo \nx\n";
    assertThat(found(joined, SearchField.BODY, "fox")).isTrue();
    String markup = "Content-Type: text/html\n\nf<i>o</i>&#120;\n";
    assertThat(found(markup, SearchField.BODY, "fox")).isTrue();
    String uuencoded = "Content-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n#9F]X\n`\nend\n";
    assertThat(found(uuencoded, SearchField.BODY, "fox")).isTrue();
  }

  @Test
  void hostileWordsAreText() throws IOException {
    for (String word : List.of("%", "_", "\\", "\"", "\0", ".*", "\uD83D", "x".repeat(5_000))) {
      assertThat(found(ENCODED, SearchField.BODY, "perche", word + word + word))
          .as(word)
          .isEqualTo(word.equals("\0") || word.equals("\uD83D"));
    }
  }

  @Test
  void htmlWithoutAnEndIsReadToItsEnd() {
    assertThat(HtmlWords.of("a<b")).isEqualTo("a");
    assertThat(HtmlWords.of("1 < 2 <3")).isEqualTo("1 < 2 <3");
    assertThat(HtmlWords.of("x<a href='>'>y")).isEqualTo("xy");
    assertThat(HtmlWords.of("x<a href=\">y</a>z")).isEqualTo("xyz");
    assertThat(HtmlWords.of("<!-- a > b -->c<!-- d")).isEqualTo("c");
    assertThat(HtmlWords.of("<style>p{}</style>e<br>f").strip()).isEqualTo("e f");
    assertThat(HtmlWords.of("<a b=\"".repeat(200_000))).isEmpty();
    assertThat(HtmlWords.of("<title".repeat(200_000)).strip()).isEmpty();
  }
}
