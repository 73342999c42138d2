package org.mailtimemachine.web.message;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.mailtimemachine.mailstore.mime.MessagePart;
import org.mailtimemachine.mailstore.mime.ParsedMessage;

/**
 * Which pictures the HTML of a message shows as long as nobody agreed to load others.
 *
 * @param embedded numbers of the message's own parts that are drawn
 * @param blocked how many from elsewhere are left out
 * @param misleadingLinks those that are shown, a few at most
 */
public record ShownPictures(Set<Integer> embedded, int blocked, List<Warning> misleadingLinks) {

  private static final System.Logger LOG = System.getLogger(ShownPictures.class.getName());

  static ShownPictures of(ParsedMessage message) throws IOException {
    InlineImages images = new InlineImages(message, false);
    HtmlSanitiser sanitiser = new HtmlSanitiser(images, false);
    MisleadingLinks links = new MisleadingLinks();
    try {
      for (String html : message.html()) {
        links.html(sanitiser.sanitise(html));
      }
    } catch (RuntimeException e) {
      // the frame shows the text instead
      LOG.log(System.Logger.Level.DEBUG, "HTML is shown as text", e);
      links.text(message.text());
      return new ShownPictures(Set.of(), 0, links.found());
    }
    if (message.html().isEmpty()) {
      links.text(message.text());
    }
    return new ShownPictures(images.embedded(), sanitiser.blockedImages(), links.found());
  }

  /** What must be offered as files, since it is neither read nor seen. */
  public List<MessagePart> files(ParsedMessage message) {
    return message.parts().stream()
        .filter(part -> !part.body() && !embedded.contains(part.number()))
        .toList();
  }
}
