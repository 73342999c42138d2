package org.mailtimemachine.web.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mailtimemachine.snapshot.catalogue.MessageFilter;
import org.mailtimemachine.web.search.Search;

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
  void aSearchIsReadBackFromItsAddress() {
    Map<String, String> parameters =
        Map.of(
            "q", "100% \"a_b\" \\ &amp;",
            "in", "entire,body",
            "only", "flagged,unread",
            "since", "2026-01-31",
            "until", "2026-02-01",
            "scope", "days");

    Place place = Place.of(parameters);

    assertThat(place.url())
        .isEqualTo(
            "mailbox.xhtml?q=100%25+%22a_b%22+%5C+%26amp%3B&in=body%2Centire"
                + "&only=unread%2Cflagged&since=2026-01-31&until=2026-02-01&scope=days");
    assertThat(place.search().inBodies()).isTrue();
    assertThat(place.query(Optional.empty(), 50, ZoneId.of("Europe/Rome")).filter())
        .isEqualTo(
            new MessageFilter(
                List.of(),
                Set.of(),
                Set.of(MessageFilter.Mark.UNREAD, MessageFilter.Mark.FLAGGED),
                Optional.of(Instant.parse("2026-01-30T23:00:00Z")),
                Optional.of(Instant.parse("2026-02-01T23:00:00Z"))));
  }

  @Test
  void aComparisonIsReadBackFromItsAddress() {
    String url = "mailbox.xhtml?day=2026-11-14&scope=all&compare=2026-11-16T0930&show=moved";
    Map<String, String> parameters =
        Map.of("day", "2026-11-14", "scope", "all", "compare", "2026-11-16T0930", "show", "moved");

    assertThat(Place.of(parameters).url()).isEqualTo(url);
    assertThat(Place.of(Map.of("compare", "2026-11-16", "show", "<b>")).url())
        .isEqualTo("mailbox.xhtml?compare=2026-11-16&show=gone");
  }

  @Test
  void aLongTextIsCutBetweenCharacters() {
    String text = "x".repeat(199) + "\uD83D\uDE00";

    assertThat(Place.of(Map.of("q", text)).search().text()).isEqualTo("x".repeat(199));
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
    "in, everywhere",
    "in, 'subject,sender,recipients'",
    "only, ' unread'",
    "since, 2026-02-30",
    "until, yesterday",
    "scope, the world",
    "scope, folder",
    "compare, 14 November",
    "show, added",
    "surprise, yes"
  })
  void whatIsNoPlaceIsLeftOut(String name, String value) {
    assertThat(Place.of(Map.of(name, value))).isEqualTo(Place.of(Map.of()));
  }

  @Test
  void aHugePageStillMakesAQuery() {
    assertThat(
            Place.of(Map.of("page", "99999999"))
                .query(Optional.empty(), 100, ZoneOffset.UTC)
                .offset())
        .isPositive();
  }

  @Test
  void aSearchBeginsOnTheFirstPageAndClosesNothing() {
    Place place = Place.of(Map.of("page", "7", "message", ID));

    assertThat(place.withSearch(Search.of(Map.of("q", "x"))).url())
        .isEqualTo("mailbox.xhtml?message=" + ID + "&q=x");
  }
}
