package org.mailtimemachine.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;

class PageParametersTest {

  @Test
  void whatIsLeftOutIsTheNewestFifty() {
    assertThat(PageParameters.query(null, null, null, null, null))
        .isEqualTo(new MessageQuery(0, 50, MessageQuery.Sort.DATE, false, ""));
  }

  @Test
  void everyParameterIsRead() {
    assertThat(PageParameters.query("100", "500", "subject", "asc", " caffè "))
        .isEqualTo(new MessageQuery(100, 500, MessageQuery.Sort.SUBJECT, true, "caffè"));
  }
}
