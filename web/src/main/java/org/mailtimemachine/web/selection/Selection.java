package org.mailtimemachine.web.selection;

import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.MessageFilter;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;
import org.mailtimemachine.snapshot.catalogue.SnapshotSummary;
import org.mailtimemachine.web.mirrored.MirroredFolder;
import org.mailtimemachine.web.search.Compared;
import org.mailtimemachine.web.search.Scope;
import org.mailtimemachine.web.search.Search;

/**
 * Which messages of a Snapshot somebody means: single ones, or all that a list has but a few. All
 * of a Folder of 50,000 is a word here, and never a list of them.
 *
 * @param folders whose lists are meant; empty for all Folders. Does not count for single messages
 * @param scope how many Folders around them the list had
 * @param filter what the search that made the list let through
 * @param gone whether the list had only what has left its Folder since
 * @param compared how the messages of the list differ from those of another day, if that one is
 *     still kept
 * @param all whether all of the list is meant
 * @param named the single messages; with all, those that are not meant
 */
public record Selection(
    SnapshotName snapshot,
    Set<UUID> folders,
    Scope scope,
    MessageFilter filter,
    boolean gone,
    Optional<Compared> compared,
    boolean all,
    Set<UUID> named) {

  /** The most messages that can be named. */
  public static final int MOST_NAMED = MessageQuery.MOST;

  private static final int UUID_LENGTH = 36;

  /**
   * A selection.
   *
   * @throws IllegalArgumentException where too many are named
   */
  public Selection {
    folders = Set.copyOf(folders);
    named = Set.copyOf(named);
    if (named.size() > MOST_NAMED) {
      throw new IllegalArgumentException("at most " + MOST_NAMED + " messages can be named");
    }
  }

  /** Whether all of some Folders is meant, and nothing of it left out. */
  boolean wholeFolders() {
    return all && filter.isAll() && !gone && compared.isEmpty() && named.isEmpty();
  }

  /** What mirrors hold, where that is meant and nothing else. */
  public Optional<MirroredFolder> mirrored() {
    return scope == Scope.FOLDER ? MirroredFolder.only(folders) : Optional.empty();
  }

  /** Whether single messages may be of other days, too: what a search over all days finds. */
  public boolean anyDay() {
    return scope == Scope.DAYS && !gone && compared.isEmpty();
  }

  /** The same, by the days that are kept: a comparison with another one leaves nothing out. */
  Selection on(List<SnapshotSummary> snapshots) {
    return new Selection(
        snapshot,
        folders,
        scope,
        filter,
        gone,
        compared.flatMap(with -> with.on(snapshot, snapshots)),
        all,
        named);
  }

  /** All messages of a Snapshot. */
  public static Selection all(SnapshotName snapshot) {
    return new Selection(
        snapshot,
        Set.of(),
        Scope.FOLDER,
        MessageFilter.ALL,
        false,
        Optional.empty(),
        true,
        Set.of());
  }

  /**
   * All messages of some Folders.
   *
   * @throws IllegalArgumentException where none is named, which would mean all of them
   */
  public static Selection ofFolders(SnapshotName snapshot, Collection<UUID> folders) {
    return new Selection(
        snapshot,
        some(folders),
        Scope.FOLDER,
        MessageFilter.ALL,
        false,
        Optional.empty(),
        true,
        Set.of());
  }

  /**
   * Single messages.
   *
   * @throws IllegalArgumentException where none is named, or too many
   */
  public static Selection ofMessages(SnapshotName snapshot, Collection<UUID> messages) {
    return new Selection(
        snapshot,
        Set.of(),
        Scope.FOLDER,
        MessageFilter.ALL,
        false,
        Optional.empty(),
        false,
        some(messages));
  }

  private static Set<UUID> some(Collection<UUID> ids) {
    if (ids.isEmpty()) {
      throw new IllegalArgumentException("nothing is named");
    }
    return Set.copyOf(ids);
  }

  /**
   * Reads what the webmail sends: the address of a list ({@code day}, {@code folder}, {@code show},
   * {@code compare}, and what {@link Search} reads) and {@code ids}, or {@code all} and {@code
   * except}; ids with commas.
   *
   * @param zone of the user, whose days the dates of a search are
   * @throws IllegalArgumentException where that makes no sense, or where all is meant of a list
   *     that no question to the Catalogue makes
   */
  public static Selection of(Map<String, String[]> parameters, ZoneId zone) {
    Map<String, String> address = new HashMap<>();
    parameters.forEach(
        (name, values) -> {
          if (values.length > 0) {
            address.put(name, values[0]);
          }
        });
    boolean all = "1".equals(address.get("all"));
    Search search = Search.of(address);
    if (all && !search.selectable()) {
      throw new IllegalArgumentException("all that was found in bodies or on all days");
    }
    return new Selection(
        Optional.ofNullable(address.get("day"))
            .flatMap(SnapshotName::parse)
            .orElseThrow(() -> new IllegalArgumentException("day must name a snapshot")),
        ids(address.get("folder")),
        search.scope(),
        search.filter(zone),
        Compared.gone(address),
        Compared.of(address),
        all,
        ids(address.get(all ? "except" : "ids")));
  }

  private static Set<UUID> ids(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return Set.of();
    }
    // One more than allowed is enough to refuse it.
    Stream<String> words = Arrays.stream(text.split(",", MOST_NAMED + 2)).limit(MOST_NAMED + 1);
    return words.map(Selection::id).collect(Collectors.toSet());
  }

  private static UUID id(String word) {
    if (word.length() != UUID_LENGTH) {
      throw new IllegalArgumentException("not the id of a message or folder");
    }
    return UUID.fromString(word);
  }
}
