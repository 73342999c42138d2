package org.mailtimemachine.mirror.recall;

import static org.mailtimemachine.mailstore.maildir.MaildirFolder.CUR;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.NEW;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
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
 * and delete them, and may put anything in their place. A mailbox is listed once, and only where a
 * file does not have one of its usual names. For one thread; close it after use.
 */
public final class CopyReader implements Closeable {

  private static final Logger LOG = System.getLogger(CopyReader.class.getName());

  /** As it was delivered; as a client leaves it that has seen it, or read it. */
  private static final List<String> USUAL = List.of("", ":2,", ":2,S");

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

  /** A mirror mailbox; its directory stays open while others of its files are wanted. */
  private static final class Opened {
    private final DirectoryHandle root;
    private @Nullable Map<String, Found> listed;

    Opened(DirectoryHandle root) {
      this.root = root;
    }
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
        Optional<ReadableFile> file = file(place);
        if (file.isPresent()) {
          @Nullable OpenCopy opened = OpenCopy.of(file.get(), copy);
          if (opened != null) {
            return Optional.of(opened);
          }
          damaged = true;
          LOG.log(
              Level.ERROR, "%s in %s is not what came".formatted(place.file(), place.mailbox()));
        }
      } catch (IOException e) {
        unreadable = e; // another mirror may have it
      }
    }
    if (damaged) {
      throw new DamagedCopyException(copy);
    }
    if (unreadable != null) {
      throw unreadable;
    }
    return Optional.empty();
  }

  private Optional<ReadableFile> file(MirrorCopy.Place place) throws IOException {
    Optional<Opened> mailbox = mailbox(place.mailbox());
    if (mailbox.isEmpty()) {
      return Optional.empty();
    }
    DirectoryHandle root = mailbox.get().root;
    for (FileName part : List.of(NEW, CUR)) {
      for (String info : USUAL) {
        Optional<ReadableFile> file =
            open(root, new Found(List.of(), part, new FileName(place.file() + info)));
        if (file.isPresent()) {
          return file;
        }
      }
    }
    // Renamed since it was listed: then it is under another name, or gone.
    for (int attempt = 0; attempt < 2; attempt++) {
      @Nullable Map<String, Found> listed = mailbox.get().listed;
      if (listed == null || attempt > 0) {
        listed = list(root, wanted.getOrDefault(place.mailbox(), Set.of()));
        mailbox.get().listed = listed;
      }
      @Nullable Found found = listed.get(place.file());
      if (found == null) {
        return Optional.empty();
      }
      Optional<ReadableFile> file = open(root, found);
      if (file.isPresent()) {
        return file;
      }
    }
    return Optional.empty();
  }

  private Optional<Opened> mailbox(MailboxAddress address) throws IOException {
    @Nullable Opened known = mailboxes.get(address);
    if (known == null) {
      try {
        known = new Opened(register.openMailbox(address));
      } catch (PosixException e) {
        if (e.is(Errno.ENOENT)) {
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
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
        return Optional.empty();
      }
      throw e;
    } finally {
      handle.close();
    }
  }

  private static Map<String, Found> list(DirectoryHandle root, Set<String> wanted)
      throws IOException {
    Map<String, Found> found = new HashMap<>();
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
                  found.putIfAbsent(base, new Found(folder.folder().path(), part, entry.name()));
                }
              });
        } catch (PosixException e) {
          LOG.log(Level.DEBUG, "left out", e); // one folder that cannot be read hides no other
        }
      }
    }
    return found;
  }

  @Override
  public void close() {
    mailboxes.values().forEach(each -> each.root.close());
    mailboxes.clear();
  }
}
