package org.mailtimemachine.web.message;

import java.io.IOException;
import org.mailtimemachine.mailstore.mime.ParsedMessage;

/**
 * The HTML of a message, made of allowed elements only.
 *
 * @param document a whole page; still only to be shown in a sandboxed frame under its own
 *     Content-Security-Policy: sanitising is one of three walls
 */
public record SafeHtml(String document) {

  private static final System.Logger LOG = System.getLogger(SafeHtml.class.getName());

  private static final String BEFORE =
      """
      <!DOCTYPE html>
      <html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <meta name="referrer" content="no-referrer"><title></title>
      <style>
      body { margin: 12px; font: 14px/1.5 system-ui, sans-serif; color: #1d2125; background: #fff;
             overflow-wrap: break-word; }
      img { max-width: 100%; }
      pre { white-space: pre-wrap; font: inherit; }
      .plain-text { white-space: pre-wrap; }
      blockquote { margin: 0 0 0 4px; padding: 0 0 0 12px; border-left: 2px solid #c6ccd2; }
      </style></head><body>
      """;

  private static final String AFTER = "</body></html>\n";

  static SafeHtml of(ParsedMessage message, InlineImages images, boolean remote)
      throws IOException {
    if (message.html().isEmpty()) {
      return plain(message);
    }
    try {
      return sanitised(message, images, remote);
    } catch (RuntimeException e) {
      // a library met markup that its authors never saw; the text says the same
      LOG.log(System.Logger.Level.WARNING, "HTML is shown as text", e);
      return plain(message);
    }
  }

  private static SafeHtml plain(ParsedMessage message) {
    return new SafeHtml(BEFORE + TextAsHtml.of(message.text()) + AFTER);
  }

  private static SafeHtml sanitised(ParsedMessage message, InlineImages images, boolean remote)
      throws IOException {
    HtmlSanitiser sanitiser = new HtmlSanitiser(images, remote);
    StringBuilder document = new StringBuilder(BEFORE);
    for (String html : message.html()) {
      // each part apart, so that what one leaves open swallows nothing of the next
      document.append("<div>").append(sanitiser.sanitise(html)).append("</div>\n");
    }
    return new SafeHtml(document.append(AFTER).toString());
  }
}
