package org.mailtimemachine.mailstore.mime;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;

/** What a piece of HTML says, as plain text with line ends where a reader sees them. */
final class HtmlText {

  private HtmlText() {}

  /** All of it in one line, for a preview. */
  static String line(String html) {
    return Jsoup.parse(html).text();
  }

  static String lines(String html) {
    return lines(html, false);
  }

  /** With the address that each link and each form has, behind its words. */
  static String linesWithTargets(String html) {
    return lines(html, true);
  }

  private static String lines(String html, boolean targets) {
    Lines lines = new Lines(targets);
    Jsoup.parse(html).body().traverse(lines);
    return lines.text();
  }

  private static final class Lines implements NodeVisitor {

    private final StringBuilder text = new StringBuilder();
    private final boolean targets;

    Lines(boolean targets) {
      this.targets = targets;
    }

    @Override
    public void head(Node node, int depth) {
      if (node instanceof TextNode words) {
        String said = words.text();
        boolean atStart = text.isEmpty() || text.charAt(text.length() - 1) == '\n';
        text.append(atStart ? said.stripLeading() : said);
      } else if (node instanceof Element element) {
        if (element.normalName().equals("br")) {
          text.append('\n');
        } else if (element.isBlock()) {
          endLine(element.normalName().equals("p") ? 2 : 1);
        }
      }
    }

    @Override
    public void tail(Node node, int depth) {
      if (node instanceof Element element) {
        if (targets) {
          target(element);
        }
        if (element.normalName().equals("td")) {
          text.append(' ');
        } else if (element.isBlock()) {
          endLine(1);
        }
      }
    }

    private void target(Element element) {
      String where =
          switch (element.normalName()) {
            case "a", "area" -> element.attr("href");
            case "form" -> element.attr("action");
            case "button", "input" -> element.attr("formaction");
            default -> "";
          };
      if (!where.isBlank()) {
        text.append(" <").append(where.strip()).append('>');
      }
    }

    String text() {
      return text.toString().strip();
    }

    /** So many line ends, not counting those that stand there. */
    private void endLine(int count) {
      int there = 0;
      // no further: a run of a million line ends would be counted again for each block
      while (there < count
          && there < text.length()
          && text.charAt(text.length() - 1 - there) == '\n') {
        there++;
      }
      if (!text.isEmpty()) {
        text.repeat("\n", Math.max(0, count - there));
      }
    }
  }
}
