package org.mailtimemachine.web.mailbox;

import java.text.Collator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.maildir.SpecialUse;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;

/**
 * Folders as a tree: those with a special use first, then by name, each level in the order of the
 * user's language. A level that no Folder stands for, but others lie below, is part of it too.
 */
final class FolderTree {

  /** One level: its path from the top, and the Folder that stands there, if any. */
  record Node(List<String> path, Optional<FolderSummary> folder, List<Node> children) {

    String label() {
      return path.getLast();
    }

    private int rank() {
      return folder
          .flatMap(FolderSummary::specialUse)
          .map(SpecialUse::ordinal)
          .orElse(SpecialUse.values().length);
    }
  }

  private static final class Level {
    private final Map<String, Level> below = new TreeMap<>();
    private @Nullable FolderSummary folder;
  }

  private FolderTree() {}

  static List<Node> of(List<FolderSummary> folders, Locale locale) {
    Level top = new Level();
    for (FolderSummary folder : folders) {
      Level level = top;
      for (String name : folder.name().levels()) {
        level = level.below.computeIfAbsent(name, key -> new Level());
      }
      level.folder = folder;
    }
    Collator collator = Collator.getInstance(locale);
    Comparator<Node> order =
        Comparator.comparingInt(Node::rank).thenComparing(Node::label, collator::compare);
    return nodes(top, List.of(), order);
  }

  private static List<Node> nodes(Level level, List<String> path, Comparator<Node> order) {
    List<Node> nodes = new ArrayList<>();
    for (Map.Entry<String, Level> below : level.below.entrySet()) {
      List<String> here = new ArrayList<>(path);
      here.add(below.getKey());
      nodes.add(
          new Node(
              List.copyOf(here),
              Optional.ofNullable(below.getValue().folder),
              nodes(below.getValue(), here, order)));
    }
    nodes.sort(order);
    return nodes;
  }
}
