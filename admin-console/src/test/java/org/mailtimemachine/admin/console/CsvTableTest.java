package org.mailtimemachine.admin.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "\uFF1D1", "\uFF0B1", "\uFF0D1", "\uFF201"
      })
  void whatBeginsLikeAFormulaDoesNotStayOne(String text) {
    assertThat(CsvTable.cell(text)).isEqualTo("\"'" + text + "\"");
  }

  @Test
  void everythingElseIsQuotedAndLeftAsItIs() {
    assertThat(CsvTable.cell("anna=\"1\"")).isEqualTo("\"anna=\"\"1\"\"\"");
    assertThat(CsvTable.cell("")).isEqualTo("\"\"");
  }
}
