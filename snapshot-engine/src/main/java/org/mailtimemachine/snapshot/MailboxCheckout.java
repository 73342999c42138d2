package org.mailtimemachine.snapshot;

import static org.mailtimemachine.mailstore.maildir.MaildirFolder.CUR;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.NEW;
import static org.mailtimemachine.mailstore.maildir.MaildirFolder.TMP;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.mailtimemachine.mailstore.maildir.KeywordNames;
import org.mailtimemachine.mailstore.maildir.MessageFileName;
import org.mailtimemachine.mailstore.maildir.Subscriptions;
import org.mailtimemachine.mailstore.maildir.UidList;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileCopies;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileOwner;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.Lines;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.Listing;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/** The check-out of one Mailbox into an empty directory. */
final class MailboxCheckout {

  private static final Set<String> RESERVED =
      Set.of(
          "cur",
          "new",
          "tmp",
          "maildirfolder",
          "subscriptions",
          "dovecot-uidlist",
          "dovecot-keywords",
          CheckoutDirectory.MARK);
  private static final int LONGEST_BYTES = 255;

  private final MailboxStore kept;
  private final SnapshotName name;
  private final DirectoryHandle root;
  private final boolean linked;
  private final Optional<FileOwner> wantedOwner;
  private final SnapshotCheckout.Counts counts;
  private final FileCopies copies = new FileCopies();

  MailboxCheckout(
      MailboxStore kept,
      SnapshotName name,
      DirectoryHandle root,
      boolean linked,
      Optional<FileOwner> wantedOwner,
      SnapshotCheckout.Counts counts) {
    this.kept = kept;
    this.name = name;
    this.root = root;
    this.linked = linked;
    this.wantedOwner = wantedOwner;
    this.counts = counts;
  }

  /**
   * Makes it all.
   *
   * @param mode of the directories when they are complete; that of the root is the caller's to set
   */
  void run(int mode) throws IOException {
    List<ManifestFolder> folders = new ArrayList<>(kept.manifest(name).folders());
    for (Iterator<ManifestFolder> each = folders.iterator(); each.hasNext(); ) {
      ManifestFolder folder = each.next();
      if (path(folder).stream().anyMatch(MailboxCheckout::reserved)) {
        each.remove();
        counts.warn(
            "%s of %s is left out: a file or part of every Maildir has the name of its directory %s"
                .formatted(folder.name(), kept.mailbox(), folder.directory()));
      }
    }
    Optional<FileOwner> owner = wantedOwner.isPresent() ? wantedOwner : ownerOfTheMail(folders);
    List<List<FileName>> subscribed = new ArrayList<>();
    long validity = 0;
    for (ManifestFolder folder : folders) {
      List<FileName> path = path(folder);
      if (folder.subscribed()) {
        subscribed.add(path);
      }
      validity = Math.max(validity, folder.uidValidity().orElse(0));
      try (DirectoryHandle directory = make(path)) {
        new Folder(folder, directory, owner).fill();
      }
      counts.folder();
    }
    write(root, "subscriptions", Subscriptions.toBytes(subscribed), owner);
    if (validity > 0) {
      // Folders that are made in the tree later get a higher one: the empty file says the highest.
      String hexadecimal = "%08x".formatted(validity);
      write(root, "dovecot-uidvalidity", hexadecimal.getBytes(StandardCharsets.US_ASCII), owner);
      write(root, "dovecot-uidvalidity." + hexadecimal, new byte[0], owner);
    }
    for (ManifestFolder folder : folders) {
      close(path(folder), owner, mode);
    }
  }

  /**
   * That of the first message that is a link: a file of the Pool's own belongs to whoever took it.
   */
  private Optional<FileOwner> ownerOfTheMail(List<ManifestFolder> folders) {
    for (ManifestFolder folder : folders) {
      for (ListedMessage message : listing(folder).map(Listing::messages).orElse(List.of())) {
        Optional<FileStatus> status = readableStatus(message);
        if (status.isPresent() && message.inode() == status.get().inode()) {
          return status.map(FileOwner::of);
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Listing> listing(ManifestFolder folder) {
    try {
      return Optional.of(kept.listing(folder.listing()));
    } catch (IOException e) {
      return Optional.empty(); // that is said where the Folder is filled
    }
  }

  private Optional<FileStatus> readableStatus(ListedMessage message) {
    try {
      return poolStatus(message);
    } catch (IOException e) {
      return Optional.empty(); // that is said where the message is placed
    }
  }

  private Optional<FileStatus> poolStatus(ListedMessage message) throws IOException {
    try {
      return Optional.of(kept.pool().status(FileName.ofEncoded(message.poolName())))
          .filter(FileStatus::regularFile);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** The directory of a Folder as it was, which no Manifest can lead out of the tree. */
  private static List<FileName> path(ManifestFolder folder) throws DamagedFileException {
    List<FileName> path = new ArrayList<>();
    if (!folder.directory().isEmpty()) {
      for (String encoded : folder.directory().split("/", -1)) {
        FileName component = component(folder, encoded);
        if (Set.of(".", "..").contains(component.bytes())) {
          throw new DamagedFileException(folder.directory(), "is no directory of a folder");
        }
        path.add(component);
      }
    }
    return path;
  }

  /** Only with LAYOUT=fs can a Folder be called like what we, or Dovecot, put beside it. */
  private static boolean reserved(FileName component) {
    return RESERVED.contains(component.bytes())
        || component.bytes().startsWith("dovecot-uidvalidity");
  }

  private static FileName component(ManifestFolder folder, String encoded)
      throws DamagedFileException {
    try {
      return FileName.ofEncoded(encoded);
    } catch (IllegalArgumentException e) {
      throw new DamagedFileException(folder.directory(), "is no directory of a folder", e);
    }
  }

  private DirectoryHandle make(List<FileName> path) throws IOException {
    DirectoryHandle handle = root.directory(new FileName("."));
    for (FileName component : path) {
      try (DirectoryHandle parent = handle) {
        handle = parent.makeDirectory(component, 0700);
      }
    }
    return handle;
  }

  /** Gives a complete Folder its owner and mode, and the directories of LAYOUT=fs above it. */
  private void close(List<FileName> path, Optional<FileOwner> owner, int mode) throws IOException {
    try (DirectoryHandle directory = make(path)) {
      for (FileName part : List.of(CUR, NEW, TMP)) {
        try (DirectoryHandle handle = directory.directory(part)) {
          give(handle, owner);
          handle.setMode(mode);
        }
      }
      give(directory, owner);
      if (!path.isEmpty()) {
        directory.setMode(mode);
      }
    }
    if (path.size() > 1) {
      for (int levels = 1; levels < path.size(); levels++) {
        try (DirectoryHandle above = make(path.subList(0, levels))) {
          give(above, owner);
          above.setMode(mode);
        }
      }
    }
  }

  private static void give(DirectoryHandle directory, Optional<FileOwner> owner)
      throws IOException {
    if (owner.isPresent() && !owner.get().equals(FileOwner.of(directory.status()))) {
      directory.setOwner(owner.get());
    }
  }

  private void write(DirectoryHandle directory, String file, byte[] text, Optional<FileOwner> owner)
      throws IOException {
    try (NewFile open = directory.create(new FileName(file), 0600)) {
      open.write(text);
      if (owner.isPresent()) {
        open.setOwner(owner.get());
      }
      open.setMode(linked ? 0400 : 0600);
    }
  }

  /** One Folder: its messages, then what Dovecot keeps beside them. */
  private final class Folder {
    private final ManifestFolder folder;
    private final DirectoryHandle directory;
    private final Optional<FileOwner> owner;
    private final Set<String> names = new HashSet<>();
    private final Map<String, Long> uids = new HashMap<>();

    Folder(ManifestFolder folder, DirectoryHandle directory, Optional<FileOwner> owner) {
      this.folder = folder;
      this.directory = directory;
      this.owner = owner;
    }

    void fill() throws IOException {
      Optional<Listing> listing = listing(folder);
      if (listing.isEmpty()) {
        counts.warn(
            "no message of %s of %s: the listing %s is missing, damaged or unreadable"
                .formatted(folder.name(), kept.mailbox(), folder.listing()));
      }
      List<ListedMessage> messages = listing.map(Listing::messages).orElse(List.of());
      messages.forEach(message -> names.add(message.baseName()));
      directory.makeDirectory(TMP, 0700).close();
      try (DirectoryHandle cur = directory.makeDirectory(CUR, 0700);
          DirectoryHandle fresh = directory.makeDirectory(NEW, 0700)) {
        String before = "";
        for (ListedMessage message : messages) {
          boolean again = message.baseName().equals(before);
          before = message.baseName();
          try {
            place(message, again, cur, fresh);
          } catch (IOException e) {
            if (SnapshotCheckout.endsAll(e)) {
              throw e;
            }
            counts.warn(describe(message) + " is left out: " + e.getMessage());
          }
          counts.message();
        }
      }
      if (listing.isPresent() && !listing.get().keywords().isEmpty()) {
        byte[] keywords = KeywordNames.toBytes(listing.get().keywords());
        write(directory, "dovecot-keywords", keywords, owner);
      }
      Optional<byte[]> uidList = new UidList(folder.uidValidity(), uids).toBytes(guid());
      if (uidList.isPresent()) {
        write(directory, "dovecot-uidlist", uidList.get(), owner);
      }
      if (folder.directory().startsWith(".")) {
        write(directory, "maildirfolder", new byte[0], owner);
      }
    }

    /** Of this Folder in this Snapshot: the same each time, and not that of the live Folder. */
    private String guid() {
      String identity = kept.mailbox() + "\n" + name + "\n" + folder.directory();
      return Lines.sha256(identity.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
    }

    private void place(
        ListedMessage message, boolean again, DirectoryHandle cur, DirectoryHandle fresh)
        throws IOException {
      Optional<FileStatus> status = poolStatus(message);
      if (status.isEmpty()) {
        counts.warn(describe(message) + " is missing from the pool");
        return;
      }
      if (status.get().size() != message.size()
          || !status.get().modified().equals(message.internalDate())) {
        counts.warn(describe(message) + " was changed in place since it was kept");
      }
      MessageFileName was =
          new MessageFileName(
              FileName.ofEncoded(message.baseName()), message.flags(), message.keywords());
      // Dovecot would take two files of one base name for one message, and may remove one of them;
      // to it a base name ends at the first colon, whatever follows.
      boolean ambiguous = again || was.base().bytes().indexOf(':') >= 0;
      MessageFileName now = ambiguous ? another(was) : was;
      boolean fits = now.base().bytes().length() + info(now).length() <= LONGEST_BYTES;
      // Only a message in "new" without flags may have had so long a name.
      put(message, status.get(), fits ? cur : fresh, fits ? now.withInfo() : now.base());
      OptionalLong uid = ambiguous ? OptionalLong.empty() : message.uid();
      uid.ifPresent(value -> uids.put(now.base().bytes(), value));
    }

    private void put(
        ListedMessage message, FileStatus status, DirectoryHandle to, FileName fileName)
        throws IOException {
      // What belongs to somebody else, the tree's owner could not read.
      if (linked && owner.map(o -> o.user() == status.owner()).orElse(true)) {
        try {
          kept.pool().link(FileName.ofEncoded(message.poolName()), to, fileName);
          return;
        } catch (PosixException e) {
          if (e.is(Errno.EXDEV)) {
            throw new CheckoutException(
                "hard links cannot cross from the store's file system to that of "
                    + root.path()
                    + ": leave out --link, or name a directory beside the store",
                e);
          }
          if (e.is(Errno.EPERM)) {
            throw new CheckoutException(
                "no link of a message may be made by this user: leave out --link, or run it as"
                    + " root or as the owner of the mail",
                e);
          }
          if (!e.is(Errno.EMLINK)) {
            throw e;
          }
        }
      }
      copy(message, status, to, fileName);
    }

    private void copy(
        ListedMessage message, FileStatus status, DirectoryHandle to, FileName fileName)
        throws IOException {
      try (ReadableFile from = kept.pool().file(FileName.ofEncoded(message.poolName()))) {
        if (FileCopies.hasHoles(from)) {
          counts.warn(
              describe(message)
                  + " is left out: it has holes, and a copy of them would fill the disk");
          return;
        }
        copy(from, status, message.internalDate(), to, fileName);
      }
    }

    private void copy(
        ReadableFile from,
        FileStatus status,
        Instant internalDate,
        DirectoryHandle to,
        FileName fileName)
        throws IOException {
      try (NewFile file = to.create(fileName, 0600)) {
        boolean whole = false;
        try {
          long bytes = copies.copy(from, file, to.describe(fileName));
          file.setModified(internalDate);
          if (owner.isPresent()) {
            file.setOwner(owner.get());
          }
          file.setMode((status.mode() & 0666) | 0400);
          counts.copied(bytes);
          whole = true;
        } finally {
          if (!whole) {
            StoreFiles.removeIfThere(to, fileName); // nobody shall take a half for a message
          }
        }
      }
    }

    /** A name for a message whose base name another one of this Folder has, or may seem to have. */
    private MessageFileName another(MessageFileName message) {
      String bytes = message.base().bytes().replace(':', '_');
      int comma = bytes.indexOf(','); // S= and W= stand behind it, and stay
      comma = bytes.length() - comma > LONGEST_BYTES / 2 ? -1 : comma;
      String front = comma < 0 ? bytes : bytes.substring(0, comma);
      String back = comma < 0 ? "" : bytes.substring(comma);
      for (int number = 2; ; number++) {
        String suffix = "~" + number;
        int room = LONGEST_BYTES - back.length() - suffix.length() - info(message).length();
        String base = front.substring(0, Math.clamp(room, 0, front.length())) + suffix + back;
        FileName candidate = new FileName(base);
        if (names.add(candidate.encoded())) {
          return new MessageFileName(candidate, message.flags(), message.keywords());
        }
      }
    }

    private static String info(MessageFileName message) {
      return ":2," + message.flags().letters() + message.keywords();
    }

    private String describe(ListedMessage message) {
      return "%s in %s of %s".formatted(message.baseName(), folder.name(), kept.mailbox());
    }
  }
}
