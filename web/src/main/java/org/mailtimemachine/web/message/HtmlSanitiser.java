package org.mailtimemachine.web.message;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.owasp.html.CssSchema;
import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.PolicyFactory;

/**
 * An allow-list wide enough for newsletters: tables, fonts, colours, and the style attribute by the
 * sanitiser's own list of CSS properties. No scripts, forms, frames, style sheets, or identifiers;
 * links lead out of the application or nowhere. One for each message and thread: it counts.
 */
final class HtmlSanitiser {

  private static final Pattern LINK =
      Pattern.compile("(?i)(?:https?://|mailto:).*+", Pattern.DOTALL);
  private static final Pattern REMOTE = Pattern.compile("(?i)https?://.*+", Pattern.DOTALL);
  private static final Pattern DATA_IMAGE =
      Pattern.compile("(?i)data:image/(?:png|jpe?g|gif|webp|bmp);base64,[A-Za-z0-9+/=\\s%]*+");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,5}%?");
  private static final Pattern COLOUR = Pattern.compile("#?[A-Za-z0-9]{1,25}");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9 ,.'_+-]{0,60}");

  /** Also in use in newsletters, and harmless within the frame. */
  private static final CssSchema STYLES =
      CssSchema.union(
          CssSchema.DEFAULT,
          CssSchema.withProperties(List.of("display", "float", "clear", "white-space")));

  private final InlineImages images;
  private final boolean remote;
  private final PolicyFactory policy;
  private int blockedImages;

  /**
   * @param remote whether pictures may be loaded from elsewhere
   */
  HtmlSanitiser(InlineImages images, boolean remote) {
    this.images = images;
    this.remote = remote;
    this.policy = policy();
  }

  /**
   * Harmless HTML for the body of a page.
   *
   * @throws IOException where a picture of the message cannot be read
   */
  String sanitise(String html) throws IOException {
    try {
      return policy.sanitize(html);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** How many pictures from elsewhere were left out so far. */
  int blockedImages() {
    return blockedImages;
  }

  private PolicyFactory policy() {
    return new HtmlPolicyBuilder()
        .allowElements(
            "abbr",
            "acronym",
            "address",
            "article",
            "aside",
            "b",
            "bdi",
            "bdo",
            "big",
            "blockquote",
            "br",
            "caption",
            "center",
            "cite",
            "code",
            "col",
            "colgroup",
            "dd",
            "del",
            "details",
            "dfn",
            "dir",
            "div",
            "dl",
            "dt",
            "em",
            "figcaption",
            "figure",
            "font",
            "footer",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "i",
            "img",
            "ins",
            "kbd",
            "li",
            "main",
            "mark",
            "nav",
            "ol",
            "p",
            "pre",
            "q",
            "s",
            "samp",
            "section",
            "small",
            "span",
            "strike",
            "strong",
            "sub",
            "summary",
            "sup",
            "table",
            "tbody",
            "td",
            "tfoot",
            "th",
            "thead",
            "time",
            "tr",
            "tt",
            "u",
            "ul",
            "var",
            "wbr")
        .allowElements((name, attributes) -> "div", "body")
        .allowElements(HtmlSanitiser::outwards, "a")
        .allowWithoutAttributes("span", "font")
        .allowUrlProtocols("http", "https", "mailto", "cid", "data")
        .requireRelsOnLinks("noopener", "noreferrer")
        .allowAttributes("href")
        .matching((element, name, value) -> LINK.matcher(value).matches() ? value : null)
        .onElements("a")
        .allowAttributes("src")
        .matching((element, name, value) -> picture(value))
        .onElements("img")
        .allowAttributes("background")
        .matching((element, name, value) -> picture(value))
        .onElements("table", "td", "th", "tr", "body")
        .allowUrlsInStyles((element, name, value) -> picture(value))
        .allowStyling(STYLES)
        .allowAttributes("alt", "title", "lang", "summary")
        .globally()
        .allowAttributes("dir")
        .matching(true, "ltr", "rtl", "auto")
        .globally()
        .allowAttributes("align", "valign")
        .matching(WORD)
        .globally()
        .allowAttributes("bgcolor", "bordercolor", "color")
        .matching(COLOUR)
        .globally()
        .allowAttributes(
            "width",
            "height",
            "border",
            "cellpadding",
            "cellspacing",
            "colspan",
            "rowspan",
            "hspace",
            "vspace",
            "start",
            "value",
            "span",
            "size")
        .matching(NUMBER)
        .globally()
        .allowAttributes("face", "type", "nowrap", "noshade", "reversed", "open", "clear")
        .matching(WORD)
        .globally()
        .toFactory();
  }

  /** Links open a window of their own, and say where they lead whatever their text says. */
  private static String outwards(String element, List<String> attributes) {
    int href = attributes.indexOf("href");
    if (href >= 0 && href % 2 == 0) {
      String target = attributes.get(href + 1);
      for (int i = attributes.size() - 2; i >= 0; i -= 2) {
        if (attributes.get(i).equals("title")) {
          attributes.subList(i, i + 2).clear();
        }
      }
      attributes.addAll(List.of("target", "_blank", "title", target));
    }
    return element;
  }

  private @Nullable String picture(String address) {
    if (DATA_IMAGE.matcher(address).matches()) {
      return address;
    }
    if (address.regionMatches(true, 0, "cid:", 0, 4)) {
      return ofMessage(address.substring(4)).orElse(null);
    }
    String absolute = address.startsWith("//") ? "https:" + address : address;
    if (!REMOTE.matcher(absolute).matches()) {
      return null;
    }
    if (!remote) {
      blockedImages++;
      return null;
    }
    return absolute;
  }

  private Optional<String> ofMessage(String contentId) {
    try {
      return images.address(decoded(contentId));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** RFC 2392: a Content-ID is percent-encoded in an address; a plus is a plus. */
  private static String decoded(String contentId) {
    try {
      return URLDecoder.decode(contentId.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return contentId;
    }
  }
}
