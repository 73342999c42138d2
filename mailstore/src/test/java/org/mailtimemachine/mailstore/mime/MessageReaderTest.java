package org.mailtimemachine.mailstore.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {

  private final MessageReader reader = new MessageReader();

  @Test
  void aPlainMessageIsSummedUp() throws IOException {
    MessageSummary summary =
        reader.summary(
            BytesSource.of(
                """
                From: "Rossi, Anna" <anna@example.org>
                To: bob@example.net,
                 Carla <carla@example.net>
                Cc: list@example.org
                Subject: Lunch on Friday
                Date: Fri, 20 Nov 2026 11:32:05 +0100 (CET)
                Message-ID: <1@example.org>

                Shall we   say
                half past twelve?
                """));
    assertThat(summary.from()).isEqualTo("Rossi, Anna <anna@example.org>");
    assertThat(summary.to()).isEqualTo("bob@example.net, Carla <carla@example.net>");
    assertThat(summary.cc()).isEqualTo("list@example.org");
    assertThat(summary.subject()).isEqualTo("Lunch on Friday");
    assertThat(summary.date()).contains(Instant.parse("2026-11-20T10:32:05Z"));
    assertThat(summary.messageId()).isEqualTo("<1@example.org>");
    assertThat(summary.attachments()).isZero();
    assertThat(summary.preview()).isEqualTo("Shall we say half past twelve?");
  }

  @Test
  void encodedWordsThatCutACharacterInTwoAreJoined() throws IOException {
    assertThat(subject("=?UTF-8?Q?Caff=C3?=\n =?utf-8?Q?=A8?= =?iso-8859-1?Q?perch=E9?="))
        .isEqualTo("Caffèperché");
    assertThat(subject("=?utf-8?B?4pyT?= done")).isEqualTo("✓ done");
    assertThat(subject("Re:=?utf-8?Q?_=E2=82=AC?=5")).isEqualTo("Re: €5");
  }

  @Test
  void encodedWordsOfAnUnknownCharsetAreGuessed() throws IOException {
    assertThat(subject("=?x-nobody-knows?Q?Gr=C3=BC=C3=9Fe?=")).isEqualTo("Grüße");
    assertThat(subject("=?x-nobody-knows?Q?Gr=FC=DFe?=")).isEqualTo("Grüße");
    assertThat(subject("=?utf-8?X?what?=")).isEqualTo("=?utf-8?X?what?=");
  }

  @Test
  void rawBytesInHeadersAreUtf8OrElseWindows1252() throws IOException {
    String message = "Subject: Grüße – bald\n\nx";
    assertThat(reader.summary(BytesSource.of(message)).subject()).isEqualTo("Grüße – bald");
    assertThat(reader.summary(BytesSource.of(message, Charset.forName("windows-1252"))).subject())
        .isEqualTo("Grüße – bald");
  }

  @Test
  void controlCharactersNeverReachASummary() throws IOException {
    assertThat(subject("a\u0000b\u001b[31m \u202Egpj.exe\u202C")).isEqualTo("a b [31m gpj.exe");
    assertThat(subject("=?utf-8?B?" + base64("x\r\nBcc: y\u0000z") + "?=")).isEqualTo("x Bcc: y z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "Fri, 99 Foo 2026", "Mon, 01 Jan 4001 00:00:00 +0000"})
  void aDateThatMakesNoSenseIsNoDate(String date) throws IOException {
    assertThat(reader.summary(BytesSource.of("Date: " + date + "\n\n")).date()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void anyLineEndEndsAHeader(String end) throws IOException {
    String message = "Subject: one\n two\nFrom: a@example.org\n\nbody".replace("\n", end);
    ParsedMessage parsed = reader.parse(new BytesSource(message.getBytes(StandardCharsets.UTF_8)));
    assertThat(parsed.summary().subject()).isEqualTo("one two");
    assertThat(parsed.summary().from()).isEqualTo("a@example.org");
    assertThat(parsed.text()).isEqualTo("body");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n", "no header at all", "Subject", ": x", "Content-Type: multipart/mixed"})
  void nearlyNothingIsStillAMessage(String message) throws IOException {
    ParsedMessage parsed = reader.parse(BytesSource.of(message));
    assertThat(parsed.unparseable()).isEmpty();
    assertThat(parsed.summary().subject()).isEmpty();
  }

  @Test
  void theWordsOfItsHtmlAreThereBesideAHarmlessPlainTextWithWhereItsLinksLead() throws IOException {
    String html =
        "<p>Your account is <a href='https://bank.evil.example/in'>at bank.example</a></p>"
            + "<div style='display:none'>hidden</div><form action=//evil.example/go>Sign in</form>";
    ParsedMessage parsed =
        reader.parse(
            BytesSource.of(
                """
                Content-Type: multipart/alternative; boundary=a

                --a
                Content-Type: text/plain

                See you at lunch.
                --a
                Content-Type: text/html
                Content-Transfer-Encoding: base64

                %s
                --a--
                """
                    .formatted(base64(html))));
    assertThat(parsed.text()).isEqualTo("See you at lunch.");
    assertThat(parsed.wordsOfHtml())
        .isEqualTo(
            """
            Your account is at bank.example <https://bank.evil.example/in>
            hidden
            Sign in <//evil.example/go>""");
  }

  @Test
  void headersKeepTheirOrderAndTheirBytes() throws IOException {
    ParsedMessage parsed =
        reader.parse(BytesSource.of("B: 1\nA: =?utf-8?Q?=C3=A8?=\n more\nB: 2\n\n"));
    assertThat(parsed.headers())
        .containsExactly(
            new MessageHeader("B", "1", "1"),
            new MessageHeader("A", "è more", "=?utf-8?Q?=C3=A8?=\r\n more"),
            new MessageHeader("B", "2", "2"));
  }

  @Test
  void ofAlternativesBothFormsAreRead() throws IOException {
    ParsedMessage parsed =
        reader.parse(
            BytesSource.of(
                """
                Content-Type: multipart/mixed; boundary=m

                --m
                Content-Type: multipart/alternative; boundary="a"

                --a
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                Caff=C3=A8 =
                nero
                --a
                Content-Type: multipart/related; boundary="r"

                --r
                Content-Type: text/html; charset=utf-8

                <p>Caffè <b>nero</b><img src="cid:cup">
                --r
                Content-Type: image/png; name="cup.png"
                Content-ID: <cup>
                Content-Transfer-Encoding: base64

                AAECAw==
                --r--
                --a--
                --m
                Content-Type: application/pdf
                Content-Disposition: attachment; filename*=utf-8''men%C3%B9.pdf
                Content-Transfer-Encoding: base64

                JVBERg==
                --m
                Content-Type: text/plain

                sent by the list
                --m--
                """));
    assertThat(parsed.text()).isEqualTo("Caffè nero\n\nsent by the list");
    assertThat(parsed.html()).hasSize(2);
    assertThat(parsed.html().get(0)).contains("<b>nero</b>");
    assertThat(parsed.html().get(1)).isEqualTo("<pre>sent by the list</pre>");
    assertThat(parsed.summary().attachments()).isEqualTo(1);
    assertThat(parsed.summary().preview()).isEqualTo("Caffè nero");
    assertThat(parsed.parts().stream().map(MessagePart::name))
        .containsExactly("part-1.txt", "part-2.html", "cup.png", "menù.pdf", "part-5.txt");
    assertThat(parsed.parts().stream().map(MessagePart::inline))
        .containsExactly(true, true, true, false, true);
    assertThat(parsed.part(3).orElseThrow().contentId()).contains("cup");
    assertThat(parsed.notes()).isEmpty();
  }

  @Test
  void aFileBetweenTwoHalvesOfTheRichFormIsAnAttachment() throws IOException {
    ParsedMessage parsed =
        reader.parse(
            BytesSource.of(
                """
                Content-Type: multipart/alternative; boundary=a

                --a
                Content-Type: text/plain

                see the file
                --a
                Content-Type: multipart/mixed; boundary=m

                --m
                Content-Type: text/html

                <p>see
                --m
                Content-Type: application/pdf; name=offer.pdf
                Content-Disposition: inline; filename=offer.pdf

                x
                --m
                Content-Type: text/html

                <p>the file
                --m--
                --a--
                """));
    assertThat(parsed.parts().stream().map(MessagePart::inline))
        .containsExactly(true, true, false, true);
    assertThat(parsed.summary().attachments()).isEqualTo(1);
  }

  @Test
  void aNamedHtmlPartWithPicturesIsStillTheRichForm() throws IOException {
    ParsedMessage parsed =
        reader.parse(
            BytesSource.of(
                """
                Content-Type: multipart/alternative; boundary=a

                --a
                Content-Type: text/plain

                words
                --a
                Content-Type: multipart/related; boundary=r

                --r
                Content-Type: text/html; name=mail.html

                <p>words<img src=cid:p>
                --r
                Content-Type: image/png
                Content-ID: <p>

                x
                --r
                Content-Type: image/png; name=photo.png
                Content-Disposition: attachment
                Content-ID: <q>

                x
                --r--
                --a--
                """));
    assertThat(parsed.parts().stream().map(MessagePart::body))
        .containsExactly(true, true, false, false);
    assertThat(parsed.parts().stream().map(MessagePart::inline))
        .containsExactly(true, true, true, false);
  }

  @Test
  void partsAreOpenedWithoutTakingTheMessageApartAgain() throws IOException {
    ParsedMessage parsed =
        reader.parse(
            BytesSource.of("Content-Type: multipart/mixed; boundary=m\n\n--m\n\none\n--m\n\ntwo"));
    try (PartContent second = parsed.contents().open(2).orElseThrow()) {
      assertThat(second.content()).hasContent("two");
    }
    assertThat(parsed.contents().open(3)).isEmpty();
  }

  @Test
  void aMessageWithHtmlOnlyHasTextToo() throws IOException {
    ParsedMessage parsed =
        reader.parse(
            BytesSource.of(
                """
                Content-Type: text/html

                <html><head><style>p {color: red}</style><title>no</title></head>
                <body><p>One</p><ul><li>two<li>three</ul>four<br>five</body></html>
                """));
    assertThat(parsed.text()).isEqualTo("One\ntwo\nthree\nfour\nfive");
    assertThat(parsed.html()).hasSize(1);
  }

  @Test
  void textThatIsNamedLikeAFileIsReadWhereThereIsNoOther() throws IOException {
    ParsedMessage parsed =
        reader.parse(
            BytesSource.of(
                """
                Content-Type: multipart/mixed; boundary=m

                --m
                Content-Type: text/plain
                Content-Disposition: inline; filename="poem.txt"

                a simple kind of mirror
                --m
                Content-Type: text/plain
                Content-Disposition: attachment; filename="notes.txt"

                never shown
                --m--
                """));
    assertThat(parsed.text()).isEqualTo("a simple kind of mirror");
    assertThat(parsed.parts().stream().map(MessagePart::inline)).containsExactly(true, false);
  }

  @Test
  void anEmptyAlternativeBehindTheTextHidesNothing() throws IOException {
    ParsedMessage parsed =
        reader.parse(
            BytesSource.of(
                "Content-Type: multipart/alternative; boundary=x\n\n--x\n\none\n--x\n\n\n"));
    assertThat(parsed.text()).isEqualTo("one");
  }

  @Test
  void aForwardedMessageIsOnePart() throws IOException {
    BytesSource source =
        BytesSource.of(
            """
            Content-Type: multipart/mixed; boundary=m

            --m

            see below
            --m
            Content-Type: message/rfc822

            Subject: inner
            Content-Type: multipart/mixed; boundary=n

            --n

            inner text
            --n--
            --m--
            """);
    ParsedMessage parsed = reader.parse(source);
    assertThat(parsed.parts()).hasSize(2);
    assertThat(parsed.part(2).orElseThrow().name()).isEqualTo("part-2.eml");
    assertThat(content(source, 2)).startsWith("Subject: inner").contains("inner text");
    assertThat(parsed.text()).isEqualTo("see below");
  }

  @Test
  void aPartIsDecodedWhileItIsRead() throws IOException {
    BytesSource source =
        BytesSource.of(
            """
            Content-Type: application/octet-stream; name="a.bin"
            Content-Transfer-Encoding: BASE64

            aGVsbG8=
            """);
    assertThat(content(source, 1)).isEqualTo("hello");
    assertThat(reader.open(source, 2)).isEmpty();
    assertThat(reader.open(source, 0)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: multipart/mixed; boundary=x\n\nno such boundary here",
        "Content-Type: multipart/mixed\n\nno boundary at all",
        "Content-Type: multipart/mixed; boundary=\"\n\nunclosed quote",
      })
  void aMultipartWithoutPartsIsReadAsText(String message) throws IOException {
    ParsedMessage parsed = reader.parse(BytesSource.of(message));
    assertThat(parsed.notes()).containsExactly(MessageNote.STRUCTURE_BROKEN);
    assertThat(parsed.text()).isNotEmpty();
    assertThat(parsed.parts()).hasSize(1);
  }

  @Test
  void aMissingLastBoundaryLosesNothing() throws IOException {
    ParsedMessage parsed =
        reader.parse(
            BytesSource.of("Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x\n\ntwo"));
    assertThat(parsed.text()).isEqualTo("one\n\ntwo");
  }

  @Test
  void aWrongOrUnknownCharsetFallsBack() throws IOException {
    assertThat(text("us-ascii", "perché", "utf-8")).isEqualTo("perché");
    assertThat(text("us-ascii", "perché “x”", "windows-1252")).isEqualTo("perché “x”");
    assertThat(text("utf-8", "perché già", "windows-1252")).isEqualTo("perché già");
    assertThat(text("iso-8859-1", "“x” €", "windows-1252")).isEqualTo("“x” €");
    assertThat(text("x-klingon", "già", "utf-8")).isEqualTo("già");
    assertThat(text("gb2312", "體", "gb18030")).isEqualTo("體");
    assertThat(text("iso-2022-jp", "日本", "iso-2022-jp")).isEqualTo("日本");
  }

  @Test
  void brokenBase64DoesNotThrow() throws IOException {
    ParsedMessage parsed =
        reader.parse(
            BytesSource.of("Content-Transfer-Encoding: base64\n\naGVs*bG8gd29ybGQ=====!\nx"));
    assertThat(parsed.unparseable()).isEmpty();
    assertThat(parsed.text()).startsWith("hello");
  }

  @Test
  void longTextIsCutWithANote() throws IOException {
    String message = "Subject: x\n\n" + "è".repeat(MessageReader.LONGEST_TEXT);
    ParsedMessage parsed = reader.parse(BytesSource.of(message));
    assertThat(parsed.notes()).containsExactly(MessageNote.TEXT_CUT);
    assertThat(parsed.text()).hasSize(MessageReader.LONGEST_TEXT / 2).doesNotContain("\ufffd");
  }

  @Test
  void aDiskThatFailsIsNoBrokenMessage() {
    MessageSource failing =
        new MessageSource() {
          @Override
          public long size() {
            return 200_000;
          }

          @Override
          public int read(long position, byte[] buffer, int offset, int length) throws IOException {
            if (position > 100_000) {
              throw new IOException("input/output error");
            }
            byte[] start =
                "Content-Type: multipart/mixed; boundary=x\n\n--x\n\n"
                    .getBytes(StandardCharsets.US_ASCII);
            java.util.Arrays.fill(buffer, offset, offset + length, (byte) 'a');
            if (position == 0) {
              System.arraycopy(start, 0, buffer, offset, start.length);
            }
            return length;
          }
        };
    assertThatThrownBy(() -> reader.parse(failing)).hasMessage("input/output error");
    assertThatThrownBy(() -> reader.summary(failing)).hasMessage("input/output error");
  }

  @Test
  void aMessageWithinAMessageWithinAMessageIsOpenedByItsPath() throws IOException {
    MessageSource source =
        BytesSource.of(
            """
            Subject: outer
            Content-Type: multipart/mixed; boundary=a

            --a

            see below
            --a
            Content-Type: message/rfc822

            Subject: middle
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: message/rfc822
            Content-Transfer-Encoding: base64

            U3ViamVjdDogaW5uZXINCg0KYm90dG9tDQo=
            --b--
            --a--
            """);
    assertThat(parsedWithin(source, "").summary().subject()).isEqualTo("outer");
    assertThat(parsedWithin(source, "2").summary().subject()).isEqualTo("middle");
    ParsedMessage inner = parsedWithin(source, "2.1");
    assertThat(inner.summary().subject()).isEqualTo("inner");
    assertThat(inner.text()).isEqualTo("bottom\r\n");
    assertThat(reader.within(source, PartPath.parse("1").orElseThrow())).isEmpty();
    assertThat(reader.within(source, PartPath.parse("2.1.1").orElseThrow())).isEmpty();
    assertThat(reader.within(source, PartPath.parse("7").orElseThrow())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "1.", "-1", "1..2", "a", "99999", "1.1.1.1.1.1.1.1.1", "1/2"})
  void whatIsNoPathOfPartsIsNone(String text) {
    assertThat(PartPath.parse(text)).isEmpty();
  }

  @Test
  void textBeginsWhereTheHeaderForgotItsEmptyLine() throws IOException {
    assertThat(parsedWithin(BytesSource.of("No header at all.\nTime: noon\n"), "").text())
        .isEqualTo("No header at all.\r\nTime: noon\r\n");
    ParsedMessage parsed = parsedWithin(BytesSource.of("Subject: x\nFrom: a@b.c\nHello\n"), "");
    assertThat(parsed.summary().subject()).isEqualTo("x");
    assertThat(parsed.text()).isEqualTo("Hello\r\n");
    assertThat(parsedWithin(BytesSource.of("Subject: x\nstray\nFrom: a@b.c\n\nHello\n"), "").text())
        .isEqualTo("Hello\r\n");
    assertThat(parsedWithin(BytesSource.of("From a@b.c Sat\nSubject: x\n\nHello\n"), "").text())
        .isEqualTo("Hello\r\n");
  }

  @Test
  void wordsThatAreLabelledAsBase64AreWords() throws IOException {
    String header = "Content-Transfer-Encoding: base64\n\n";
    String words = "These are only words in a row and no base64 at all.";
    assertThat(parsedWithin(BytesSource.of(header + words + "\n"), "").text().strip())
        .isEqualTo(words);
    assertThat(parsedWithin(BytesSource.of(header + base64(words) + "\n"), "").text())
        .isEqualTo(words);
  }

  @Test
  void aCharsetThatFitsNothingIsGuessed() throws IOException {
    String text = "こんにちは。明日の会議は十時からです。";
    assertThat(
            TextCharset.decode(
                text.getBytes(Charset.forName("EUC-JP")), TextCharset.named("iso-2022-jp")))
        .isEqualTo(text);
  }

  @Test
  void signedAndEncryptedMessagesSaySo() throws IOException {
    assertThat(
            notes(
                """
                Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=b

                --b

                text
                --b
                Content-Type: application/pgp-signature

                -----BEGIN PGP SIGNATURE-----
                --b--
                """))
        .containsExactly(MessageNote.SIGNED_PGP);
    assertThat(
            notes(
                """
                Content-Type: multipart/encrypted; boundary=b

                --b
                Content-Type: application/pgp-encrypted

                Version: 1
                --b
                Content-Type: application/octet-stream

                -----BEGIN PGP MESSAGE-----
                --b--
                """))
        .containsExactly(MessageNote.ENCRYPTED_PGP);
    assertThat(notes("X: y\n\nHi\n-----BEGIN PGP SIGNED MESSAGE-----\n"))
        .containsExactly(MessageNote.SIGNED_PGP);
    String cms = "Content-Type: application/pkcs7-mime\nContent-Transfer-Encoding: base64\n\n";
    assertThat(notes(cms + "MIAGCSqGSIb3DQEHAqCAMIACAQExADA=\n"))
        .containsExactly(MessageNote.WRAPPED_SMIME);
    assertThat(notes(cms + "MIAGCSqGSIb3DQEHA6CAMIACAQAxgDA=\n"))
        .containsExactly(MessageNote.ENCRYPTED_SMIME);
    assertThat(notes("Content-Type: text/plain\n\nI wrote -----BEGIN PGP MESSAGE-----\n"))
        .isEmpty();
  }

  private Set<MessageNote> notes(String message) throws IOException {
    return reader.parse(BytesSource.of(message)).notes();
  }

  private ParsedMessage parsedWithin(MessageSource source, String path) throws IOException {
    return reader.parse(reader.within(source, PartPath.parse(path).orElseThrow()).orElseThrow());
  }

  private String subject(String value) throws IOException {
    return reader.summary(BytesSource.of("Subject: " + value + "\n\n")).subject();
  }

  private String text(String declared, String text, String charset) throws IOException {
    String message = "Content-Type: text/plain; charset=" + declared + "\n\n" + text;
    return reader.parse(BytesSource.of(message, Charset.forName(charset))).text();
  }

  private String content(MessageSource source, int part) throws IOException {
    try (PartContent content = reader.open(source, part).orElseThrow()) {
      return new String(content.content().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
