package org.mailtimemachine.restore;

import static org.mailtimemachine.mailstore.maildir.MaildirFolder.CUR;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.NEW;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.TMP;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.maildir.KeywordNames;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.mailstore.maildir.MessageFileName;
import org.mailtimemachine.mailstore.maildir.Subscriptions;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileCopies;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileOwner;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;

/**
 * The live Folder that messages are put back into, through handles and no symbolic link. A message
 * is added to {@code tmp}, where no mail server looks, and gets its name in {@code cur} when that
 * stands in the job: what then is in neither was deleted by its user.
 */
final class RestoredMaildirFolder implements RestoredFolder {

  private static final System.Logger LOG = System.getLogger(RestoredMaildirFolder.class.getName());
  private static final FileName MARK = new FileName("maildirfolder");
  private static final FileName KEYWORDS = new FileName("dovecot-keywords");

  /** What a Folder is called until it gets its place. */
  private static final FileName UNFINISHED = new FileName("..mtm-restored");

  private static final int LETTERS = 26;

  /** Copies of one batch; more are synced with their whole file system, at once. */
  private static final int SYNCED_ONE_BY_ONE = 16;

  private final DirectoryHandle directory;
  private final DirectoryHandle cur;
  private final FileStatus siblings;
  private final Map<String, Character> letters;
  private final FileCopies copies = new FileCopies();

  private final EarlierRun earlier;

  /** A message in {@code tmp}, and the name that it is to get. */
  private record Waiting(int number, FileName base, FileName name) {}

  private final Deque<Waiting> added = new ArrayDeque<>();

  private int copied; // of these, since the last time that they were put on disk
  private @Nullable DirectoryHandle tmp;

  private boolean links = true; // until the file system or the system says that it cannot

  private RestoredMaildirFolder(
      DirectoryHandle directory,
      DirectoryHandle cur,
      Map<String, Character> letters,
      EarlierRun earlier)
      throws IOException {
    this.directory = directory;
    this.cur = cur;
    this.siblings = cur.status();
    this.letters = letters;
    this.earlier = earlier;
  }

  /** What an earlier run of a job has done in this Folder. */
  interface EarlierRun {

    /** Whether a message is there, in whatever Folder and with whatever flags. */
    boolean isThere(PlannedMessage message);

    /** Whether a message was about to get its name, and nobody wrote down what came of it. */
    boolean hasBegun(int number);
  }

  /** Opens one that must be there, with the letters that its keywords have now. */
  static RestoredMaildirFolder find(Maildir maildir, List<FileName> path, EarlierRun earlier)
      throws IOException {
    MaildirFolder folder = MaildirPaths.folder(path);
    DirectoryHandle directory = folder.open(maildir.root());
    return open(directory, byName(KeywordNames.read(directory, _ -> {})), earlier);
  }

  /**
   * Opens it, making what is missing.
   *
   * @param trail told of what is made, and of keywords that have no place
   */
  static RestoredMaildirFolder make(
      Maildir maildir,
      PlannedFolder planned,
      LiveMailbox.Trail trail,
      EarlierRun earlier,
      InstantSource clock)
      throws IOException {
    MaildirFolder folder = MaildirPaths.folder(planned.path());
    SortedMap<Character, String> wanted = keywords(planned);
    DirectoryHandle directory;
    try {
      directory = folder.open(maildir.root());
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
      directory = make(maildir, planned.path(), wanted, trail);
    }
    try {
      // Perhaps by a run that was killed before this; else its user, or a delivery, was faster.
      if (planned.make() && !trail.knowsIt() && trail.made(directory.status().inode())) {
        subscribe(maildir, planned, trail, clock);
        trail.note(Receipt.Note.Kind.FOLDER_MADE, "");
      }
    } catch (IOException e) {
      directory.close();
      throw e;
    }
    try {
      if (!hasParts(directory)) {
        FileStatus root = maildir.root().status();
        for (FileName part : List.of(TMP, NEW, CUR)) {
          makePart(directory, part, root).close();
        }
        directory.sync(); // or a power cut takes the "cur" whose messages are listed as done
      }
      return open(directory, letters(directory, wanted, planned, trail, clock), earlier);
    } catch (IOException e) {
      directory.close();
      throw e;
    }
  }

  /** Most clients show no others. A Folder that is not subscribed is all there, and can be. */
  private static void subscribe(
      Maildir maildir, PlannedFolder planned, LiveMailbox.Trail trail, InstantSource clock)
      throws IOException {
    try {
      if (Subscriptions.add(maildir.root(), planned.path(), trail::subscribes, clock)) {
        return;
      }
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          () -> "The folder %s is not subscribed: %s".formatted(planned.name(), e.getMessage()),
          e);
    }
    trail.note(Receipt.Note.Kind.NOT_SUBSCRIBED, "");
  }

  private static RestoredMaildirFolder open(
      DirectoryHandle directory, Map<String, Character> letters, EarlierRun earlier)
      throws IOException {
    try {
      return new RestoredMaildirFolder(directory, directory.directory(CUR), letters, earlier);
    } catch (IOException e) {
      directory.close();
      throw e;
    }
  }

  /**
   * Makes a Folder beside its place and moves it there, so that an IMAP server sees the whole of it
   * or nothing. Directories that begin with two dots are no Folders to Dovecot.
   */
  private static DirectoryHandle make(
      Maildir maildir,
      List<FileName> path,
      SortedMap<Character, String> keywords,
      LiveMailbox.Trail trail)
      throws IOException {
    FileStatus root = maildir.root().status();
    DirectoryHandle parent = maildir.root().directory(new FileName("."));
    for (FileName above : path.subList(0, path.size() - 1)) {
      try (DirectoryHandle handle = parent) {
        boolean there = isThere(handle, above);
        parent = makePart(handle, above, root);
        if (!there) {
          trail.madeAbove(parent.status().inode());
        }
        handle.sync();
      }
    }
    try (DirectoryHandle place = parent) {
      FileName name = path.getLast();
      try (DirectoryHandle folder = makePart(place, UNFINISHED, root)) {
        for (FileName part : List.of(TMP, NEW, CUR)) {
          makePart(folder, part, root).close();
        }
        if (name.hidden()) {
          write(folder, MARK, new byte[0], root);
        }
        if (!keywords.isEmpty()) {
          write(folder, KEYWORDS, KeywordNames.toBytes(keywords), root);
        }
        folder.sync();
        place.sync(); // or a power cut leaves the line without it, as if its user had deleted it
        trail.makes(folder.status().inode()); // by which a take-back knows it
      }
      try {
        place.rename(UNFINISHED, place, name);
      } catch (PosixException e) {
        if (!e.is(Errno.EEXIST) && !e.is(Errno.ENOTEMPTY)) {
          throw e;
        }
        discard(place, UNFINISHED); // somebody has made it meanwhile
      }
      place.sync();
      return place.directory(name);
    }
  }

  private static void discard(DirectoryHandle place, FileName unfinished) throws IOException {
    try (DirectoryHandle folder = place.directory(unfinished)) {
      for (FileName part : List.of(TMP, NEW, CUR)) {
        folder.removeDirectory(part);
      }
      removeIfThere(folder, MARK);
      removeIfThere(folder, KEYWORDS);
    }
    place.removeDirectory(unfinished);
  }

  /** Whether it is there now. */
  static boolean isThere(Maildir maildir, List<FileName> path) throws IOException {
    try {
      MaildirPaths.folder(path).open(maildir.root()).close();
      return true;
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Whether one that is not there never had its place, but lies ready beside it.
   *
   * @param inodes of the directories that were made for it
   */
  static boolean isUnfinished(Maildir maildir, List<FileName> path, Set<Long> inodes)
      throws IOException {
    try (DirectoryHandle place =
        MaildirPaths.folder(path.subList(0, path.size() - 1)).open(maildir.root())) {
      return inodes.contains(place.status(UNFINISHED).inode());
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  private static boolean isThere(DirectoryHandle in, FileName name) throws IOException {
    return hasAll(in, List.of(name));
  }

  private static boolean hasParts(DirectoryHandle folder) throws IOException {
    return hasAll(folder, List.of(TMP, NEW, CUR));
  }

  private static boolean hasAll(DirectoryHandle folder, List<FileName> parts) throws IOException {
    try {
      for (FileName part : parts) {
        folder.status(part);
      }
      return true;
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  /** A directory as the others of its Mailbox are. */
  private static DirectoryHandle makePart(DirectoryHandle in, FileName name, FileStatus like)
      throws IOException {
    try {
      return in.directory(name);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
    DirectoryHandle made = in.makeDirectory(name, 0700);
    if (made.status().owner() != like.owner() || made.status().group() != like.group()) {
      made.setOwner(FileOwner.of(like));
    }
    made.setMode(like.mode());
    return made;
  }

  private static void write(DirectoryHandle in, FileName name, byte[] text, FileStatus like)
      throws IOException {
    removeIfThere(in, name); // of a run that was killed
    try (NewFile file = in.create(name, 0600)) {
      file.write(text);
      file.setOwner(FileOwner.of(like));
      file.setMode(mode(like));
      file.sync();
    }
  }

  /** Of a file in a directory of that mode: never for everybody, whatever the directory allows. */
  private static int mode(FileStatus directory) {
    return 0600 | (directory.mode() & 0060);
  }

  private static SortedMap<Character, String> keywords(PlannedFolder planned) {
    SortedMap<Character, String> keywords = new TreeMap<>();
    planned.messages().stream()
        .flatMap(message -> message.keywords().stream())
        .distinct()
        .limit(LETTERS)
        .forEach(name -> keywords.put((char) ('a' + keywords.size()), name));
    return keywords;
  }

  /** The letter of each keyword in the live Folder, which has its own numbering. */
  private static Map<String, Character> letters(
      DirectoryHandle directory,
      SortedMap<Character, String> wanted,
      PlannedFolder planned,
      LiveMailbox.Trail trail,
      InstantSource clock)
      throws IOException {
    List<String> warnings = new ArrayList<>();
    Map<String, Character> letters = byName(KeywordNames.read(directory, warnings::add));
    if (!warnings.isEmpty()) {
      LOG.log(System.Logger.Level.WARNING, "The keywords of {0}: {1}", planned.name(), warnings);
      trail.note(Receipt.Note.Kind.KEYWORDS_UNREAD, "");
    }
    if (!letters.keySet().containsAll(wanted.values())) {
      letters.putAll(byName(KeywordNames.add(directory, wanted.values(), clock)));
    }
    for (String name : wanted.values()) {
      if (!letters.containsKey(name)) {
        // A letter that the file does not know becomes "unknown-1" to Dovecot, for good.
        trail.note(Receipt.Note.Kind.NO_KEYWORD, name);
      }
    }
    return letters;
  }

  private static Map<String, Character> byName(SortedMap<Character, String> names) {
    Map<String, Character> letters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    names.forEach((letter, name) -> letters.put(name, letter));
    return letters;
  }

  /** The name that a message gets in {@code cur}. */
  private FileName name(PlannedMessage message) {
    StringBuilder keywords = new StringBuilder();
    message.keywords().stream()
        .map(letters::get)
        .filter(letter -> letter != null)
        .sorted()
        .forEach(keywords::append);
    return new MessageFileName(message.baseName(), message.flags(), keywords.toString()).withInfo();
  }

  @Override
  public Optional<String> addedBefore(int number, PlannedMessage message) throws IOException {
    return earlier.isThere(message) || (earlier.hasBegun(number) && !isReady(message))
        ? Optional.of(name(message).encoded())
        : Optional.empty();
  }

  @Override
  public void add(int number, PlannedMessage message, KeptMessages kept) throws IOException {
    Waiting waiting = new Waiting(number, message.baseName(), name(message));
    FileStatus file = kept.require(message);
    // A link has the owner and mode of the live file that it was; a file of the Pool's own has not.
    if (links
        && message.inode() != 0
        && file.inode() == message.inode()
        && file.owner() == siblings.owner()) {
      try {
        link(FileName.ofEncoded(message.poolName()), kept.pool(), message.baseName());
        added.add(waiting);
        return;
      } catch (PosixException e) {
        switch (e.errno()) {
          case ENOENT -> throw new FolderGoneException();
          case EXDEV, EPERM -> links = false;
          case EMLINK -> {}
          default -> throw e;
        }
      }
    }
    copy(message, kept);
    added.add(waiting);
  }

  private void link(FileName poolName, DirectoryHandle pool, FileName base) throws IOException {
    try {
      pool.link(poolName, tmp(), base);
    } catch (PosixException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      removeIfThere(tmp(), base); // of a run that was killed: perhaps half of a copy
      pool.link(poolName, tmp(), base);
    }
  }

  private void copy(PlannedMessage message, KeptMessages kept) throws IOException {
    DirectoryHandle tmp = tmp();
    try (ReadableFile from = kept.pool().file(FileName.ofEncoded(message.poolName()))) {
      if (FileCopies.hasHoles(from)) {
        throw new RefusedException(
            Receipt.Reason.HOLES,
            message.poolName() + " has holes: a copy of them would fill the disk");
      }
      removeIfThere(tmp, message.baseName()); // of a run that was killed
      try (NewFile file = create(tmp, message.baseName())) {
        copies.copy(from, file, tmp.describe(message.baseName()));
        file.setModified(message.internalDate());
        file.setOwner(FileOwner.of(siblings));
        file.setMode(mode(siblings));
        if (copied < SYNCED_ONE_BY_ONE) {
          file.sync();
        }
      } catch (FileCopies.UnreadableException e) {
        removeIfThere(tmp, message.baseName());
        throw new RefusedException(Receipt.Reason.UNREADABLE, String.valueOf(e.getMessage()));
      } catch (IOException e) {
        removeIfThere(tmp, message.baseName());
        throw e;
      }
      copied++;
    }
  }

  /** Whether a message lies ready that has not got its name in {@code cur}. */
  private boolean isReady(PlannedMessage message) throws IOException {
    return isThere(tmp(), message.baseName());
  }

  /** What a power cut takes is added again. */
  @Override
  public int batch() {
    return 10_000;
  }

  /** Where nobody sees it yet. What has become of it is known by its name: no mark is needed. */
  @Override
  public String ready() throws IOException {
    if (added.isEmpty()) {
      return "";
    }
    if (copied > SYNCED_ONE_BY_ONE) {
      tmp().syncFileSystem(); // of thousands, an fsync each takes a hundred times as long
    } else {
      tmp().sync();
    }
    copied = 0;
    return "";
  }

  @Override
  public void settle(Settled settled) throws IOException {
    while (!added.isEmpty()) {
      Waiting message = added.getFirst();
      boolean there = rename(message);
      added.removeFirst();
      if (there) {
        settled.as(message.number(), message.name().encoded());
      } else {
        settled.refused(message.number(), Receipt.Reason.FOLDER_DELETED);
      }
    }
  }

  private boolean rename(Waiting message) throws IOException {
    try {
      tmp().rename(message.base(), cur, message.name());
      return true;
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  /** A power cut may take the names until the directory is synced. */
  @Override
  public boolean durable() {
    return false;
  }

  /** Stays open: by it, a Folder that is renamed meanwhile is the same. */
  private DirectoryHandle tmp() throws IOException {
    DirectoryHandle open = tmp;
    if (open == null) {
      try {
        open = directory.directory(TMP);
        tmp = open;
      } catch (PosixException e) {
        throw e.is(Errno.ENOENT) ? new FolderGoneException() : e;
      }
    }
    return open;
  }

  private static NewFile create(DirectoryHandle tmp, FileName name) throws IOException {
    try {
      return tmp.create(name, 0600);
    } catch (PosixException e) {
      throw e.is(Errno.ENOENT) ? new FolderGoneException() : e;
    }
  }

  /** By the whole name: whoever read or flagged a message has given it another one. */
  @Override
  public List<String> untouched(List<Kept> messages) throws IOException {
    List<String> untouched = new ArrayList<>();
    for (Kept message : messages) {
      Optional<FileStatus> live = find(FileName.ofEncoded(message.name()));
      if (live.isPresent()
          && (message.file().sameInode(live.get()) || message.file().size() == live.get().size())) {
        untouched.add(message.name());
      }
    }
    return untouched;
  }

  private Optional<FileStatus> find(FileName name) throws IOException {
    try {
      return Optional.of(cur.status(name)).filter(FileStatus::regularFile);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public Set<String> remove(Collection<String> names) throws IOException {
    Set<String> gone = new LinkedHashSet<>();
    for (String name : names) {
      if (removeIfThere(cur, FileName.ofEncoded(name))) {
        gone.add(name);
      }
    }
    return gone;
  }

  private static boolean removeIfThere(DirectoryHandle in, FileName name) throws IOException {
    try {
      in.unlink(name);
      return true;
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void sync() throws IOException {
    cur.sync();
  }

  @Override
  public void close() {
    if (tmp != null) {
      tmp.close();
      tmp = null;
    }
    cur.close();
    directory.close();
  }
}
