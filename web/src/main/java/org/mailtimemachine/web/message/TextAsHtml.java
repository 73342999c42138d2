package org.mailtimemachine.web.message;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailtimemachine.mailstore.mime.UnseenText;

/**
 * Plain text as a fragment of HTML: everything escaped, addresses of the web and of mail made into
 * links, quoted lines ({@code >}) put into {@code blockquote}s. Line ends and runs of spaces keep
 * their meaning only under {@code white-space: pre-wrap}; the outermost element has the class
 * {@code plain-text}, for which the page has to say so.
 */
public final class TextAsHtml {

  private static final int DEEPEST_QUOTE = 20;

  private static final Pattern LINK =
      Pattern.compile(
          "(?<web>(?i:https?)://[^\\s<>\"\\u202a-\\u202e\\u2066-\\u2069]{1,2000}+)"
              + "|(?<mail>(?<![\\w.+-])[\\w.+-]{1,64}+@[\\w-]{1,63}+(?:\\.[\\w-]{1,63}+){1,10}+)");

  private TextAsHtml() {}

  /** Safe to be put into a page as it is. */
  public static String of(String text) {
    StringBuilder html = new StringBuilder(text.length() + text.length() / 4 + 64);
    html.append("<div class=\"plain-text\">");
    int depth = 0;
    for (String line : text.split("\r\n|[\r\n]", -1)) {
      int quotes = 0;
      int at = 0;
      while (at < line.length() && quotes < DEEPEST_QUOTE && quoteAt(line, at)) {
        at = line.indexOf('>', at) + 1;
        quotes++;
      }
      if (quotes > 0 && at < line.length() && line.charAt(at) == ' ') {
        at++;
      }
      html.repeat("<blockquote>", Math.max(0, quotes - depth));
      html.repeat("</blockquote>", Math.max(0, depth - quotes));
      depth = quotes;
      appendLinked(html, line.substring(at));
      html.append('\n');
    }
    return html.repeat("</blockquote>", depth).append("</div>").toString();
  }

  /** Whether a quote sign stands here, perhaps behind one space. {@code >From} is no quote. */
  private static boolean quoteAt(String line, int at) {
    int sign = at > 0 && line.charAt(at) == ' ' ? at + 1 : at;
    return sign < line.length() && line.charAt(sign) == '>' && !line.startsWith(">From ", sign);
  }

  private static void appendLinked(StringBuilder html, String line) {
    Matcher link = LINK.matcher(line);
    int end = 0;
    while (link.find()) {
      appendEscaped(html, line.substring(end, link.start()));
      String target = withoutTrailingPunctuation(link.group());
      String address = link.group("web") != null ? target : "mailto:" + target;
      html.append("<a target=\"_blank\" rel=\"noopener noreferrer\" href=\"");
      appendEscaped(html, address);
      html.append("\">");
      appendEscaped(html, target);
      html.append("</a>");
      end = link.start() + target.length();
      link.region(end, line.length());
    }
    appendEscaped(html, line.substring(end));
  }

  /** A full stop ends the sentence, not the address; a bracket only if it was opened in it. */
  private static String withoutTrailingPunctuation(String link) {
    int end = link.length();
    int bracket = link.indexOf('(');
    while (end > 1) {
      char last = link.charAt(end - 1);
      boolean opened = last == ')' && bracket >= 0 && bracket < end;
      if (".,;:!?'*_)]}".indexOf(last) < 0 || opened) {
        break;
      }
      end--;
    }
    return link.substring(0, end);
  }

  private static void appendEscaped(StringBuilder html, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> html.append("&amp;");
        case '<' -> html.append("&lt;");
        case '>' -> html.append("&gt;");
        case '"' -> html.append("&quot;");
        case '\'' -> html.append("&#39;");
        case '\t' -> html.append(c);
        default -> html.append(c < ' ' || c == 0x7f || UnseenText.reorders(c) ? '\ufffd' : c);
      }
    }
  }
}
