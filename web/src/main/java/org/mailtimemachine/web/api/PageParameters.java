package org.mailtimemachine.web.api;

import jakarta.ws.rs.BadRequestException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;

/**
 * Which page of a Folder a request asks for, as it came from outside. What is left out is the first
 * page of fifty, newest first.
 */
final class PageParameters {

  private static final int USUAL_LIMIT = 50;
  private static final int LONGEST_TEXT = 200;

  private PageParameters() {}

  /**
   * The question for the Catalogue.
   *
   * @throws BadRequestException that names the parameter that makes no sense
   */
  static MessageQuery query(
      @Nullable String offset,
      @Nullable String limit,
      @Nullable String sort,
      @Nullable String order,
      @Nullable String text) {
    return new MessageQuery(
        number("offset", offset, 0, Integer.MAX_VALUE, 0),
        number("limit", limit, 1, MessageQuery.MOST, USUAL_LIMIT),
        sort(sort == null ? "date" : sort),
        ascending(order == null ? "desc" : order),
        text(text == null ? "" : text.strip()));
  }

  private static MessageQuery.Sort sort(String wanted) {
    return Arrays.stream(MessageQuery.Sort.values())
        .filter(candidate -> candidate.name().toLowerCase(Locale.ROOT).equals(wanted))
        .findFirst()
        .orElseThrow(() -> bad("sort must be date, from, subject or size"));
  }

  private static boolean ascending(String order) {
    return switch (order) {
      case "asc" -> true;
      case "desc" -> false;
      default -> throw bad("order must be asc or desc");
    };
  }

  private static String text(String wanted) {
    if (wanted.length() > LONGEST_TEXT || wanted.chars().anyMatch(Character::isISOControl)) {
      throw bad("q must be at most " + LONGEST_TEXT + " characters without control characters");
    }
    return wanted;
  }

  private static int number(String name, @Nullable String text, int least, int most, int usual) {
    if (text == null) {
      return usual;
    }
    try {
      int number = Integer.parseInt(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new BadRequestException(range(name, least, most), e);
    }
    throw bad(range(name, least, most));
  }

  private static String range(String name, int least, int most) {
    return name + " must be a number from " + least + " to " + most;
  }

  private static BadRequestException bad(String reason) {
    return new BadRequestException(reason);
  }
}
