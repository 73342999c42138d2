package org.mailtimemachine.web.mailbox;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mime.MessageHeader;
import org.mailtimemachine.mailstore.mime.MessageNote;
import org.mailtimemachine.mailstore.mime.MessagePart;
import org.mailtimemachine.mailstore.mime.MessageSummary;
import org.mailtimemachine.mailstore.mime.ParsedMessage;
import org.mailtimemachine.mailstore.mime.PartPath;
import org.mailtimemachine.mirror.recall.DamagedCopyException;
import org.mailtimemachine.mirror.recall.MirrorCopy;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.message.Enclosures;
import org.mailtimemachine.web.message.MessageOpener;
import org.mailtimemachine.web.message.OpenedMessage;
import org.mailtimemachine.web.message.ShownPictures;
import org.mailtimemachine.web.message.TextAsHtml;
import org.mailtimemachine.web.message.Warning;
import org.mailtimemachine.web.mirrored.MirroredMessage;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** The message that is open. Its HTML is not here: it has a page of its own, shown in a frame. */
@Named("readingPane")
@RequestScoped
public class ReadingPane {

  private static final System.Logger LOG = System.getLogger(ReadingPane.class.getName());

  /** The parameter that leads to a message within the message ({@link PartPath}). */
  private static final String PART = "part";

  @Inject private Catalogue catalogue;
  @Inject private MessageOpener messages;
  @Inject private SignedInMailbox signedIn;
  @Inject private DayBar dayBar;
  @Inject private MirroredPane mirrored;
  @Inject private Texts texts;
  @Inject private HttpServletRequest request;

  private @Nullable CataloguedMessage row;
  private @Nullable MirroredMessage copy;
  private PartPath path = PartPath.WHOLE;
  private @Nullable ParsedMessage parsed;
  private @Nullable ShownPictures pictures;
  private @Nullable Enclosures enclosures;
  private String source = "";
  private boolean damaged;

  @PostConstruct
  void open() {
    Optional<SnapshotSummary> day = dayBar.snapshot();
    Optional<UUID> wanted = dayBar.place().message();
    if (day.isEmpty() || wanted.isEmpty()) {
      return;
    }
    row = catalogue.message(signedIn.address(), day.get().name(), wanted.get()).orElse(null);
    if (row == null) {
      copy = mirrored.message(wanted.get()).orElse(null);
      row = copy == null ? null : copy.row();
    }
    if (row != null) {
      read(day.get(), row);
    }
  }

  /** A message that the Store cannot give leaves its row: the page says so and goes on. */
  private void read(SnapshotSummary day, CataloguedMessage found) {
    try {
      Optional<OpenedMessage> whole = messages.open(signedIn.address(), day.name(), found.id());
      if (whole.isPresent()) {
        show(whole.get());
      } else if (copy == null) {
        throw new IOException("it is gone");
      } else {
        copy = null; // it expired in the mirror: no list has it any more
        row = null;
      }
    } catch (DamagedCopyException e) {
      damaged = true;
      LOG.log(System.Logger.Level.ERROR, e.getMessage());
    } catch (IOException | RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          () -> "message " + found.id() + " of " + signedIn.address() + ", " + day.name(),
          e);
    }
  }

  private void show(OpenedMessage message) throws IOException {
    try (OpenedMessage whole = message) {
      row = whole.row();
      OpenedMessage opened = wanted(whole);
      ParsedMessage read = opened.parse();
      pictures = opened.pictures(read);
      enclosures = Enclosures.of(opened, read, path);
      if (read.unparseable().isPresent()) {
        source = opened.start();
      }
      parsed = read;
    }
  }

  /** The message itself, or one within it where the address asks for that and it is there. */
  private OpenedMessage wanted(OpenedMessage whole) throws IOException {
    PartPath asked =
        Optional.ofNullable(request.getParameter(PART))
            .flatMap(PartPath::parse)
            .orElse(PartPath.WHOLE);
    Optional<OpenedMessage> within = whole.within(asked);
    path = within.isPresent() ? asked : PartPath.WHOLE;
    return within.orElse(whole);
  }

  public boolean isOpen() {
    return row != null;
  }

  /** Whether a message was asked for that this day does not have. */
  public boolean isMissing() {
    return row == null && dayBar.isIndexed() && dayBar.place().message().isPresent();
  }

  /** Whether no Snapshot of this day has it, and a mirror does. */
  public boolean isMirrored() {
    return copy != null;
  }

  /** Whether what the mirror holds is something else than what came. */
  public boolean isDamaged() {
    return damaged;
  }

  /** The message of the list that is open. */
  Optional<CataloguedMessage> row() {
    return Optional.ofNullable(row);
  }

  /** What a mirror holds of it, where no Snapshot of this day has it. */
  Optional<MirrorCopy> copy() {
    return Optional.ofNullable(copy).map(MirroredMessage::copy);
  }

  /** Through which hands it says that it went, the last one first. */
  List<String> trace() {
    return isWithin()
        ? List.of()
        : getHeaders().stream()
            .filter(header -> header.name().equalsIgnoreCase("Received"))
            .map(MessageHeader::value)
            .toList();
  }

  /** When it came, of what a mirror holds; else empty. */
  public String getArrived() {
    return copy == null ? "" : texts.moment(copy.copy().arrived());
  }

  /** The sender of its envelope; that of a bounce has none. */
  public String getEnvelopeFrom() {
    return copy == null ? "" : copy.copy().sender().isEmpty() ? "<>" : copy.copy().sender();
  }

  /** This person's addresses in its envelope. */
  public String getEnvelopeTo() {
    return copy == null ? "" : String.join(", ", copy.copy().recipients());
  }

  /** What the mail server called it. */
  public String getQueueId() {
    return copy == null ? "" : copy.copy().queueId();
  }

  /** Whether its bytes could be read. */
  public boolean isReadable() {
    return parsed != null;
  }

  /** Whether it is a message within another one. */
  public boolean isWithin() {
    return !path.whole();
  }

  /** The address of the message around it. */
  public String getAround() {
    return url(path.outer());
  }

  /** The subject of the outermost message around it. */
  public String getAroundSubject() {
    return row == null ? "" : subject(row.subject());
  }

  public String getSubject() {
    return row == null ? "" : subject(within().map(MessageSummary::subject).orElse(row.subject()));
  }

  public String getFrom() {
    return row == null ? "" : within().map(MessageSummary::from).orElse(row.from());
  }

  public String getTo() {
    return row == null ? "" : within().map(MessageSummary::to).orElse(row.to());
  }

  public String getCc() {
    return parsed == null ? "" : parsed.summary().cc();
  }

  public String getBcc() {
    return header("Bcc");
  }

  public String getReplyTo() {
    return header("Reply-To");
  }

  /** Empty where a message within another one does not say when it was sent. */
  public String getDate() {
    Optional<Instant> date =
        isWithin()
            ? within().flatMap(MessageSummary::date)
            : Optional.ofNullable(row).map(CataloguedMessage::date);
    return date.map(texts::moment).orElse("");
  }

  public String getSize() {
    return row == null || isWithin() ? "" : texts.size(row.size());
  }

  public List<String> getKeywords() {
    return row == null || isWithin() ? List.of() : texts.labels(row.keywords());
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

  /** Whether there is nothing at all to read. */
  public boolean isWordless() {
    return parsed != null
        && parsed.unparseable().isEmpty()
        && parsed.html().isEmpty()
        && parsed.text().isBlank()
        && parsed.notes().stream().noneMatch(MessageNote::protection);
  }

  /** What was cut or is damaged, one sentence each. */
  public List<String> getNotes() {
    return notes(false);
  }

  /** How it is signed or encrypted, one sentence each. */
  public List<String> getProtection() {
    return notes(true);
  }

  private List<String> notes(boolean protection) {
    return parsed == null
        ? List.of()
        : parsed.notes().stream()
            .filter(note -> note.protection() == protection)
            .sorted()
            .map(note -> texts.of("note." + note.name()))
            .toList();
  }

  /** What may mislead. */
  List<Warning> warnings() {
    if (parsed == null || pictures == null) {
      return List.of();
    }
    List<Warning> warnings = new ArrayList<>(Warning.ofSender(parsed.headers()));
    warnings.addAll(pictures.misleadingLinks());
    return warnings;
  }

  Optional<Enclosures> enclosures() {
    return Optional.ofNullable(enclosures);
  }

  /** Its files; but not the messages within it, which have cards of their own. */
  public List<AttachmentRow> getAttachments() {
    if (parsed == null || pictures == null || enclosures == null) {
      return List.of();
    }
    List<Integer> cards = enclosures.messages().stream().map(Enclosures.Forwarded::number).toList();
    return pictures.files(parsed).stream()
        .filter(part -> !cards.contains(part.number()))
        .map(this::attachment)
        .toList();
  }

  private AttachmentRow attachment(MessagePart part) {
    FileKind kind = FileKind.of(part.name(), part.contentType());
    return new AttachmentRow(
        part.name(),
        kind.icon(),
        texts.of("file." + kind) + ", ~" + texts.size(part.size()),
        attachment(part.number()),
        kind == FileKind.OUTLOOK ? texts.of("file.OUTLOOK.hint") : "");
  }

  /** Where a part of this message is downloaded. */
  String attachment(int number) {
    return getFiles() + "/attachments/" + path.with(number).text();
  }

  /** The page's address for a message within this one. */
  String within(int number) {
    return url(path.with(number));
  }

  private String url(PartPath other) {
    String place = dayBar.place().url();
    return other.whole() ? place : place + "&" + PART + "=" + other.text();
  }

  /** Where the interface has the message, and what it is within where it is within another. */
  public String getFiles() {
    return row == null ? "" : MessageUrls.of(dayBar.getName(), row.id());
  }

  /** Its page for the frame. */
  public String getPage() {
    return getFiles() + "/html" + part('?');
  }

  /** Its page for the frame, with what it wants from elsewhere. */
  public String getPageWithRemote() {
    return getFiles() + "/html?remote=1" + part('&');
  }

  public String getSourcePage() {
    return getFiles() + "/source" + part('?');
  }

  /** Its page for a printer. */
  public String getPrintPage() {
    return getFiles() + "/print" + part('?');
  }

  /** Itself as a file. */
  public String getDownload() {
    return isWithin() ? getFiles() + "/attachments/" + path.text() : getFiles() + ".eml";
  }

  /** All its files in one. */
  public String getAllFiles() {
    return getFiles() + "/attachments.zip" + part('?');
  }

  private String part(char before) {
    return isWithin() ? before + PART + "=" + path.text() : "";
  }

  /** This message in a window of its own. */
  public String getWindow() {
    return url(path) + "#alone";
  }

  /** Whether its host could be let open it: what a mirror alone has, or is within it, not. */
  public boolean isAllowable() {
    return row != null && copy == null && !isWithin();
  }

  /** Its day and its id, without the list that it was opened from. */
  public String getBareAddress() {
    return row == null ? "" : "mailbox.xhtml?day=" + dayBar.getName() + "&message=" + row.id();
  }

  /** The way back to the list. */
  public String getList() {
    return dayBar.place().withoutMessage().url();
  }

  private Optional<MessageSummary> within() {
    return isWithin() ? Optional.ofNullable(parsed).map(ParsedMessage::summary) : Optional.empty();
  }

  private String subject(String text) {
    return text.isBlank() ? texts.of("message.noSubject") : text;
  }

  private String header(String name) {
    return getHeaders().stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(MessageHeader::value)
        .collect(Collectors.joining(", "));
  }
}
