package org.mailtimemachine.mirror.recall;

import static org.mailtimemachine.mailstore.maildir.MaildirFolder.CUR;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.NEW;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.maildir.MessageFileName;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;
import org.mailtimemachine.mirror.register.MirrorRegister;

/**
 * Opens copies where they lie: in mailboxes that others read, who rename files by their flags, move
 * and delete them, and may put anything in their place. A mailbox is listed twice at the most, and
 * again where a listed file was renamed; and only where one does not have one of its usual names.
 * For one thread; close it after use.
 */
public final class CopyReader implements Closeable {

  private static final Logger LOG = System.getLogger(CopyReader.class.getName());

  /** As it was delivered; as a client leaves it that has seen it, or read it. */
  private static final List<String> USUAL = List.of("", ":2,", ":2,S");

  /** Of the files of one name; whoever puts more there does not keep a reader busy. */
  private static final int MOST_TRIED = 8;

  private final MirrorRegister register;
  private final Map<MailboxAddress, Set<String>> wanted = new HashMap<>();
  private final Map<MailboxAddress, Opened> mailboxes = new HashMap<>();

  /**
   * Opens nothing yet.
   *
   * @param copies that may be opened: of other files no names are kept in memory
   */
  public CopyReader(MirrorRegister register, Collection<MirrorCopy> copies) {
    this.register = register;
    for (MirrorCopy copy : copies) {
      for (MirrorCopy.Place place : copy.places()) {
        wanted.computeIfAbsent(place.mailbox(), _ -> new HashSet<>()).add(place.file());
      }
    }
  }

  private record Found(List<FileName> folder, FileName part, FileName name) {}

  /** What was found of a copy in one place. */
  private static final class Search {
    private boolean damaged;
    private boolean renamed;
  }

  /** A mirror mailbox; its directory stays open while others of its files are wanted. */
  private static final class Opened {
    private final DirectoryHandle root;
    private Map<String, List<Found>> listed = Map.of();
    private int listings;
    private @Nullable IOException unreadable;

    Opened(DirectoryHandle root) {
      this.root = root;
    }

    /** Looks for files anew; a folder that cannot be read hides none of the others. */
    void list(Set<String> wanted) throws IOException {
      Map<String, List<Found>> found = new HashMap<>();
      unreadable = null;
      listings++;
      // Not closed: the handle is somebody else's.
      @SuppressWarnings("resource")
      Maildir maildir = new Maildir(root, warning -> LOG.log(Level.DEBUG, warning));
      for (Maildir.Found folder : maildir.folders()) {
        for (FileName part : List.of(NEW, CUR)) {
          try (DirectoryHandle at = folder.folder().open(root);
              DirectoryHandle files = at.directory(part)) {
            files.list(
                entry -> {
                  String base = MessageFileName.of(entry.name()).base().bytes();
                  if (wanted.contains(base)) {
                    List<Found> alike = found.computeIfAbsent(base, _ -> new ArrayList<>());
                    if (alike.size() < MOST_TRIED) {
                      alike.add(new Found(folder.folder().path(), part, entry.name()));
                    }
                  }
                });
          } catch (PosixException e) {
            if (!isGone(e)) {
              unreadable = e;
            }
          }
        }
      }
      listed = found;
    }
  }

  private static boolean isGone(PosixException e) {
    return e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP);
  }

  /**
   * Opens a copy; close it after use.
   *
   * @return empty where no mirror has it any more: it expired, or somebody deleted it
   * @throws DamagedCopyException where each of its files is something else than what came
   * @throws IOException where a mirror mailbox cannot be read
   */
  public Optional<OpenCopy> open(MirrorCopy copy) throws IOException {
    boolean damaged = false;
    @Nullable IOException unreadable = null;
    for (MirrorCopy.Place place : copy.places()) {
      try {
        Search search = new Search();
        Optional<OpenCopy> opened = sound(place, copy, search);
        if (opened.isPresent()) {
          return opened;
        }
        damaged |= search.damaged;
      } catch (IOException e) {
        unreadable = e; // another mirror may have it
      }
    }
    if (unreadable != null) {
      throw unreadable; // before anything is called damaged: the good one may be there
    }
    if (damaged) {
      throw new DamagedCopyException(copy);
    }
    return Optional.empty();
  }

  /** The first of its files that is what came; whoever may write there may have put others. */
  private Optional<OpenCopy> sound(MirrorCopy.Place place, MirrorCopy copy, Search search)
      throws IOException {
    Optional<Opened> found = mailbox(place.mailbox());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Opened mailbox = found.get();
    for (FileName part : List.of(NEW, CUR)) {
      for (String info : USUAL) {
        Found usual = new Found(List.of(), part, new FileName(place.file() + info));
        Optional<OpenCopy> opened = sound(mailbox.root, usual, copy, search);
        if (opened.isPresent()) {
          return opened;
        }
      }
    }
    search.renamed = false;
    // A file that is renamed while its directory is read may be in no listing: gone only if twice.
    for (int attempt = 1; attempt <= 2; attempt++) {
      if (mailbox.listings < attempt || search.renamed) {
        mailbox.list(wanted.getOrDefault(place.mailbox(), Set.of()));
        search.renamed = false;
      }
      for (Found each : mailbox.listed.getOrDefault(place.file(), List.of())) {
        Optional<OpenCopy> opened = sound(mailbox.root, each, copy, search);
        if (opened.isPresent()) {
          return opened;
        }
      }
      if (search.damaged && !search.renamed) {
        break;
      }
    }
    if (mailbox.unreadable != null) {
      throw mailbox.unreadable; // it may be in there
    }
    return Optional.empty();
  }

  private static Optional<OpenCopy> sound(
      DirectoryHandle root, Found found, MirrorCopy copy, Search search) throws IOException {
    Optional<ReadableFile> file = open(root, found);
    if (file.isEmpty()) {
      search.renamed = true;
      return Optional.empty();
    }
    @Nullable OpenCopy opened = OpenCopy.of(file.get(), copy);
    search.damaged |= opened == null;
    return Optional.ofNullable(opened);
  }

  private Optional<Opened> mailbox(MailboxAddress address) throws IOException {
    @Nullable Opened known = mailboxes.get(address);
    if (known == null) {
      try {
        known = new Opened(register.openMailbox(address));
      } catch (PosixException e) {
        if (e.is(Errno.ENOENT)) {
          register.requireMounted(address);
          return Optional.empty();
        }
        throw e;
      }
      mailboxes.put(address, known);
    }
    return Optional.of(known);
  }

  /** Through no symbolic link; a directory, a FIFO or a device in the place of a file is none. */
  private static Optional<ReadableFile> open(DirectoryHandle root, Found found) throws IOException {
    DirectoryHandle handle = root.directory(new FileName("."));
    try {
      for (FileName component : found.folder) {
        try (DirectoryHandle above = handle) {
          handle = above.directory(component);
        }
      }
      try (DirectoryHandle part = handle.directory(found.part)) {
        return Optional.of(part.file(found.name));
      }
    } catch (PosixException e) {
      if (isGone(e)) {
        return Optional.empty();
      }
      throw e;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "left out", e); // it is no file
      return Optional.empty();
    } finally {
      handle.close();
    }
  }

  @Override
  public void close() {
    mailboxes.values().forEach(each -> each.root.close());
    mailboxes.clear();
  }
}
