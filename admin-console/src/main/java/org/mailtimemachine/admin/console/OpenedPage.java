package org.mailtimemachine.admin.console;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import org.mailtimemachine.admin.authority.ShownMessage;
import org.mailtimemachine.mailstore.mime.MessageSummary;

/**
 * The one message that was opened just now, as text: no picture is loaded, no link can be followed,
 * nothing can be downloaded. There is no such page but as the answer to {@link OpenActions}.
 */
@Named("openedPage")
@RequestScoped
public class OpenedPage {

  /** The request attribute that holds what is shown. */
  private static final String SHOWN = OpenedPage.class.getName();

  @Inject private HttpServletRequest request;
  @Inject private Texts texts;

  /** A part of it that is not shown. */
  public record Part(String name, String type, String size) {}

  static void put(HttpServletRequest request, ShownMessage shown) {
    request.setAttribute(SHOWN, shown);
  }

  static Optional<ShownMessage> in(HttpServletRequest request) {
    return request.getAttribute(SHOWN) instanceof ShownMessage shown
        ? Optional.of(shown)
        : Optional.empty();
  }

  /** There is no page of what was not opened by this request. */
  public void load() {
    if (in(request).isEmpty()) {
      NotFound.answer();
    }
  }

  private ShownMessage shown() {
    return in(request).orElseThrow(() -> new IllegalStateException("nothing was opened"));
  }

  private MessageSummary summary() {
    return shown().parsed().summary();
  }

  public String getMailbox() {
    return shown().opening().mailbox().toString();
  }

  public String getBack() {
    return "mailbox.xhtml?address=" + Parameters.encoded(getMailbox());
  }

  /** In which Folder it stood, and on which day. */
  public String getPlace() {
    return texts.of(
        "opened.place",
        texts.folder(shown().opening().folder()),
        texts.day(shown().opening().snapshot()));
  }

  public String getSubject() {
    return VisibleText.of(summary().subject());
  }

  public String getFrom() {
    return VisibleText.of(summary().from());
  }

  public String getTo() {
    return VisibleText.of(summary().to());
  }

  public String getDate() {
    return texts.longMoment(shown().opening().date());
  }

  public String getSize() {
    return texts.size(shown().size());
  }

  /** What it says, also where it says it in HTML. */
  public String getText() {
    return VisibleText.of(shown().parsed().text());
  }

  /** Whether it is HTML, of which only the words are shown. */
  public boolean isHtml() {
    return !shown().parsed().html().isEmpty();
  }

  /** All that is in it but its text. */
  public List<Part> getParts() {
    return shown().parsed().parts().stream()
        .filter(part -> !part.body())
        .map(part -> new Part(part.name(), part.contentType(), texts.size(part.size())))
        .toList();
  }

  public String getSource() {
    return VisibleText.of(shown().source());
  }

  public String getReason() {
    return shown().opening().reason();
  }
}
