package org.mailtimemachine.pages;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnPagesOnlyTest {

  private static final String OWN = "https://mail.example.org";

  @Test
  void anotherSiteChangesNothingWhetherSomebodyIsSignedInOrNot() {
    Sender another = new Sender("cross-site", "https://example.com", OWN);

    assertThat(OwnPagesOnly.isForged(another, true)).isTrue();
    assertThat(OwnPagesOnly.isForged(another, false)).isTrue();
  }

  @Test
  void ourOwnPagesDoWithAndWithoutASession() {
    Sender own = new Sender("same-origin", OWN, OWN);

    assertThat(OwnPagesOnly.isForged(own, true)).isFalse();
    assertThat(OwnPagesOnly.isForged(own, false)).isFalse();
  }

  @Test
  void whatSaysNothingIsAProgramWithAPasswordAndNotABrowserWithASession() {
    Sender silent = new Sender(null, null, OWN);

    assertThat(OwnPagesOnly.isForged(silent, false)).isFalse();
    assertThat(OwnPagesOnly.isForged(silent, true)).isTrue();
  }
}
