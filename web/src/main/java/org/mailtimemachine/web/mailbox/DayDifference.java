package org.mailtimemachine.web.mailbox;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.Catalogue;
import org.mailtimemachine.snapshot.catalogue.CataloguedMessage;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.search.Compared;
import org.mailtimemachine.web.search.Compared.What;
import org.mailtimemachine.web.search.Scope;
import org.mailtimemachine.web.search.Search;
import org.mailtimemachine.web.signin.SignedInMailbox;

/** What came, went, was moved and was marked between two days, for the Mailbox and each Folder. */
@Named("difference")
@RequestScoped
public class DayDifference {

  /** All Folders of the day, and nothing searched for. */
  static final Search EVERYWHERE = Search.of(Map.of("scope", Search.word(Scope.ALL)));

  @Inject private Catalogue catalogue;
  @Inject private SignedInMailbox signedIn;
  @Inject private DayBar dayBar;
  @Inject private FolderPane folderPane;
  @Inject private Texts texts;

  private @Nullable Map<What, Map<UUID, Long>> counts;

  /**
   * A link to some of the messages that differ.
   *
   * @param selected whether they are listed
   */
  public record Choice(String label, long count, String url, boolean selected) {}

  /** A day to compare with. */
  public record Day(String label, String url) {}

  /** What the day is compared with; empty where no other day is wanted, or that one is not kept. */
  private Optional<SnapshotName> other() {
    return compared().map(Compared::other);
  }

  private Optional<Compared> compared() {
    return dayBar
        .snapshot()
        .flatMap(
            day -> dayBar.place().compared().flatMap(with -> with.on(day.name(), dayBar.all())));
  }

  private List<SnapshotSummary> days() {
    return dayBar.all().stream().filter(SnapshotSummary::indexed).toList();
  }

  public boolean isShown() {
    return other().isPresent() && dayBar.isIndexed();
  }

  /** What of it is listed. */
  private What what() {
    return compared().map(Compared::what).orElse(What.GONE);
  }

  boolean moved() {
    return isShown() && what() == What.MOVED;
  }

  boolean marked() {
    return isShown() && what() == What.MARKED;
  }

  Map<UUID, Set<FolderName>> whereabouts(List<UUID> messages) {
    return other()
        .map(other -> catalogue.whereabouts(signedIn.address(), day(), messages, other))
        .orElse(Map.of());
  }

  /** How messages are marked on the other day, by their ids. */
  Map<UUID, CataloguedMessage> then(List<UUID> messages) {
    Map<UUID, CataloguedMessage> then = new HashMap<>();
    other()
        .map(other -> catalogue.messages(signedIn.address(), other, messages))
        .orElse(List.of())
        .forEach(message -> then.put(message.id(), message));
    return then;
  }

  private SnapshotName day() {
    return dayBar.snapshot().map(SnapshotSummary::name).orElseThrow();
  }

  private SnapshotName earlier() {
    SnapshotName other = other().orElseThrow();
    return other.compareTo(day()) < 0 ? other : day();
  }

  private SnapshotName later() {
    SnapshotName other = other().orElseThrow();
    return other.compareTo(day()) < 0 ? day() : other;
  }

  /** As {@code Sat 14 Nov to Sun 15 Nov}. */
  public String getSentence() {
    return texts.of("compare.sentence", shortly(earlier()), shortly(later()));
  }

  private String shortly(SnapshotName name) {
    String day = texts.shortDay(name.date());
    return name.nightly() ? day : day + " " + texts.time(name.time());
  }

  private String label(SnapshotName name) {
    String day = texts.day(name.date());
    return name.nightly() ? day : day + ", " + texts.time(name.time());
  }

  /** What can be listed, each with its number in the whole Mailbox. */
  public List<Choice> getChoices() {
    List<Choice> choices = new ArrayList<>();
    for (What what : What.values()) {
      choices.add(
          new Choice(
              texts.of("compare." + Search.word(what)),
              sum(what),
              url(earlier(), later(), what),
              what == what()));
    }
    return choices;
  }

  /** All Folders, and those that have some of what is listed. */
  public List<Choice> getFolders() {
    Place place = dayBar.place();
    Map<UUID, Long> here = counts().getOrDefault(what(), Map.of());
    List<Choice> choices = new ArrayList<>();
    boolean wide = place.search().scope().wide();
    choices.add(
        new Choice(
            texts.of("compare.everywhere"),
            sum(what()),
            place.withSearch(EVERYWHERE).withoutMessage().url(),
            wide));
    for (FolderSummary folder : byName()) {
      if (here.containsKey(folder.id())) {
        choices.add(
            new Choice(
                folderPane.path(folder),
                here.getOrDefault(folder.id(), 0L),
                place.withFolder(folder.id()).url(),
                !wide && folderPane.folder().filter(folder::equals).isPresent()));
      }
    }
    return choices;
  }

  private List<FolderSummary> byName() {
    return folderPane.all().stream().sorted(Comparator.comparing(FolderSummary::name)).toList();
  }

  /** The same day without a comparison. */
  public String getEnd() {
    return dayBar.place().withoutMessage().withSearch(Search.NONE).withGone(false).url();
  }

  /** The days that this one can be compared with, newest first. */
  public List<Day> getDays() {
    return dayBar.snapshot().filter(SnapshotSummary::indexed).isEmpty()
        ? List.of()
        : days().reversed().stream()
            .map(SnapshotSummary::name)
            .filter(name -> !name.equals(day()))
            .map(name -> new Day(label(name), to(name)))
            .toList();
  }

  private String to(SnapshotName name) {
    boolean before = name.compareTo(day()) < 0;
    return url(before ? name : day(), before ? day() : name, What.GONE);
  }

  /** Where it is listed: the day is the one that has the messages. */
  private String url(SnapshotName earlier, SnapshotName later, What what) {
    Compared compared = new Compared(what.onLater() ? earlier : later, what);
    return dayBar
        .place()
        .withDay(what.onLater() ? later : earlier)
        .withSearch(EVERYWHERE)
        .withCompared(compared)
        .url();
  }

  private long sum(What what) {
    return counts().getOrDefault(what, Map.of()).values().stream().mapToLong(n -> n).sum();
  }

  private Map<What, Map<UUID, Long>> counts() {
    if (counts == null) {
      Map<UUID, Long> added = new HashMap<>();
      Map<UUID, Long> gone = new HashMap<>();
      Map<UUID, Long> moved = new HashMap<>();
      catalogue
          .departures(signedIn.address(), later(), earlier())
          .forEach((folder, came) -> put(added, folder, came.nowhere()));
      catalogue
          .departures(signedIn.address(), earlier(), later())
          .forEach(
              (folder, left) -> {
                put(gone, folder, left.nowhere());
                put(moved, folder, left.messages() - left.nowhere());
              });
      counts =
          Map.of(
              What.ADDED,
              added,
              What.GONE,
              gone,
              What.MOVED,
              moved,
              What.MARKED,
              catalogue.marked(signedIn.address(), later(), earlier()));
    }
    return counts;
  }

  private static void put(Map<UUID, Long> counts, UUID folder, long count) {
    if (count > 0) {
      counts.put(folder, count);
    }
  }
}
