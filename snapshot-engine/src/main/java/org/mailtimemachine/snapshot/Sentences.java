package org.mailtimemachine.snapshot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sentences for a person. One cause may meet ten thousand Mailboxes: sentences that differ only in
 * the addresses, paths, dates and numbers in them are of one kind, and of each kind only the first
 * are told, and how many more there are. Not safe for use by several threads.
 */
public final class Sentences {

  /** Of one kind, where a person reads them. */
  private static final int SHOWN = 3;

  /** That are remembered, so that one that is met again is not counted again. */
  private static final int MOST_KEPT = 10_000;

  private static final Pattern MORE =
      Pattern.compile("and ([0-9]{1,15}) more like this: (.*)", Pattern.DOTALL);

  private static final String VARYING = "*";

  private final Map<List<String>, Kind> kinds = new LinkedHashMap<>();
  private int kept;

  /** A sentence and those like it. */
  private static final class Kind {
    private final String example;
    private final Set<String> first = new LinkedHashSet<>();

    /** Those that were met and not kept; one that was met twice is counted twice. */
    private long others;

    /** How many an earlier summary has counted in all, which may have met the same ones. */
    private long before;

    Kind(String example) {
      this.example = example;
    }

    List<String> first(int number) {
      long all = Math.max(before, first.size() + others);
      if (all == first.size() && all <= number + 1) {
        return List.copyOf(first); // to count the last one takes as long as to say it
      }
      List<String> some = new ArrayList<>(first.stream().limit(number).toList());
      some.add(
          "and %d more like this: %s"
              .formatted(all - some.size(), some.isEmpty() ? example : some.getLast()));
      return some;
    }
  }

  Sentences() {}

  /**
   * "1 mailbox", "1,200 mailboxes".
   *
   * @param one what one of them is called
   */
  public static String count(long number, String one) {
    String many = one.endsWith("x") ? one + "es" : one + "s";
    return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : many);
  }

  /** The first of each kind, and how many more like them there are. */
  public static List<String> summary(Collection<String> sentences) {
    Sentences all = new Sentences();
    sentences.forEach(all::add);
    return all.first(SHOWN);
  }

  /** Adds one. Those of an earlier summary come first, in its order. */
  void add(String sentence) {
    Matcher more = MORE.matcher(sentence);
    if (more.matches()) {
      Kind kind = kind(more.group(2));
      kind.before = Math.max(kind.before, kind.first.size() + Long.parseLong(more.group(1)));
      return;
    }
    Kind kind = kind(sentence);
    if (kind.first.contains(sentence)) {
      return;
    }
    if (kept < MOST_KEPT) {
      kept++;
      kind.first.add(sentence);
    } else {
      kind.others++;
    }
  }

  private Kind kind(String sentence) {
    List<String> words = new ArrayList<>();
    for (String word : sentence.split("\\s+", -1)) {
      if (!isVarying(word)) {
        words.add(word);
      } else if (words.isEmpty() || !words.getLast().equals(VARYING)) {
        words.add(VARYING); // a list of addresses is of one kind, however long it is
      }
    }
    // Whoever names ten thousand folders, each in another way, must not fill the memory.
    boolean known = kinds.size() < MOST_KEPT || kinds.containsKey(words);
    return kinds.computeIfAbsent(known ? words : List.of(), _ -> new Kind(sentence));
  }

  private static boolean isVarying(String word) {
    return word.chars().anyMatch(c -> c == '/' || c == '@' || Character.isDigit(c));
  }

  /** The first of each kind, in the order in which the kinds were met. */
  List<String> first(int ofEach) {
    return kinds.values().stream().flatMap(kind -> kind.first(ofEach).stream()).toList();
  }
}
