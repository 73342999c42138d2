package org.mailtimemachine.mailstore.maildir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;

/**
 * The file {@code subscriptions} of a Maildir: one Folder a line. Version 2 starts with {@code
 * V<tab>2} and divides levels by tabs, the older one by dots (Dovecot, {@code
 * subscription-file.c}).
 */
public final class Subscriptions {

  private static final String FILE = "subscriptions";
  private static final String VERSION_2 = "V\t2";

  private Subscriptions() {}

  static Set<FolderName> read(DirectoryHandle root, Consumer<String> warnings) {
    List<String> lines = MetadataFile.lines(root, FILE, warnings);
    boolean tabs = !lines.isEmpty() && lines.getFirst().startsWith(VERSION_2);
    Set<FolderName> subscribed = new HashSet<>();
    for (String line : tabs ? lines.subList(1, lines.size()) : lines) {
      if (!line.isEmpty()) {
        subscribed.add(new FolderName(FolderNames.levels(line.split(tabs ? "\t" : "[./]", -1))));
      }
    }
    return subscribed;
  }

  /**
   * The text of a file, version 2, that subscribes to these Folders.
   *
   * @param directories of the Folders from the Maildir's root, as they are called on disk; empty
   *     for INBOX
   */
  public static byte[] toBytes(List<List<FileName>> directories) {
    StringBuilder text = new StringBuilder(VERSION_2).append("\n\n");
    for (List<FileName> directory : directories) {
      List<String> levels = FolderNames.onDisk(directory);
      if (levels.stream().flatMapToInt(String::chars).noneMatch(c -> c < ' ')) {
        text.append(levels.isEmpty() ? "INBOX" : String.join("\t", levels)).append('\n');
      }
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Does something before a file is changed. */
  @FunctionalInterface
  public interface Beforehand {
    void run() throws IOException;
  }

  /**
   * Subscribes to a Folder of a live Maildir, under the lock by which Dovecot's processes do it.
   *
   * @param directory of the Folder from the root
   * @param before is called where it is not subscribed already
   * @return false where somebody has held the lock all the time, or no line can hold the name
   */
  public static boolean add(
      DirectoryHandle root, List<FileName> directory, Beforehand before, InstantSource clock)
      throws IOException {
    List<String> levels = FolderNames.onDisk(directory);
    return unspeakable(levels)
        ? levels.isEmpty() // nobody subscribes to INBOX
        : change(
            root,
            clock,
            lines -> {
              String name = line(lines, directory, levels);
              if (lines.contains(name)) {
                return lines;
              }
              before.run();
              List<String> more = new ArrayList<>(lines.isEmpty() ? List.of(VERSION_2, "") : lines);
              more.add(name);
              return more;
            });
  }

  /**
   * Ends the subscription of a Folder of a live Maildir, under the same lock.
   *
   * @return false where somebody has held the lock all the time
   */
  public static boolean remove(DirectoryHandle root, List<FileName> directory, InstantSource clock)
      throws IOException {
    List<String> levels = FolderNames.onDisk(directory);
    return unspeakable(levels)
        || change(
            root,
            clock,
            lines -> {
              String name = line(lines, directory, levels);
              return lines.contains(name)
                  ? lines.stream().filter(each -> !each.equals(name)).toList()
                  : lines;
            });
  }

  private static boolean unspeakable(List<String> levels) {
    return levels.isEmpty() || levels.stream().flatMapToInt(String::chars).anyMatch(c -> c < ' ');
  }

  private static String line(List<String> lines, List<FileName> directory, List<String> levels) {
    boolean tabs = lines.isEmpty() || lines.getFirst().startsWith(VERSION_2);
    boolean dotted = directory.size() == 1 && directory.getFirst().hidden();
    return String.join(tabs ? "\t" : dotted ? "." : "/", levels);
  }

  private interface Change {
    /** The lines as they are to be; the same list where nothing is to change. */
    List<String> of(List<String> lines) throws IOException;
  }

  private static boolean change(DirectoryHandle root, InstantSource clock, Change change)
      throws IOException {
    Optional<DovecotLock> lock = DovecotLock.take(root, FILE, clock);
    if (lock.isEmpty()) {
      return false;
    }
    try (DovecotLock held = lock.get()) {
      assert held != null;
      List<String> warnings = new ArrayList<>();
      List<String> lines = MetadataFile.lines(root, FILE, warnings::add);
      if (!warnings.isEmpty()) {
        throw new IOException(warnings.getFirst()); // or all that it holds would be lost
      }
      List<String> changed = change.of(lines);
      if (!changed.equals(lines)) {
        StringBuilder text = new StringBuilder();
        changed.forEach(line -> text.append(line).append('\n'));
        MetadataFile.replace(
            root, FILE, text.toString().getBytes(StandardCharsets.ISO_8859_1), clock.instant());
      }
      return true;
    }
  }
}
