package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.TakeProgress;

/**
 * Somebody's own Maildirs, shown as they are now. Their directory is only read: the demo gets a
 * tree of its own, whose messages are hard links where that is possible and copies elsewhere.
 *
 * @param root holds {@code <domain>/<user>} Maildirs
 */
record OwnMail(Path root, Clock clock) implements ShownMail {

  /** Directories of a Maildir whose files are Messages. */
  private static final Set<String> MESSAGES = Set.of("cur", "new");

  /** What else a Snapshot reads; Dovecot changes these files in place, so they are copied. */
  private static final Set<String> STATE =
      Set.of("dovecot-uidlist", "dovecot-keywords", "subscriptions", "maildirfolder");

  @Override
  public List<String> prepare(DemoDirectory demo, Progress progress) throws IOException {
    if (!Files.isDirectory(root)) {
      throw new CommandFailed(
          "%s is no directory; --mail wants one that holds <domain>/<user> Maildirs."
              .formatted(root));
    }
    progress.say("Linking the Maildirs in " + root);
    Path source = root.toRealPath();
    if (demo.path().startsWith(source)) {
      throw new CommandFailed("The demo's directory must not lie in " + source + ".");
    }
    FileTree.delete(demo.mail());
    MailCopy copy = new MailCopy(source, demo.mail());
    Files.walkFileTree(source, copy);
    progress.say("%d messages linked, %d copied".formatted(copy.linked, copy.copied));
    List<String> sentences = new ArrayList<>();
    copy.leftOut.stream().limit(10).forEach(sentences::add);
    try (SnapshotEngine engine = SnapshotEngine.open(demo.mail(), demo.store(), clock)) {
      Run run = engine.take(engine.nameByHand(), TakeProgress.NONE);
      progress.say(
          "Snapshot %s: %d messages in %d mailboxes"
              .formatted(run.name(), run.messages(), run.mailboxes()));
      run.failed().forEach((mailbox, why) -> sentences.add("Left out: " + mailbox + ": " + why));
      run.warnings().stream().limit(10).forEach(sentences::add);
    }
    sentences.add("Sign in with any address of demo-credentials.txt.");
    return sentences;
  }

  /**
   * Copies the tree, without following a symbolic link and without stopping at what cannot be read.
   */
  private static final class MailCopy extends SimpleFileVisitor<Path> {
    private final Path from;
    private final Path to;
    private final List<String> leftOut = new ArrayList<>();
    private boolean linksWork = true;
    private long linked;
    private long copied;

    MailCopy(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      Files.createDirectories(to.resolve(from.relativize(directory)));
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      Path target = to.resolve(from.relativize(file));
      int depth = file.getNameCount();
      boolean message = depth > 1 && MESSAGES.contains(file.getName(depth - 2).toString());
      if (!attributes.isRegularFile()
          || !(message || STATE.contains(file.getName(depth - 1).toString()))) {
        return FileVisitResult.CONTINUE;
      }
      try {
        if (message && linksWork) {
          try {
            Files.createLink(target, file);
            linked++;
            return FileVisitResult.CONTINUE;
          } catch (FileSystemException e) {
            linksWork = false; // another file system, or files of another user
          }
        }
        Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        if (message) {
          copied++;
        }
      } catch (IOException e) {
        leftOut.add("Left out: " + e); // read meanwhile into cur, expunged, or not ours to read
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      leftOut.add("Left out: " + failure);
      return FileVisitResult.CONTINUE;
    }
  }
}
