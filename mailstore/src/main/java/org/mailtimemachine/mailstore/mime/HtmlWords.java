package org.mailtimemachine.mailstore.mime;

import java.util.Locale;
import java.util.Set;
import org.jsoup.parser.Parser;

/**
 * What HTML says, for searching: in one walk, without building the tree that {@link HtmlText} needs
 * for its lines. A tag within a word does not divide it; one that begins a line or a cell does.
 */
final class HtmlWords {

  /** Elements whose content nobody reads. */
  private static final Set<String> SILENT = Set.of("style", "script", "title");

  /** Elements that stand within a line. */
  private static final Set<String> WITHIN =
      Set.of(
          "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn",
          "em", "font", "i", "ins", "kbd", "mark", "nobr", "o:p", "q", "s", "samp", "small", "span",
          "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr");

  private HtmlWords() {}

  static String of(String html) {
    StringBuilder said = new StringBuilder(html.length());
    int at = 0;
    while (at < html.length()) {
      int tag = html.indexOf('<', at);
      if (tag < 0) {
        said.append(html, at, html.length());
        break;
      }
      said.append(html, at, tag);
      at = behind(html, tag, said);
    }
    String text = said.toString();
    return text.indexOf('&') < 0 ? text : Parser.unescapeEntities(text, false);
  }

  /** Behind the tag, comment or silent element that begins there, or behind a mere character. */
  private static int behind(String html, int tag, StringBuilder said) {
    if (html.startsWith("<!--", tag)) {
      return end(html, html.indexOf("-->", tag + 4), 3);
    }
    int name = html.startsWith("</", tag) ? tag + 2 : tag + 1;
    if (name >= html.length() || !letter(html.charAt(name), name == tag + 1)) {
      said.append('<');
      return tag + 1;
    }
    int nameEnd = name;
    while (nameEnd < html.length() && " \t\r\n\f/>".indexOf(html.charAt(nameEnd)) < 0) {
      nameEnd++;
    }
    String element = html.substring(name, Math.min(nameEnd, name + 12)).toLowerCase(Locale.ROOT);
    if (!WITHIN.contains(element)) {
      said.append(' ');
    }
    int end = end(html, tagEnd(html, nameEnd), 1);
    return name == tag + 1 && SILENT.contains(element) ? close(html, element, end) : end;
  }

  private static boolean letter(char c, boolean opening) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (opening && (c == '!' || c == '?'));
  }

  /** The end of a tag, which no quoted attribute hides. */
  private static int tagEnd(String html, int from) {
    char quote = 0;
    for (int i = from; i < html.length(); i++) {
      char c = html.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if ((c == '"' || c == '\'') && html.charAt(i - 1) == '=') {
        quote = c;
      } else if (c == '>') {
        return i;
      }
    }
    // a quote that is never closed: then the first end counts
    return html.indexOf('>', from);
  }

  private static int close(String html, String element, int from) {
    for (int at = html.indexOf("</", from); at >= 0; at = html.indexOf("</", at + 2)) {
      if (html.regionMatches(true, at + 2, element, 0, element.length())) {
        return end(html, html.indexOf('>', at), 1);
      }
    }
    return html.length();
  }

  private static int end(String html, int at, int length) {
    return at < 0 ? html.length() : at + length;
  }
}
