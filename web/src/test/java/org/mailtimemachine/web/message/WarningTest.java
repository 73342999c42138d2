package org.mailtimemachine.web.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mailtimemachine.mailstore.mime.MessageHeader;

class WarningTest {

  @ParameterizedTest
  @CsvSource({
    "https://evil.example/x, www.bank.example, LINK_ELSEWHERE",
    "https://evil.example/, https://bank.example/login, LINK_ELSEWHERE",
    "https://bank.example.evil.net/, bank.example, LINK_ELSEWHERE",
    "https://shop.co.uk/, bank.co.uk, LINK_ELSEWHERE",
    "https://bank.example@evil.net/, click here, LINK_USER",
    "https://bank.example%40evil.net:80@evil.net/, click here, LINK_USER",
    "https:\\\\bank.example\\@evil.net, bank.example, ''",
    "https://xn--pypal-4ve.com/, click, LINK_LOOKALIKE",
    "https://раураӏ.com/, click, LINK_LOOKALIKE",
    "http://3221226219/, click, LINK_NUMBER",
    "http://192.0.2.1/pay, click, LINK_NUMBER",
    "mailto:eve@evil.example, anna@bank.example, LINK_MAIL"
  })
  void linksThatMisleadAreNamed(String target, String text, String kind) {
    assertThat(kinds(target, text)).isEqualTo(kind.isEmpty() ? List.of() : List.of(kind));
  }

  @ParameterizedTest
  @CsvSource({
    "https://news.bank.example/x, www.bank.example",
    "https://www.bank.co.uk/x, bank.co.uk",
    "https://bank.example/x, click here",
    "https://tracker.example/x, Visit us at bank.example today",
    "https://münchen.example/, münchen.example",
    "https://xn--mnchen-3ya.example/, münchen.example",
    "https://例え.example/, 例え.example",
    "https://почта.example/, почта.example",
    "mailto:anna@bank.example?subject=x, Anna@bank.example",
    "https://user@bank.example/, click",
    "https://bank.example/, Version 1.2"
  })
  void honestLinksAreNot(String target, String text) {
    assertThat(kinds(target, text)).isEmpty();
  }

  @Test
  void aMessageOfManyMisleadingLinksWarnsOfAFew() {
    MisleadingLinks links = new MisleadingLinks();
    StringBuilder html = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      html.append("<a href='https://evil.example/'>a").append(i).append(".bank.example</a>");
      html.append("<a href='https://evil.example/'>b").append(i).append(".example</a>");
    }
    links.html(html.toString());
    assertThat(links.found()).hasSize(5).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "From: \"boss@bank.example\" <x@evil.example> | SENDER_NAME",
        "From: =?utf-8?Q?boss=40bank.example?= <x@evil.example> | SENDER_NAME",
        "From: Mail Delivery | SENDER_NONE",
        "From: <> | SENDER_NONE",
        "Subject: no sender | SENDER_NONE",
        "From: a@bank.example, b@evil.example | SENDER_SEVERAL",
        "From: Pay <x@xn--pypal-4ve.com> | SENDER_LOOKALIKE"
      })
  void sendersThatMisleadAreNamed(String header, String kind) {
    assertThat(kinds(List.of(header(header)))).containsExactly(kind);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "From: Anna <anna@bank.example>",
        "From: anna@bank.example",
        "From: \"anna@bank.example\" <anna@bank.example>",
        "From: \"anna@bank.example\" <noreply@mail.bank.example>",
        "From: \"Rossi, Anna\" <anna@bank.example>",
        "From: Grüße <anna@bank.example>"
      })
  void honestSendersAreNot(String header) {
    assertThat(kinds(List.of(header(header)))).isEmpty();
  }

  @Test
  void anAnswerThatGoesAstrayIsNamedAndANewslettersIsNot() {
    assertThat(reply("Boss <boss@bank.example>", "boss.bank@gmail.com"))
        .containsExactly("REPLY_ELSEWHERE");
    assertThat(reply("Boss <boss@bank.example>", "\"boss@bank.example\" <x@evil.example>"))
        .containsExactly("REPLY_ELSEWHERE");
    assertThat(reply("News <news@mailer.example>", "shop@shop.example")).isEmpty();
    assertThat(reply("Anna <anna@gmail.com>", "anna@outlook.com")).isEmpty();
    assertThat(reply("Boss <boss@bank.example>", "Boss <boss@mail.bank.example>")).isEmpty();
  }

  @Test
  void twoFromFieldsAreSeveralSenders() {
    assertThat(kinds(List.of(header("From: a@bank.example"), header("From: b@evil.example"))))
        .containsExactly("SENDER_SEVERAL");
  }

  @Test
  void hostileSendersDoNotFail() {
    for (String value :
        List.of("\"", "<<<<", "a@" + "b.".repeat(2_000), "(((", "@", "a@b@c", "=?x?y?", "\u0000")) {
      kinds(List.of(header("From: " + value)));
    }
  }

  private static List<String> reply(String from, String to) {
    return kinds(List.of(header("From: " + from), header("Reply-To: " + to)));
  }

  private static MessageHeader header(String line) {
    int colon = line.indexOf(':');
    String value = line.substring(colon + 1).strip();
    return new MessageHeader(line.substring(0, colon), value, value);
  }

  private static List<String> kinds(List<MessageHeader> headers) {
    return Warning.ofSender(headers).stream().map(warning -> warning.kind().name()).toList();
  }

  private static List<String> kinds(String target, String text) {
    MisleadingLinks links = new MisleadingLinks();
    links.html("<p><a href=\"" + target + "\">" + text + "</a></p>");
    return new ArrayList<>(links.found()).stream().map(found -> found.kind().name()).toList();
  }
}
