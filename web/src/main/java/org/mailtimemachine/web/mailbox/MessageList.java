package org.mailtimemachine.web.mailbox;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.maildir.SpecialUse;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MessagePage;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** One page of the messages of a Folder, as they were. */
@Named("messageList")
@RequestScoped
public class MessageList {

  @Inject private Catalogue catalogue;
  @Inject private SignedInMailbox signedIn;
  @Inject private DayBar dayBar;
  @Inject private FolderPane folderPane;
  @Inject private GoneSince goneSince;
  @Inject private Texts texts;
  @Inject private Preferences preferences;

  private Place place = Place.of(Map.of());
  private Map<UUID, Set<FolderName>> whereabouts = Map.of();
  private MessagePage messages = new MessagePage(0, List.of());
  private List<MessageRow> rows = List.of();

  @PostConstruct
  void find() {
    place = folderPane.place();
    messages = page();
    if (messages.messages().isEmpty() && messages.total() > 0) {
      // The page went away, by another day or a deletion: the last one is nearest to it.
      place = place.withPage(lastPage());
      messages = page();
    }
    rows = rows();
  }

  public List<MessageRow> getRows() {
    return rows;
  }

  private MessagePage page() {
    Optional<SnapshotSummary> day = dayBar.snapshot();
    Optional<FolderSummary> folder = folderPane.folder();
    if (day.isEmpty() || folder.isEmpty()) {
      return new MessagePage(0, List.of());
    }
    return catalogue
        .messages(
            signedIn.address(),
            day.get().name(),
            folder.get().id(),
            place.query(goneBy(), preferences.rows()))
        .orElseGet(() -> new MessagePage(0, List.of()));
  }

  private Optional<SnapshotName> goneBy() {
    // Nothing is gone from the newest day, and that is what its list says then.
    return place.gone()
        ? goneSince.later().or(() -> dayBar.snapshot().map(SnapshotSummary::name))
        : Optional.empty();
  }

  private List<MessageRow> rows() {
    whereabouts =
        place.gone()
            ? goneSince.whereabouts(
                messages.messages().stream().map(CataloguedMessage::id).toList())
            : Map.of();
    Instant seenFrom = dayBar.snapshot().map(SnapshotSummary::takenAt).orElse(Instant.EPOCH);
    boolean sent =
        folderPane
            .folder()
            .flatMap(FolderSummary::specialUse)
            .filter(use -> use == SpecialUse.SENT || use == SpecialUse.DRAFTS)
            .isPresent();
    return messages.messages().stream().map(message -> row(message, seenFrom, sent)).toList();
  }

  private MessageRow row(CataloguedMessage message, Instant seenFrom, boolean sent) {
    String people = sent ? message.to() : message.from();
    String names = Correspondents.names(people);
    return new MessageRow(
        message.id(),
        names.isEmpty() ? texts.of(sent ? "list.noRecipient" : "list.noSender") : names,
        people,
        message.subject().isBlank() ? texts.of("message.noSubject") : message.subject(),
        texts.shortly(message.date(), seenFrom),
        texts.moment(message.date()),
        texts.size(message.size()),
        message.size(),
        message.flags(),
        texts.labels(message.keywords()),
        message.attachments() > 0,
        fate(message.id()),
        place.gone() && !whereabouts.containsKey(message.id()),
        place.message().filter(message.id()::equals).isPresent(),
        place.withMessage(message.id()).url(),
        MessageUrls.of(dayBar.getName(), message.id()));
  }

  /** Where a message is now, in the list of what is gone. */
  private String fate(UUID message) {
    if (!place.gone()) {
      return "";
    }
    Set<FolderName> now = whereabouts.get(message);
    return now == null
        ? texts.of("gone.nowhere")
        : texts.of(
            "gone.moved",
            now.stream()
                .map(name -> name.equals(FolderName.INBOX) ? texts.of("folder.inbox") : name.text())
                .collect(Collectors.joining(", ")));
  }

  /** What is said above a list of what is gone. */
  public String getGoneSentence() {
    return folderPane.folder().map(found -> goneSince.sentence(found.id())).orElse("");
  }

  /** The id of the Folder, or an empty string. */
  public String getFolder() {
    return place.folder().map(UUID::toString).orElse("");
  }

  /** Where all that is listed is one file; {@code &format=} follows. */
  public String getArchive() {
    return "api/v1/snapshots/%s/folders/%s/archive?q=%s"
        .formatted(
            dayBar.getName(),
            folderPane.folder().map(FolderSummary::id).map(UUID::toString).orElse(""),
            URLEncoder.encode(place.text(), StandardCharsets.UTF_8));
  }

  public boolean isNone() {
    return messages.total() == 0;
  }

  /** How many messages all pages have. */
  public long getTotal() {
    return messages.total();
  }

  /** How many messages are on the pages before this one. */
  public long getOffset() {
    return (long) (place.page() - 1) * preferences.rows();
  }

  /** As {@code Messages 1 to 50 of 50000}. */
  public String getRange() {
    long first = getOffset() + 1;
    return texts.of("list.range", first, first + messages.messages().size() - 1, messages.total());
  }

  public String getText() {
    return place.text();
  }

  public String getSort() {
    return place.sortName();
  }

  public boolean isAscending() {
    return place.ascending();
  }

  public int getPage() {
    return place.page();
  }

  public int getPages() {
    return lastPage();
  }

  /** The address of the list itself, with nothing opened; for forms and for the way back. */
  public String getUrl() {
    return place.withoutMessage().url();
  }

  /** The same list without the search. */
  public String getUnsearched() {
    return place.withText("").url();
  }

  public @Nullable String getFirst() {
    return place.page() > 1 ? place.withPage(1).url() : null;
  }

  public @Nullable String getPrevious() {
    return place.page() > 1 ? place.withPage(place.page() - 1).url() : null;
  }

  public @Nullable String getNext() {
    return place.page() < lastPage() ? place.withPage(place.page() + 1).url() : null;
  }

  public @Nullable String getLast() {
    return place.page() < lastPage() ? place.withPage(lastPage()).url() : null;
  }

  private int lastPage() {
    return (int) Math.max(1, (messages.total() + preferences.rows() - 1) / preferences.rows());
  }
}
