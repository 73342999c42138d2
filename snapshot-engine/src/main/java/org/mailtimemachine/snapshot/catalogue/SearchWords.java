package org.mailtimemachine.snapshot.catalogue;

import java.util.ArrayList;
import java.util.List;

/**
 * What somebody typed into a search field, as words: each must be found, in any order. What stands
 * in quotes is one word with its spaces. Every other character is nothing but itself, also a quote
 * that is never closed.
 */
public final class SearchWords {

  /** Longest text that is looked at, in characters. */
  public static final int LONGEST = 200;

  /** Most words; what follows is left out. */
  public static final int MOST = 20;

  private SearchWords() {}

  /** The words of a text; empty where it has none. */
  public static List<String> of(String text) {
    String line = start(text).replaceAll("[\\s\\p{Z}]+", " ").strip();
    List<String> words = new ArrayList<>();
    int at = 0;
    while (at < line.length() && words.size() < MOST) {
      int close = line.charAt(at) == '"' ? line.indexOf('"', at + 1) : -1;
      int end = close > 0 ? close : line.indexOf(' ', at);
      end = end < 0 ? line.length() : end;
      String word = line.substring(close > 0 ? at + 1 : at, end).strip();
      if (!word.isEmpty()) {
        words.add(word);
      }
      at = end + 1;
      while (at < line.length() && line.charAt(at) == ' ') {
        at++;
      }
    }
    return List.copyOf(words);
  }

  private static String start(String text) {
    if (text.length() <= LONGEST) {
      return text;
    }
    return text.substring(
        0, Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST);
  }
}
