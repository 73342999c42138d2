package org.mailtimemachine.web.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceTest {

  private static final String ID = "7e33429f-656f-3e6e-9d79-b29c3f82c57e";

  @Test
  void aPlaceIsReadBackFromItsAddress() {
    String url =
        "mailbox.xhtml?day=2026-11-14T0930&folder="
            + ID
            + "&message="
            + ID
            + "&sort=size&order=asc&q=a%26b+c&page=3";
    Map<String, String> parameters = new HashMap<>();
    parameters.put("day", "2026-11-14T0930");
    parameters.put("folder", ID);
    parameters.put("message", ID);
    parameters.put("sort", "size");
    parameters.put("order", "asc");
    parameters.put("q", "a&b c");
    parameters.put("page", "3");

    assertThat(Place.of(parameters).url()).isEqualTo(url);
  }

  @Test
  void theStartHasTheShortestAddress() {
    assertThat(Place.of(Map.of()).url()).isEqualTo("mailbox.xhtml");
  }

  @ParameterizedTest
  @CsvSource({
    "day, ../../etc/passwd",
    "day, 2026-13-45",
    "folder, 1-1-1-1-1",
    "message, <script>",
    "sort, drop table",
    "order, up",
    "page, 0",
    "page, -1",
    "page, 99999999999",
    "q, ' '",
    "surprise, yes"
  })
  void whatIsNoPlaceIsLeftOut(String name, String value) {
    assertThat(Place.of(Map.of(name, value))).isEqualTo(Place.of(Map.of()));
  }

  @Test
  void aHugePageStillMakesAQuery() {
    assertThat(Place.of(Map.of("page", "99999999")).query(Optional.empty(), 100).offset())
        .isPositive();
  }

  @Test
  void aSearchBeginsOnTheFirstPageAndClosesNothing() {
    Place place = Place.of(Map.of("page", "7", "message", ID));

    assertThat(place.withText("x").url()).isEqualTo("mailbox.xhtml?message=" + ID + "&q=x");
  }
}
