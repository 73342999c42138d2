package org.mailtimemachine.restore;

import static org.mailtimemachine.mailstore.maildir.MaildirFolder.CUR;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.NEW;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.mailstore.maildir.MessageFileName;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.FileType;
import org.mailtimemachine.mailstore.posix.PosixException;

/**
 * What a live Mailbox holds. While its user moves messages, one listing of all Folders may miss
 * some (POSIX leaves open what a listing returns, and a message may go from a Folder not yet listed
 * into one that was): then a restore would add what is there. So Folders are listed until none has
 * changed since; what any listing has shown counts as being there.
 */
final class MaildirContents {

  private static final int MOST_PASSES = 100;
  private static final int QUIET_PASSES = 3;
  private static final Duration BETWEEN = Duration.ofMillis(50);

  /** A directory time as young as this may hide a change that came after the listing. */
  private static final Duration SETTLED = Duration.ofSeconds(1);

  /** A file that may be gone, or have other flags, by the time that it is used. */
  record Spot(Content folder, FileName part, FileName name, long inode) {}

  /** One Folder. */
  static final class Content {
    private final MaildirFolder folder;
    private final Map<Long, Spot> byInode = new HashMap<>();
    private final Map<String, Spot> byBaseName = new HashMap<>();
    private State listed = new State(null, null);

    Content(MaildirFolder folder) {
      this.folder = folder;
    }

    MaildirFolder folder() {
      return folder;
    }

    /** Whether who looks for a deleted message would not look here. */
    boolean wasteBasket() {
      return folder.thrownAway();
    }

    Optional<Spot> inode(long inode) {
      return Optional.ofNullable(byInode.get(inode));
    }

    Optional<Spot> baseName(FileName base) {
      return Optional.ofNullable(byBaseName.get(base.bytes()));
    }

    Collection<Spot> spots() {
      return byInode.values();
    }
  }

  private record State(@Nullable FileStatus cur, @Nullable FileStatus fresh) {

    boolean sameAs(State other) {
      return same(cur, other.cur) && same(fresh, other.fresh);
    }

    private static boolean same(@Nullable FileStatus one, @Nullable FileStatus other) {
      if (one == null || other == null) {
        return one == null && other == null;
      }
      return one.sameInode(other)
          && one.modified().equals(other.modified())
          && one.changed().equals(other.changed());
    }

    boolean settled(Instant now) {
      return settled(cur, now) && settled(fresh, now);
    }

    private static boolean settled(@Nullable FileStatus status, Instant now) {
      return status == null || status.changed().isBefore(now.minus(SETTLED));
    }
  }

  private final Map<String, Content> folders = new LinkedHashMap<>();
  private final Set<String> ours;
  private final Set<String> oursThere = new HashSet<>();
  private int found;

  /** Whether the last pass saw a directory that changes, or has changed a moment ago. */
  private boolean restless;

  private MaildirContents(Set<String> ours) {
    this.ours = ours;
  }

  /** Looks at all of it. */
  static MaildirContents look(Maildir maildir, InstantSource clock) throws IOException {
    return look(maildir, clock, Set.of());
  }

  /**
   * The same, for a job that may have begun.
   *
   * @param ours base names that only this job gives: what has one of them is of its own making, and
   *     is no sign that anything came back by itself
   */
  static MaildirContents look(Maildir maildir, InstantSource clock, Set<String> ours)
      throws IOException {
    MaildirContents live = new MaildirContents(ours);
    int quiet = 0;
    for (int pass = 0; live.pass(maildir, clock, pass); pass++) {
      quiet = live.found == 0 ? quiet + 1 : 0;
      if (quiet >= QUIET_PASSES) {
        return live; // somebody is at work there, and nothing new shows any more
      }
      if (pass >= MOST_PASSES) {
        throw new RestoreException(
            Hindrance.MAILBOX_RESTLESS,
            "the mailbox "
                + maildir.root().path()
                + " changes too fast to be looked at: try again in a minute");
      }
      if (live.restless) {
        pause();
      }
    }
    return live;
  }

  /** All Folders, INBOX first. */
  Collection<Content> folders() {
    return folders.values();
  }

  /**
   * A Folder, by its directory.
   *
   * @param directory as {@link MaildirFolder#directory()} writes it
   */
  Optional<Content> folder(String directory) {
    return Optional.ofNullable(folders.get(directory));
  }

  /** Whether a message of the job's own is there, in whatever Folder and with whatever flags. */
  boolean hasOurs(FileName base) {
    return oursThere.contains(base.bytes());
  }

  /** Lists what changed since the pass before. @return whether another pass may show more */
  private boolean pass(Maildir maildir, InstantSource clock, int number) throws IOException {
    boolean again = number == 0;
    found = 0;
    restless = false;
    List<MaildirFolder> all = new ArrayList<>();
    maildir.folders().forEach(each -> all.add(each.folder()));
    for (MaildirFolder folder : all) {
      Content content = folders.computeIfAbsent(folder.directory(), _ -> new Content(folder));
      try (DirectoryHandle directory = folder.open(maildir.root())) {
        State state = new State(status(directory, CUR), status(directory, NEW));
        boolean settled = state.settled(clock.instant());
        if (number > 0 && settled && state.sameAs(content.listed)) {
          continue;
        }
        again |= !settled || !state.sameAs(content.listed);
        restless |= !settled;
        // In this order: what a client sees goes from "new" to "cur".
        list(directory, NEW, content);
        list(directory, CUR, content);
        content.listed = state;
      } catch (PosixException e) {
        if (!e.is(Errno.ENOENT)) {
          // Not to know what is there would mean to add it once more.
          throw new RestoreException(
              Hindrance.MAILBOX_RESTLESS,
              "the live folder " + folder.name() + " cannot be looked at: " + e.getMessage(),
              e);
        }
        again = true; // deleted or renamed since it was found
        restless = true;
      }
    }
    return again;
  }

  private static @Nullable FileStatus status(DirectoryHandle directory, FileName part)
      throws IOException {
    try {
      return directory.status(part);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return null;
      }
      throw e;
    }
  }

  private void list(DirectoryHandle directory, FileName part, Content content) throws IOException {
    try (DirectoryHandle files = directory.directory(part)) {
      for (DirectoryEntry entry : files.list()) {
        boolean file = entry.type() == FileType.FILE || entry.type() == FileType.UNKNOWN;
        if (file && !entry.name().hidden()) {
          add(entry, part, content);
        }
      }
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }

  private void add(DirectoryEntry entry, FileName part, Content content) {
    String base = MessageFileName.of(entry.name()).base().bytes();
    if (ours.contains(base)) {
      oursThere.add(base);
      return;
    }
    Spot spot = new Spot(content, part, entry.name(), entry.inode());
    boolean known = content.byBaseName.put(base, spot) != null;
    if (content.byInode.put(entry.inode(), spot) == null || !known) {
      found++;
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(BETWEEN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a live mailbox was looked at", e);
    }
  }
}
