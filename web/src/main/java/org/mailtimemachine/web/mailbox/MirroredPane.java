package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mime.FoldedText;
import org.mailtimemachine.mirror.recall.MirrorCopy;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.MessageFilter;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.snapshot.catalogue.Presence;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.mirrored.MirroredFolder;
import org.mailtimemachine.web.mirrored.MirroredMail;
import org.mailtimemachine.web.mirrored.MirroredMessage;
import org.mailtimemachine.web.mirrored.MirroredSearch;
import org.mailtimemachine.web.search.Search;
import org.mailtimemachine.web.signin.SignedInMailbox;

/**
 * What mirrors hold of the day and no Snapshot has, below the Folders of the day. To count it, mail
 * must be read: a page does not wait for that, and asks for the number when it is there.
 */
@Named("mirroredPane")
@RequestScoped
public class MirroredPane {

  private static final System.Logger LOG = System.getLogger(MirroredPane.class.getName());

  private static final Duration DELAYED = Duration.ofDays(1);

  @Inject private MirroredMail mail;
  @Inject private SignedInMailbox signedIn;
  @Inject private DayBar dayBar;
  @Inject private Preferences preferences;
  @Inject private Texts texts;

  private @Nullable Boolean offered;
  private MirroredMail.@Nullable Found found;
  private boolean failed;

  /**
   * One line below the Folders.
   *
   * @param word of the address that has the number
   * @param count empty where it is not known yet
   */
  public record Row(
      String word, String label, String more, String count, boolean selected, String url) {}

  /** Whether mirrors get this person's mail, and there is a day to show it with. */
  public boolean isOffered() {
    if (offered == null) {
      offered =
          dayBar.snapshot().filter(SnapshotSummary::indexed).isPresent()
              && mail.offered(signedIn.address());
    }
    return offered;
  }

  /** Below the Folders of this day. */
  private List<MirroredFolder> folders() {
    if (!isOffered()) {
      return List.of();
    }
    return dayBar.newest().equals(dayBar.snapshot())
        ? List.of(MirroredFolder.CAME_AND_WENT, MirroredFolder.SINCE)
        : List.of(MirroredFolder.CAME_AND_WENT);
  }

  /** The one that is looked at. */
  Optional<MirroredFolder> folder() {
    return dayBar.place().folder().flatMap(MirroredFolder::of).filter(folders()::contains);
  }

  /** The same as one of the day's Folders, which nothing is known of but its name. */
  Optional<FolderSummary> summary() {
    return folder()
        .map(
            folder ->
                new FolderSummary(
                    folder.id(), folder.folderName(), Optional.empty(), true, false, 0, 0));
  }

  /** Whether one of them is looked at. */
  public boolean isShown() {
    return folder().isPresent();
  }

  /** What it is called in the user's language; empty where it is none. */
  Optional<String> label(UUID folder) {
    return MirroredFolder.of(folder).map(this::label);
  }

  private String label(MirroredFolder folder) {
    return texts.of("mirrored." + word(folder));
  }

  private static String word(MirroredFolder folder) {
    return folder == MirroredFolder.SINCE ? "since" : "came";
  }

  public List<Row> getRows() {
    List<Row> rows = new ArrayList<>();
    for (MirroredFolder folder : folders()) {
      OptionalInt known = known(folder);
      rows.add(
          new Row(
              word(folder),
              label(folder),
              texts.of("mirrored." + word(folder) + ".more"),
              known.isPresent() ? Integer.toString(known.getAsInt()) : "",
              folder().filter(folder::equals).isPresent(),
              url(folder)));
    }
    return rows;
  }

  private String url(MirroredFolder folder) {
    return dayBar.place().withGone(false).withFolder(folder.id()).url();
  }

  private OptionalInt known(MirroredFolder folder) {
    return dayBar
        .snapshot()
        .map(day -> mail.known(signedIn.address(), dayBar.all(), day.name(), folder))
        .orElseGet(OptionalInt::empty);
  }

  /**
   * How many came and went, as far as that is known already; for what is said of the day as a
   * whole.
   */
  int cameAndWent() {
    return isOffered() ? known(MirroredFolder.CAME_AND_WENT).orElse(0) : 0;
  }

  /**
   * The number of messages, which may take as long as reading them; empty also where they cannot be
   * read.
   */
  OptionalInt count(MirroredFolder folder) {
    if (!folders().contains(folder)) {
      return OptionalInt.empty();
    }
    int count = messages(folder).messages().size();
    return failed ? OptionalInt.empty() : OptionalInt.of(count);
  }

  private MirroredMail.Found messages(MirroredFolder folder) {
    try {
      return mail.messages(
          signedIn.address(),
          dayBar.all(),
          dayBar.snapshot().map(SnapshotSummary::name).orElseThrow(),
          folder);
    } catch (IOException e) {
      unreadable(e);
      return new MirroredMail.Found(List.of(), MirroredMail.Rest.NONE);
    }
  }

  /** No stack of it: while a mirror is away, each page finds that. */
  private void unreadable(IOException e) {
    failed = true;
    LOG.log(
        System.Logger.Level.ERROR,
        () -> "What mirrors hold for " + signedIn.address() + " cannot be read: " + e);
  }

  private MirroredMail.Found found() {
    if (found == null) {
      found =
          folder()
              .map(this::messages)
              .orElse(new MirroredMail.Found(List.of(), MirroredMail.Rest.NONE));
    }
    return found;
  }

  /** Whether the mirror cannot be read at the moment. */
  public boolean isFailed() {
    found();
    return failed;
  }

  /** What it is that is looked at. */
  public String getSentence() {
    return folder()
        .map(
            folder -> {
              String said = texts.of("mirrored." + word(folder) + ".sentence");
              return said + rest(found().rest()) + unsearched();
            })
        .orElse("");
  }

  private String rest(MirroredMail.Rest rest) {
    return switch (rest) {
      case NONE -> "";
      case LEFT_OUT -> " " + texts.of("mirrored.most", MirroredMail.MOST);
      case NOT_READ -> " " + texts.of("mirrored.unread");
    };
  }

  private String unsearched() {
    return dayBar.place().search().inBodies() ? " " + texts.of("mirrored.bodies") : "";
  }

  /** One page of what is looked at. */
  FoundMessages.Page page(Place place, int rows) {
    List<CataloguedMessage> found =
        found().messages().stream()
            .map(MirroredMessage::row)
            .filter(wanted(place.search()))
            .sorted(order(place))
            .toList();
    int from = (int) Math.min(found.size(), (long) (place.page() - 1) * rows);
    return new FoundMessages.Page(
        found.size(), found.subList(from, Math.min(found.size(), from + rows)), Map.of());
  }

  /** Bodies are not read for it: where only they are asked for, nothing is found. */
  private Predicate<CataloguedMessage> wanted(Search search) {
    MessageFilter filter = search.filter(preferences.zone());
    if (!search.inBodies()) {
      return new MirroredSearch(filter)::matches;
    }
    return filter.fields().isEmpty()
        ? _ -> false
        : new MirroredSearch(
                new MessageFilter(
                    search.words(),
                    filter.fields(),
                    filter.marks(),
                    filter.since(),
                    filter.until()))
            ::matches;
  }

  private static Comparator<CataloguedMessage> order(Place place) {
    Comparator<CataloguedMessage> byDate = Comparator.comparing(CataloguedMessage::date);
    Comparator<CataloguedMessage> order =
        switch (place.sort()) {
          case DATE -> byDate;
          case FROM -> Comparator.comparing((CataloguedMessage row) -> folded(row.from()));
          case SUBJECT -> Comparator.comparing((CataloguedMessage row) -> folded(row.subject()));
          case SIZE -> Comparator.comparingLong(CataloguedMessage::size);
        };
    Comparator<CataloguedMessage> whole =
        place.sort() == MessageQuery.Sort.DATE ? order : order.thenComparing(byDate);
    return (place.ascending() ? whole : whole.reversed()).thenComparing(CataloguedMessage::id);
  }

  private static String folded(String text) {
    return FoldedText.of(text).toLowerCase(Locale.ROOT);
  }

  /** The message that is open, where a mirror has it and no Snapshot of the day. */
  Optional<MirroredMessage> message(UUID id) {
    Optional<SnapshotSummary> day = dayBar.snapshot();
    if (day.isEmpty() || !isOffered()) {
      return Optional.empty();
    }
    try {
      return mail.message(signedIn.address(), day.get().name(), id);
    } catch (IOException e) {
      unreadable(e);
      return Optional.empty();
    }
  }

  /**
   * How a message came that Snapshots have, where a mirror got it.
   *
   * @param first where they have it first
   */
  Optional<MirrorCopy> arrival(CataloguedMessage message, List<String> trace, Presence first) {
    if (trace.isEmpty() || !isOffered()) {
      return Optional.empty();
    }
    // Mail may wait for days; and who knows when what the oldest day has already came, but itself?
    Optional<Instant> before = first.before().flatMap(this::takenAt);
    Instant date = message.date();
    try {
      return mail.arrival(
          signedIn.address(),
          message,
          trace,
          before.orElse(date).minus(DELAYED),
          before.isEmpty()
              ? date.plus(DELAYED)
              : takenAt(first.first()).orElse(date).plus(DELAYED));
    } catch (IOException e) {
      unreadable(e);
      return Optional.empty();
    }
  }

  private Optional<Instant> takenAt(SnapshotName name) {
    return dayBar.all().stream()
        .filter(snapshot -> snapshot.name().equals(name))
        .map(SnapshotSummary::takenAt)
        .findFirst();
  }

  /** Where what came since the newest Snapshot is; null where no mirror has it. */
  public @Nullable String getSince() {
    return isOffered()
        ? dayBar
            .newest()
            .map(
                newest ->
                    dayBar
                        .place()
                        .withGone(false)
                        .withDay(newest.name())
                        .withFolder(MirroredFolder.SINCE.id())
                        .url())
            .orElse(null)
        : null;
  }
}
