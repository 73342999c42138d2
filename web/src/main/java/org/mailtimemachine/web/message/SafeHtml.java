package org.mailtimemachine.web.message;

import java.io.IOException;
import org.mailtimemachine.mailstore.mime.ParsedMessage;

/**
 * The HTML of a message, made of allowed elements only.
 *
 * @param document a whole page; still only to be shown in a sandboxed frame under its own
 *     Content-Security-Policy: sanitising is one of three walls
 * @param blockedImages pictures from elsewhere that were left out
 */
public record SafeHtml(String document, int blockedImages) {

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
      blockquote { margin: 0 0 0 4px; padding: 0 0 0 12px; border-left: 2px solid #c6ccd2; }
      </style></head><body>
      """;

  private static final String AFTER = "</body></html>\n";

  static SafeHtml of(ParsedMessage message, InlineImages images, boolean remote)
      throws IOException {
    if (message.html().isEmpty()) {
      return new SafeHtml(BEFORE + TextAsHtml.of(message.text()) + AFTER, 0);
    }
    HtmlSanitiser sanitiser = new HtmlSanitiser(images, remote);
    StringBuilder document = new StringBuilder(BEFORE);
    for (String html : message.html()) {
      // each part apart, so that what one leaves open swallows nothing of the next
      document.append("<div>").append(sanitiser.sanitise(html)).append("</div>\n");
    }
    return new SafeHtml(document.append(AFTER).toString(), sanitiser.blockedImages());
  }
}
