package org.mailtimemachine.mailstore.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextCharsetTest {

  @ParameterizedTest
  @CsvSource({
    "windows-1252, 'Schöne Grüße aus Köln, wir können uns übermorgen treffen.'",
    "windows-1252, 'L’été dernier, nous avons mangé à la maison d’Hélène.'",
    "windows-1252, 'Grüße'",
    "windows-1251, 'Здравствуйте! Напоминаем, что встреча состоится завтра.'",
    "KOI8-R, 'Здравствуйте! Напоминаем, что встреча состоится завтра.'",
    "Shift_JIS, こんにちは。明日の会議は十時からです。",
    "EUC-JP, こんにちは。明日の会議は十時からです。",
    "ISO-2022-JP, こんにちは",
    "GB18030, 你好，明天的会议十点开始。请准时参加。",
    "Big5, 你好，明天的會議十點開始。請準時參加。",
    "EUC-KR, 안녕하세요. 내일 회의는 열 시에 시작합니다.",
    "windows-1253, 'Καλημέρα, η συνάντηση είναι αύριο στις δέκα.'",
    "windows-1255, 'שלום, הפגישה תתקיים מחר בשעה עשר.'",
    "UTF-8, Grüße"
  })
  void whatIsNotLabelledIsReadByItsLooks(String charset, String text) {
    assertThat(TextCharset.decode(text.getBytes(Charset.forName(charset)), Optional.empty()))
        .isEqualTo(text);
  }

  @Test
  void utf7IsReadWhereItIsLabelledAndNowhereElse() {
    byte[] bytes = "Gr+APwA3w-e +- 1 +AD4 0, +2Dzfiw-".getBytes(StandardCharsets.US_ASCII);
    assertThat(TextCharset.decode(bytes, TextCharset.named("unicode-1-1-utf-7")))
        .isEqualTo("Grüße + 1 > 0, \ud83c\udf8b");
    assertThat(TextCharset.decode(bytes, Optional.empty())).startsWith("Gr+APwA3w-e");
  }

  @Test
  void brokenUtf7StaysText() {
    byte[] bytes = {'a', '+', (byte) 0xe4, '+', 'A'};
    assertThat(TextCharset.decode(bytes, TextCharset.named("utf-7"))).startsWith("a");
  }
}
