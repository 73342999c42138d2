package org.mailtimemachine.admin.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QrPictureTest {

  @Test
  void aPictureHasAQuietZoneAndIsPartOfThePage() {
    String svg = QrPicture.svg("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");

    // version 4 (33 modules) with four light ones on each side; the finder begins in the corner
    assertThat(svg)
        .contains("viewBox=\"0 0 41 41\"")
        .contains("M4,4h1v1h-1z")
        .doesNotContain("M3,");
    assertThat(QrPicture.dataUrl("x")).matches("data:image/svg\\+xml;base64,[A-Za-z0-9+/=]+");
  }
}
