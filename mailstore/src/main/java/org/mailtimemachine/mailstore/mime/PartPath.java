package org.mailtimemachine.mailstore.mime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The way to a message within a message within a message: the number of the part that holds it, at
 * each level. As text {@code 3.2}; the outermost message itself is the empty path.
 */
public record PartPath(List<Integer> numbers) {

  /** Deeper ones are not opened: what is forwarded more often than this is no mail. */
  public static final int DEEPEST = 8;

  /** The message that is not within any other. */
  public static final PartPath WHOLE = new PartPath(List.of());

  private static final Pattern TEXT = Pattern.compile("[0-9]{1,4}(?:\\.[0-9]{1,4}){0,7}");

  public PartPath {
    numbers = List.copyOf(numbers);
    if (numbers.size() > DEEPEST) {
      throw new IllegalArgumentException("deeper than " + DEEPEST + ": " + numbers);
    }
  }

  /** Reads what somebody wrote into an address; empty where it is no path. */
  public static Optional<PartPath> parse(String text) {
    if (text.isEmpty()) {
      return Optional.of(WHOLE);
    }
    return TEXT.matcher(text).matches()
        ? Optional.of(new PartPath(Arrays.stream(text.split("\\.")).map(Integer::valueOf).toList()))
        : Optional.empty();
  }

  public boolean whole() {
    return numbers.isEmpty();
  }

  /** Whether a part at its end may be opened as a message, so that its parts have paths, too. */
  public boolean canGoDeeper() {
    return numbers.size() < DEEPEST - 1;
  }

  /** One level further in. */
  public PartPath with(int number) {
    List<Integer> longer = new ArrayList<>(numbers);
    longer.add(number);
    return new PartPath(longer);
  }

  /** The message around. The whole message is its own. */
  public PartPath outer() {
    return whole() ? this : new PartPath(numbers.subList(0, numbers.size() - 1));
  }

  /** The number at its end; 0, which no part has, for the whole message. */
  public int last() {
    return whole() ? 0 : numbers.getLast();
  }

  /** As {@code 3.2}; empty for the whole message. */
  public String text() {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining("."));
  }
}
