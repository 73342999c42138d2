package org.mailtimemachine.web.mailbox;

import java.text.Collator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.mailtimemachine.mailstore.maildir.SpecialUse;
import org.mailtimemachine.snapshot.catalogue.FolderSummary;

/**
 * Folders as a tree: those with a special use first, then by name, each level in the order of the
 * user's language. A level that no Folder stands for, but others lie below, is part of it too. Two
 * directories may have one name once decoded: both are there, and what lies below is shown below
 * the first.
 */
final class FolderTree {

  /** One level: its path from the top, and the Folder that stands there, if any. */
  record Node(List<String> path, Optional<FolderSummary> folder, List<Node> children) {

    String label() {
      return path.getLast();
    }

    private String id() {
      return folder.map(found -> found.id().toString()).orElse("");
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
    private final List<FolderSummary> folders = new ArrayList<>();
  }

  private FolderTree() {}

  static List<Node> of(List<FolderSummary> folders, Locale locale) {
    Level top = new Level();
    List<FolderSummary> byId =
        folders.stream().sorted(Comparator.comparing(FolderSummary::id)).toList();
    for (FolderSummary folder : byId) {
      Level level = top;
      for (String name : folder.name().levels()) {
        level = level.below.computeIfAbsent(name, key -> new Level());
      }
      level.folders.add(folder);
    }
    Collator collator = Collator.getInstance(locale);
    Comparator<Node> order =
        Comparator.comparingInt(Node::rank)
            .thenComparing(Node::label, collator::compare)
            .thenComparing(Node::id);
    return nodes(top, List.of(), order);
  }

  private static List<Node> nodes(Level level, List<String> path, Comparator<Node> order) {
    List<Node> nodes = new ArrayList<>();
    for (Map.Entry<String, Level> below : level.below.entrySet()) {
      List<String> here = new ArrayList<>(path);
      here.add(below.getKey());
      List<FolderSummary> folders = below.getValue().folders;
      nodes.add(
          new Node(
              List.copyOf(here),
              folders.stream().findFirst(),
              nodes(below.getValue(), here, order)));
      folders.stream()
          .skip(1)
          .forEach(
              folder -> nodes.add(new Node(List.copyOf(here), Optional.of(folder), List.of())));
    }
    nodes.sort(order);
    return nodes;
  }
}
