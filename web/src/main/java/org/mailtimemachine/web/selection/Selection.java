package org.mailtimemachine.web.selection;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.catalogue.MessageQuery;

/**
 * Which messages of a Snapshot somebody means: single ones, or all that a list has but a few. All
 * of a Folder of 50,000 is a word here, and never a list of them.
 *
 * @param folders whose lists are meant; empty for all Folders. Does not count for single messages
 * @param text of the search that made the list; empty for none
 * @param gone whether the list had only what has left its Folder since
 * @param all whether all of the list is meant
 * @param named the single messages; with all, those that are not meant
 */
public record Selection(
    SnapshotName snapshot,
    Set<UUID> folders,
    String text,
    boolean gone,
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

  /** All messages of a Snapshot, or of one Folder of it. */
  public static Selection all(SnapshotName snapshot, Optional<UUID> folder, String text) {
    Set<UUID> folders = folder.map(Set::of).orElseGet(Set::of);
    return new Selection(snapshot, folders, text, false, true, Set.of());
  }

  /**
   * Reads what the webmail sends: the address of a list ({@code day}, {@code folder}, {@code q},
   * {@code show}) and {@code ids}, or {@code all} and {@code except}; ids with commas.
   *
   * @throws IllegalArgumentException where that makes no sense
   */
  public static Selection of(Map<String, String[]> parameters) {
    boolean all = "1".equals(first(parameters, "all"));
    return new Selection(
        Optional.ofNullable(first(parameters, "day"))
            .flatMap(SnapshotName::parse)
            .orElseThrow(() -> new IllegalArgumentException("day must name a snapshot")),
        ids(first(parameters, "folder")),
        Optional.ofNullable(first(parameters, "q")).orElse("").strip(),
        "gone".equals(first(parameters, "show")),
        all,
        ids(first(parameters, all ? "except" : "ids")));
  }

  private static @Nullable String first(Map<String, String[]> parameters, String name) {
    String[] values = parameters.get(name);
    return values == null || values.length == 0 ? null : values[0];
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
