package org.mailtimemachine.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SenderTest {

  private static final String OWN = Sender.origin("https", "mail.example.org", 443);

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site"})
  void whereTheBrowserNamesAnotherSiteItIsOne(String site) {
    assertThat(new Sender(site, OWN, OWN).isAnotherSite()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"same-origin", "none"})
  void whereTheBrowserNamesOurOwnItIsNone(String site) {
    assertThat(new Sender(site, "null", OWN).isAnotherSite()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://example.com",
        "http://mail.example.org",
        "https://mail.example.org:8443",
        "https://mail.example.org.example.com",
        "null",
        ""
      })
  void whereTheBrowserOnlySaysItsOriginAnotherOneIsAnotherSite(String origin) {
    assertThat(new Sender(null, origin, OWN).isAnotherSite()).isTrue();
  }

  @Test
  void ourOwnOriginIsOursAndNoBrowserSaysNothing() {
    assertThat(new Sender(null, "https://mail.example.org", OWN).isAnotherSite()).isFalse();
    assertThat(new Sender(null, null, OWN).isAnotherSite()).isFalse();
  }

  @Test
  void anOriginIsWrittenAsBrowsersDo() {
    assertThat(Sender.origin("http", "127.0.0.1", 8080)).isEqualTo("http://127.0.0.1:8080");
    assertThat(Sender.origin("http", "example.org", 80)).isEqualTo("http://example.org");
    assertThat(Sender.origin("https", "::1", 8443)).isEqualTo("https://[::1]:8443");
  }
}
