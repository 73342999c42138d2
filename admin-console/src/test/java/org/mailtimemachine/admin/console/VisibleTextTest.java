package org.mailtimemachine.admin.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VisibleTextTest {

  @Test
  void whatNobodySeesIsASignAndLinesStay() {
    assertThat(VisibleText.of("one\r\n\ttwo\u0000\u001b[2J invoice\u202efdp.exe\r"))
        .isEqualTo("one\n\ttwo\ufffd\ufffd[2J invoice\ufffdfdp.exe\ufffd");
  }
}
