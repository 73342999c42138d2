package org.mailtimemachine.command.demo;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mailstore.maildir.MessageFileName;
import org.mailtimemachine.mailstore.posix.FileName;

/** A message file that lies in a Folder of the demo now, and what its name says. */
final class KeptMessage {

  private final String baseName;
  private final Set<Character> flags = new TreeSet<>();
  private final Set<String> keywords = new TreeSet<>();
  private DemoFolder folder;
  private boolean isNew;

  KeptMessage(String baseName, DemoFolder folder, boolean isNew) {
    this.baseName = baseName;
    this.folder = folder;
    this.isNew = isNew;
  }

  String baseName() {
    return baseName;
  }

  DemoFolder folder() {
    return folder;
  }

  boolean isNew() {
    return isNew;
  }

  Set<Character> flags() {
    return flags;
  }

  Set<String> keywords() {
    return keywords;
  }

  void opened() {
    isNew = false;
  }

  void movedTo(DemoFolder other) {
    folder = other;
    isNew = false;
  }

  Path path() {
    return folder.directory().resolve(isNew ? "new" : "cur").resolve(fileName());
  }

  /** The base name alone in {@code new}; behind it {@code :2,} and the flags in {@code cur}. */
  private String fileName() {
    if (isNew) {
      return baseName;
    }
    String capitals = flags.stream().map(String::valueOf).collect(Collectors.joining());
    String letters =
        keywords.stream()
            .map(keyword -> String.valueOf(folder.keywordLetter(keyword)))
            .sorted()
            .collect(Collectors.joining());
    return new MessageFileName(new FileName(baseName), new Flags(capitals), letters)
        .withInfo()
        .bytes();
  }
}
