package org.mailtimemachine.web.mailbox;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mime.MessageHeader;
import org.mailtimemachine.mailstore.mime.MessagePart;
import org.mailtimemachine.mailstore.mime.ParsedMessage;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.message.MessageOpener;
import org.mailtimemachine.web.message.OpenedMessage;
import org.mailtimemachine.web.message.ShownPictures;
import org.mailtimemachine.web.message.TextAsHtml;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** The message that is open. Its HTML is not here: it has a page of its own, shown in a frame. */
@Named("readingPane")
@RequestScoped
public class ReadingPane {

  private static final System.Logger LOG = System.getLogger(ReadingPane.class.getName());

  @Inject private Catalogue catalogue;
  @Inject private MessageOpener messages;
  @Inject private SignedInMailbox signedIn;
  @Inject private DayBar dayBar;
  @Inject private Texts texts;

  private @Nullable CataloguedMessage row;
  private @Nullable ParsedMessage parsed;
  private @Nullable ShownPictures pictures;
  private String source = "";

  @PostConstruct
  void open() {
    Optional<SnapshotSummary> day = dayBar.snapshot();
    Optional<UUID> wanted = dayBar.place().message();
    if (day.isEmpty() || wanted.isEmpty()) {
      return;
    }
    row = catalogue.message(signedIn.address(), day.get().name(), wanted.get()).orElse(null);
    if (row != null) {
      read(day.get(), row);
    }
  }

  /** A message that the Store cannot give leaves its row: the page says so and goes on. */
  private void read(SnapshotSummary day, CataloguedMessage found) {
    try (OpenedMessage opened =
        messages.open(signedIn.address(), day.name(), found.id()).orElseThrow(IOException::new)) {
      ParsedMessage message = opened.parse();
      pictures = opened.pictures(message);
      if (message.unparseable().isPresent()) {
        source = opened.start();
      }
      parsed = message;
    } catch (IOException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          () -> "message " + found.id() + " of " + signedIn.address() + ", " + day.name(),
          e);
    }
  }

  public boolean isOpen() {
    return row != null;
  }

  /** Whether a message was asked for that this day does not have. */
  public boolean isMissing() {
    return row == null && dayBar.isIndexed() && dayBar.place().message().isPresent();
  }

  /** Whether its bytes could be read. */
  public boolean isReadable() {
    return parsed != null;
  }

  public String getSubject() {
    return row == null || row.subject().isBlank() ? texts.of("message.noSubject") : row.subject();
  }

  public String getFrom() {
    return row == null ? "" : row.from();
  }

  public String getTo() {
    return row == null ? "" : row.to();
  }

  public String getCc() {
    return parsed == null ? "" : parsed.summary().cc();
  }

  public String getDate() {
    return row == null ? "" : texts.moment(row.date());
  }

  public String getSize() {
    return row == null ? "" : texts.size(row.size());
  }

  public List<String> getKeywords() {
    return row == null ? List.of() : texts.labels(row.keywords());
  }

  public List<MessageHeader> getHeaders() {
    return parsed == null ? List.of() : parsed.headers();
  }

  /** Its plain text, or what its HTML says, with its links: harmless HTML. */
  public String getText() {
    return parsed == null ? "" : TextAsHtml.of(parsed.text());
  }

  /** The beginning of its source, where nothing else can be shown; else empty. */
  public String getSource() {
    return source;
  }

  public boolean isHtml() {
    return parsed != null && !parsed.html().isEmpty();
  }

  /** Pictures from elsewhere that are not loaded. */
  public int getBlockedImages() {
    return pictures == null ? 0 : pictures.blocked();
  }

  /** What was cut or is damaged, one sentence each. */
  public List<String> getNotes() {
    return parsed == null
        ? List.of()
        : parsed.notes().stream().sorted().map(note -> texts.of("note." + note.name())).toList();
  }

  public List<AttachmentRow> getAttachments() {
    return parsed == null || pictures == null
        ? List.of()
        : pictures.files(parsed).stream().map(this::attachment).toList();
  }

  private AttachmentRow attachment(MessagePart part) {
    return new AttachmentRow(
        part.name(), texts.size(part.size()), getFiles() + "/attachments/" + part.number());
  }

  /** Where the files of this message are; {@code .eml}, {@code /source} and so on follow. */
  public String getFiles() {
    return row == null ? "" : MessageUrls.of(dayBar.getName(), row.id());
  }

  /** This message in a window of its own. */
  public String getWindow() {
    return dayBar.place().url() + "#alone";
  }

  /** The way back to the list. */
  public String getList() {
    return dayBar.place().withoutMessage().url();
  }
}
