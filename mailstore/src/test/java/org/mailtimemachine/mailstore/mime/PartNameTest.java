package org.mailtimemachine.mailstore.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartNameTest {

  @ParameterizedTest
  @CsvSource({
    "report.pdf, report.pdf",
    "../../etc/passwd, passwd",
    "'C:\\Temp\\a.txt', a.txt",
    ".htaccess, htaccess",
    "'a:b*c?.txt', a_b_c_.txt",
    "'name. . ', name",
    "'..', ''",
  })
  void aNameIsOneHarmlessComponent(String sent, String shown) {
    assertThat(PartName.safe(sent)).isEqualTo(shown);
  }

  @Test
  void nothingReordersOrHidesTheEnding() {
    assertThat(PartName.safe("invoice\u202Efdp.exe")).isEqualTo("invoicefdp.exe");
    assertThat(PartName.safe("a\u200E\u200Fb\u2066c\uFEFF.txt")).isEqualTo("abc.txt");
    assertThat(PartName.safe("x\r\nSet-Cookie: y.txt")).isEqualTo("x Set-Cookie_ y.txt");
  }

  @Test
  void aLongNameKeepsItsEnding() {
    assertThat(PartName.safe("😀".repeat(200) + ".docx"))
        .hasSizeLessThanOrEqualTo(150)
        .endsWith("😀.docx");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "filename=\"a b.txt\"|a b.txt",
        "filename=a b.txt|a b.txt",
        "filename*=utf-8''%e2%82%ac.txt|€.txt",
        "filename*0*=utf-8''%e2; filename*1*=%82%ac; filename*2=.txt|€.txt",
        "filename=\"=?utf-8?Q?=E2=82=AC=2Etxt?=\"|€.txt",
        "filename=€.txt|€.txt",
        "filename=\"unclosed.txt|unclosed.txt",
      })
  void namesAreReadAsTheyAreSent(String parameter, String name) throws IOException {
    ParsedMessage parsed =
        new MessageReader()
            .parse(BytesSource.of("Content-Disposition: attachment; " + parameter + "\n\nx"));
    assertThat(parsed.part(1).orElseThrow().name()).isEqualTo(name);
  }
}
