package org.mailtimemachine.web.mailbox;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Optional;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** The message that is open. */
@Named("readingPane")
@RequestScoped
public class ReadingPane {

  @Inject private Catalogue catalogue;
  @Inject private SignedInMailbox signedIn;
  @Inject private DayBar dayBar;
  @Inject private Texts texts;

  private Optional<CataloguedMessage> message = Optional.empty();

  @PostConstruct
  void find() {
    message =
        dayBar
            .snapshot()
            .flatMap(
                day ->
                    dayBar
                        .place()
                        .message()
                        .flatMap(id -> catalogue.message(signedIn.address(), day.name(), id)));
  }

  public boolean isOpen() {
    return message.isPresent();
  }

  /** Whether a message was asked for that this day does not have. */
  public boolean isMissing() {
    return message.isEmpty() && dayBar.place().message().isPresent();
  }

  public String getSubject() {
    return message
        .map(CataloguedMessage::subject)
        .filter(s -> !s.isBlank())
        .orElseGet(() -> texts.of("message.noSubject"));
  }

  public String getFrom() {
    return message.map(CataloguedMessage::from).orElse("");
  }

  public String getTo() {
    return message.map(CataloguedMessage::to).orElse("");
  }

  public String getDate() {
    return message.map(CataloguedMessage::date).map(texts::moment).orElse("");
  }

  public String getText() {
    return message.map(CataloguedMessage::preview).orElse("");
  }

  public String getFiles() {
    return message.map(found -> MessageUrls.of(dayBar.getName(), found.id())).orElse("");
  }

  /** The message alone, for a window of its own. */
  public String getWindow() {
    return dayBar.place().url();
  }

  /** The way back to the list. */
  public String getList() {
    return dayBar.place().withoutMessage().url();
  }
}
