package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.Sentences;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.TakeProgress;

/**
 * Somebody's own Maildirs, shown as they are now. Their directory is only read: the demo gets a
 * tree of its own, whose messages are hard links where that is possible and copies elsewhere. What
 * an earlier run has put there stays: a copy made anew would be a new Message to the Store.
 *
 * @param root real; holds {@code <domain>/<user>} Maildirs
 */
record OwnMail(Path root, Clock clock) implements ShownMail {

  /** Directories of a Maildir whose files are Messages. */
  private static final Set<String> MESSAGES = Set.of("cur", "new");

  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rw-------");

  /** What else a Snapshot reads; Dovecot changes these files in place, so they are copied. */
  private static final Set<String> STATE =
      Set.of("dovecot-uidlist", "dovecot-keywords", "subscriptions", "maildirfolder");

  /**
   * The mail below a directory.
   *
   * @param root holds {@code <domain>/<user>} Maildirs
   * @param directory that a demo will live in; need not be there yet
   * @throws CommandFailed where there is no such mail, or where the two are not apart
   */
  static OwnMail of(Path root, Path directory, Clock clock) throws IOException {
    if (!Files.isDirectory(root)) {
      throw new CommandFailed(
          "%s is no directory; --mail wants one that holds <domain>/<user> Maildirs."
              .formatted(root));
    }
    Path source = root.toRealPath();
    Path demo = realPath(directory);
    if (demo.startsWith(source) || source.startsWith(demo)) {
      throw new CommandFailed(
          "The demo's directory %s and the mail in %s must not lie in each other; name another directory with --dir."
              .formatted(demo, source));
    }
    return new OwnMail(source, clock);
  }

  /** Also of what is not there yet: its parents may be symbolic links. */
  private static Path realPath(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (Files.exists(path)) {
      return path.toRealPath();
    }
    return parent == null ? absolute : realPath(parent).resolve(absolute.getFileName());
  }

  @Override
  public List<String> prepare(DemoDirectory demo, Progress progress) throws IOException {
    demo.keepTo("one's own mail");
    progress.say("Linking the Maildirs in " + root);
    OwnDirectory.makePrivate(demo.mail());
    Files.walkFileTree(demo.mail(), new Removal(demo.mail(), root));
    MailCopy copy = new MailCopy(root, demo.mail());
    Files.walkFileTree(root, copy);
    progress.say(
        "%d messages linked, %d copied, %d there already"
            .formatted(copy.linked, copy.copied, copy.kept));
    List<String> sentences = new ArrayList<>();
    copy.leftOut.stream().limit(10).forEach(sentences::add);
    try (SnapshotEngine engine = SnapshotEngine.open(demo.mail(), demo.store(), clock)) {
      Run run = engine.take(engine.nameByHand(), TakeProgress.NONE);
      progress.say(
          "Snapshot %s: %s in %s"
              .formatted(
                  run.name(),
                  Sentences.count(run.messages(), "message"),
                  Sentences.count(run.mailboxes(), "mailbox")));
      run.summary().stream().limit(20).forEach(sentences::add);
    }
    sentences.add("Sign in with any address of demo-credentials.txt.");
    return sentences;
  }

  private static @Nullable BasicFileAttributes attributes(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Deletes from the demo's tree what the mail has no longer, or has as something else. */
  private static final class Removal extends SimpleFileVisitor<Path> {
    private final Path copy;
    private final Path mail;

    Removal(Path copy, Path mail) {
      this.copy = copy;
      this.mail = mail;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      BasicFileAttributes original = attributes(mail.resolve(copy.relativize(directory)));
      if (original == null || !original.isDirectory()) {
        FileTree.delete(directory);
        return FileVisitResult.SKIP_SUBTREE;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      BasicFileAttributes original = attributes(mail.resolve(copy.relativize(file)));
      if (original == null || !original.isRegularFile() || !same(original, attributes)) {
        Files.delete(file);
      }
      return FileVisitResult.CONTINUE;
    }

    /** A copy that was interrupted has the time of its making. */
    private static boolean same(BasicFileAttributes one, BasicFileAttributes other) {
      return one.size() == other.size()
          && one.lastModifiedTime()
              .toInstant()
              .truncatedTo(ChronoUnit.MICROS) // what a copy keeps of it
              .equals(other.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.MICROS));
    }
  }

  /**
   * Copies what is missing of the tree, without following a symbolic link and without stopping at
   * what cannot be read.
   */
  private static final class MailCopy extends SimpleFileVisitor<Path> {
    private final Path from;
    private final Path to;
    private final List<String> leftOut = new ArrayList<>();
    private boolean linksWork = true;
    private long linked;
    private long copied;
    private long kept;

    MailCopy(Path from, Path to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      OwnDirectory.makePrivate(to.resolve(from.relativize(directory)));
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
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
          kept += message ? 1 : 0;
          return FileVisitResult.CONTINUE;
        }
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
        Files.setPosixFilePermissions(target, PRIVATE);
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
