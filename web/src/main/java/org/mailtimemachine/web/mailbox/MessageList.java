package org.mailtimemachine.web.mailbox;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
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
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.Sighting;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;

/** One page of the messages of a Folder, as they were. */
@Named("messageList")
@RequestScoped
public class MessageList {

  @Inject private DayBar dayBar;
  @Inject private FolderPane folderPane;
  @Inject private FoundMessages found;
  @Inject private GoneSince goneSince;
  @Inject private DayDifference difference;
  @Inject private MessageHistory history;
  @Inject private Texts texts;
  @Inject private Preferences preferences;

  private Place place = Place.of(Map.of());
  private Map<UUID, Set<FolderName>> whereabouts = Map.of();
  private FoundMessages.Page messages = FoundMessages.Page.NOTHING;
  private Map<UUID, CataloguedMessage> then = Map.of();
  private List<MessageRow> rows = List.of();

  @PostConstruct
  void find() {
    place = folderPane.place();
    messages = found.page(place);
    if (messages.messages().isEmpty() && messages.total() > 0) {
      // The page went away, by another day or a deletion: the last one is nearest to it.
      place = place.withPage(lastPage());
      messages = found.page(place);
    }
    rows = rows();
  }

  public List<MessageRow> getRows() {
    return rows;
  }

  private List<MessageRow> rows() {
    List<UUID> ids = messages.messages().stream().map(CataloguedMessage::id).toList();
    whereabouts = found.whereabouts(place, ids);
    then = difference.marked() ? difference.then(ids) : Map.of();
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
    Optional<Sighting> sighting = Optional.ofNullable(messages.sightings().get(message.id()));
    Place there =
        sighting.map(Sighting::last).map(place::withDay).orElse(place).withMessage(message.id());
    String people = sent ? message.to() : message.from();
    String names = Correspondents.names(people);
    return new MessageRow(
        message.id(),
        names.isEmpty() ? texts.of(sent ? "list.noRecipient" : "list.noSender") : names,
        people,
        message.subject().isBlank() ? texts.of("message.noSubject") : message.subject(),
        preferences.previews() ? message.preview() : "",
        texts.shortly(message.date(), seenFrom),
        texts.moment(message.date()),
        texts.size(message.size()),
        message.size(),
        message.flags(),
        texts.labels(message.keywords()),
        message.attachments() > 0,
        where(message, sighting),
        fate(message),
        place.gone() && !whereabouts.containsKey(message.id()),
        place.message().filter(message.id()::equals).isPresent(),
        there.url(),
        MessageUrls.of(there.day().map(SnapshotName::text).orElse(""), message.id()));
  }

  /** Which Folder it is of, where that is not plain; and over all days, when it was there. */
  private String where(CataloguedMessage message, Optional<Sighting> sighting) {
    if (sighting.isPresent()) {
      Sighting seen = sighting.get();
      String folder = folderPane.path(message.folder(), seen.folderName());
      String first = texts.shortDay(seen.first().date());
      return seen.still()
          ? texts.of("search.seen.still", folder, first)
          : texts.of("search.seen", folder, first, texts.shortDay(seen.last().date()));
    }
    return place.search().scope().wide()
        ? folderPane.all().stream()
            .filter(folder -> folder.id().equals(message.folder()))
            .findFirst()
            .map(folderPane::path)
            .orElse("")
        : "";
  }

  /** Where a message is now, in a list of what left; how it changed, in one of what was marked. */
  private String fate(CataloguedMessage message) {
    if (then.containsKey(message.id())) {
      return history.marks(then.get(message.id()), message);
    }
    Set<FolderName> now = whereabouts.get(message.id());
    if (now == null) {
      return place.gone() ? texts.of("gone.nowhere") : "";
    }
    return texts.of(
        "gone.moved", now.stream().map(texts::folder).collect(Collectors.joining(", ")));
  }

  /** What is said above a list of what is gone. */
  public String getGoneSentence() {
    return folderPane.folder().map(found -> goneSince.sentence(found.id())).orElse("");
  }

  /** The id of the Folder, or an empty string. */
  public String getFolder() {
    return place.folder().map(UUID::toString).orElse("");
  }

  /** Whether messages of several Folders, or of several days, may be listed. */
  public boolean isWide() {
    return place.search().scope().wide();
  }

  /** Whether all that is listed can be asked for at once. */
  public boolean isWhole() {
    return place.search().selectable();
  }

  /** Whether what is listed is of many days: then no one day can give it back. */
  public boolean isOfAllDays() {
    return found.allDays(place);
  }

  /** Where all that is listed is one file; {@code &format=} follows. */
  public String getArchive() {
    return "api/v1/snapshots/%s/folders/%s/archive?%s"
        .formatted(
            dayBar.getName(),
            getFolder(),
            place.withoutMessage().withPage(1).url().replace("mailbox.xhtml?", ""));
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
    return place.search().text();
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
