package org.mailtimemachine.command.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.mailtimemachine.mailstore.maildir.ModifiedUtf7;

/**
 * One Mailbox of the demo: does to the files of a Maildir++ what Dovecot 2.3 does for the same
 * action. What is asked of a message that is gone already is left undone, as for a person who comes
 * too late.
 */
final class DemoMaildir {

  private final Path root;
  private final long seed;
  private final Instant created;
  private final Map<String, DemoFolder> folders = new TreeMap<>();
  private final Map<String, KeptMessage> messages = new LinkedHashMap<>();
  private final TreeSet<String> subscribed = new TreeSet<>();
  private boolean subscriptionsChanged;

  DemoMaildir(Path root, long seed, Instant created) throws IOException {
    this.root = root;
    this.seed = seed;
    this.created = created;
    folder("INBOX");
    subscribe("INBOX");
  }

  void createFolder(String name, boolean subscribe) throws IOException {
    folder(name);
    if (subscribe) {
      subscribe(name);
    }
  }

  /** Delivery: through {@code tmp} into {@code new}; the internal date is the file's mtime. */
  void deliver(String key, String folderName, byte[] content, Instant when) throws IOException {
    add(key, folderName, content, when);
  }

  /** IMAP APPEND: through {@code tmp} into {@code cur}. */
  void append(String key, String folderName, byte[] content, Instant when, String flags)
      throws IOException {
    KeptMessage kept = add(key, folderName, content, when);
    open(kept);
    setFlags(key, flags, when);
  }

  /** A mail program opens the Folder of a message: all that is new there moves to {@code cur}. */
  void openFolderOf(String key, Instant when) throws IOException {
    KeptMessage message = messages.get(key);
    if (message == null) {
      return;
    }
    for (KeptMessage other : messages.values()) {
      if (other.folder() == message.folder() && other.isNew()) {
        open(other);
      }
    }
    message.folder().touched(when);
  }

  void setFlags(String key, String flags, Instant when) throws IOException {
    rename(key, when, kept -> flags.chars().forEach(flag -> kept.flags().add((char) flag)));
  }

  void clearFlag(String key, char flag, Instant when) throws IOException {
    rename(key, when, kept -> kept.flags().remove(flag));
  }

  void label(String key, String keyword, Instant when) throws IOException {
    rename(key, when, kept -> kept.keywords().add(keyword));
  }

  /** MOVE: the same inode under the same base name in the other Folder. */
  void move(String key, String folderName, Instant when) throws IOException {
    KeptMessage message = messages.get(key);
    if (message == null) {
      return;
    }
    DemoFolder target = folder(folderName);
    Path from = message.path();
    message.folder().removed(message.baseName(), when);
    message.movedTo(target);
    Files.move(from, message.path(), StandardCopyOption.ATOMIC_MOVE);
    target.added(message.baseName(), when);
  }

  /** COPY: a hard link under the same base name. */
  void copy(String key, String folderName, Instant when) throws IOException {
    KeptMessage message = messages.get(key);
    if (message == null) {
      return;
    }
    DemoFolder target = folder(folderName);
    KeptMessage copy = new KeptMessage(message.baseName(), target, false);
    copy.flags().addAll(message.flags());
    copy.keywords().addAll(message.keywords());
    Files.createLink(copy.path(), message.path());
    target.added(copy.baseName(), when);
    messages.put(key + " in " + folderName, copy);
  }

  void expunge(String key, Instant when) throws IOException {
    KeptMessage message = messages.remove(key);
    if (message != null) {
      Files.delete(message.path());
      message.folder().removed(message.baseName(), when);
    }
  }

  /** Removes every message of a Folder; the Folder stays. */
  void empty(String folderName, Instant when) throws IOException {
    for (Map.Entry<String, KeptMessage> entry : List.copyOf(messages.entrySet())) {
      if (entry.getValue().folder().name().equals(folderName)) {
        expunge(entry.getKey(), when);
      }
    }
  }

  /** DELETE of a Folder and of all below it. */
  void deleteFolder(String folderName, Instant when) throws IOException {
    for (DemoFolder folder : List.copyOf(folders.values())) {
      if (folder.name().equals(folderName) || folder.name().startsWith(folderName + "/")) {
        empty(folder.name(), when);
        try (var entries = Files.walk(folder.directory())) {
          for (Path path : entries.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
          }
        }
        folders.remove(folder.name());
        subscriptionsChanged |= subscribed.remove(folder.name());
      }
    }
  }

  /** Ends a session: what Dovecot writes beside the messages is brought up to date. */
  void write() throws IOException {
    for (DemoFolder folder : folders.values()) {
      folder.write();
    }
    if (subscriptionsChanged) {
      StringBuilder text = new StringBuilder("V\t2\n\n");
      for (String name : subscribed) {
        text.append(directoryName(name).replace('.', '\t')).append('\n');
      }
      folder("INBOX").replace("subscriptions", text.toString());
      subscriptionsChanged = false;
    }
  }

  private KeptMessage add(String key, String folderName, byte[] content, Instant when)
      throws IOException {
    DemoFolder folder = folder(folderName);
    KeptMessage message = new KeptMessage(baseName(key, content, when), folder, true);
    Path temporary = folder.directory().resolve("tmp").resolve(message.baseName());
    DemoFolder.writeFile(temporary, content, when);
    Files.move(temporary, message.path(), StandardCopyOption.ATOMIC_MOVE);
    folder.added(message.baseName(), when);
    if (messages.put(key, message) != null) {
      throw new IllegalStateException("delivered twice: " + key + " in " + root);
    }
    return message;
  }

  private static void open(KeptMessage message) throws IOException {
    Path from = message.path();
    message.opened();
    Files.move(from, message.path(), StandardCopyOption.ATOMIC_MOVE);
  }

  private void rename(String key, Instant when, Consumer<KeptMessage> change) throws IOException {
    KeptMessage message = messages.get(key);
    if (message == null) {
      return;
    }
    Path from = message.path();
    message.opened();
    change.accept(message);
    Files.move(from, message.path(), StandardCopyOption.ATOMIC_MOVE);
    message.folder().touched(when);
  }

  private DemoFolder folder(String name) throws IOException {
    DemoFolder known = folders.get(name);
    if (known != null) {
      return known;
    }
    boolean inbox = name.equals("INBOX");
    Path directory = inbox ? root : root.resolve("." + directoryName(name));
    SplittableRandom random = new SplittableRandom(seed * 31 + name.hashCode());
    String guid = String.format(Locale.ROOT, "%016x%016x", random.nextLong(), random.nextLong());
    long uidValidity = created.getEpochSecond() + folders.size();
    DemoFolder folder = new DemoFolder(name, directory, uidValidity, guid, created);
    folders.put(name, folder);
    return folder;
  }

  private void subscribe(String name) {
    subscriptionsChanged |= subscribed.add(name);
  }

  private String baseName(String key, byte[] content, Instant when) {
    SplittableRandom random = new SplittableRandom(seed * 31 + key.hashCode());
    int lines = 0;
    for (byte b : content) {
      lines += b == '\n' ? 1 : 0;
    }
    return String.format(
        Locale.ROOT,
        "%d.M%dP%d.mx,S=%d,W=%d",
        when.getEpochSecond(),
        random.nextInt(1_000_000),
        1000 + random.nextInt(30_000),
        content.length,
        content.length + lines);
  }

  /** {@code A.B} in modified UTF-7 for {@code A/B}. */
  private static String directoryName(String folderName) {
    return ModifiedUtf7.encode(folderName.replace('/', '.'));
  }
}
