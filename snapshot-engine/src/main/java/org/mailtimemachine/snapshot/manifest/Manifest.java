package org.mailtimemachine.snapshot.manifest;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.SpecialUse;
import org.mailtimemachine.mailstore.posix.PercentEncoding;

/**
 * What one Snapshot of one Mailbox holds: its Folders, each with the digest of its Listing. A
 * Mailbox in which nothing changed keeps the Manifest of the day before, by a hard link.
 *
 * @param takenAt when this state was first seen; a later Snapshot of the same state shares it
 * @param owners uids whose files were taken for mail of this Mailbox; empty where nobody noted them
 */
public record Manifest(
    MailboxAddress mailbox, Instant takenAt, Set<Long> owners, List<ManifestFolder> folders) {

  private static final String FORMAT = "mail-time-machine-manifest 1";

  public Manifest {
    owners = Set.copyOf(owners);
    folders = List.copyOf(folders);
  }

  /** One of which nobody noted the owners. */
  public Manifest(MailboxAddress mailbox, Instant takenAt, List<ManifestFolder> folders) {
    this(mailbox, takenAt, Set.of(), folders);
  }

  /** Messages in all Folders. */
  public long messages() {
    return folders.stream().mapToLong(ManifestFolder::messages).sum();
  }

  public Optional<ManifestFolder> folder(FolderName name) {
    return folders.stream().filter(folder -> folder.name().equals(name)).findFirst();
  }

  /** The text of the file. */
  public byte[] toBytes() {
    Lines lines =
        Lines.begin(FORMAT)
            .add("mailbox", PercentEncoding.encodeText(mailbox.toString()))
            .add("taken", takenAt);
    owners.stream().sorted().forEach(owner -> lines.add("owner", owner));
    for (ManifestFolder folder : folders) {
      lines.add(
          "folder",
          PercentEncoding.encodeText(folder.name().text()),
          folder.directory().isEmpty() ? Lines.NONE : folder.directory(),
          folder.subscribed() ? "yes" : "no",
          folder.specialUse().map(use -> use.name().toLowerCase(Locale.ROOT)).orElse(Lines.NONE),
          folder.uidValidity().isPresent() ? folder.uidValidity().getAsLong() : Lines.NONE,
          folder.busy() ? "busy" : "complete",
          folder.messages(),
          folder.unread(),
          folder.listing(),
          folder.cur().text(),
          folder.fresh().text());
    }
    return lines.end();
  }

  /**
   * Reads the text of the file.
   *
   * @param file what to call it in an error
   */
  public static Manifest parse(byte[] bytes, String file) throws DamagedFileException {
    List<String[]> lines = Lines.read(bytes, FORMAT, file);
    try {
      MailboxAddress mailbox = MailboxAddress.of(PercentEncoding.decodeText(lines.get(0)[1]));
      Instant takenAt = Instant.parse(lines.get(1)[1]);
      List<ManifestFolder> folders = new ArrayList<>();
      Set<Long> owners = new HashSet<>();
      for (String[] fields : lines.subList(2, lines.size())) {
        switch (fields[0]) {
          case "owner" -> owners.add(Long.parseLong(fields[1]));
          case "folder" -> folders.add(folder(fields));
          default -> {
            // a line of a later version, which it may do without
          }
        }
      }
      return new Manifest(mailbox, takenAt, owners, folders);
    } catch (IllegalArgumentException | IndexOutOfBoundsException | DateTimeException e) {
      throw new DamagedFileException(file, "a line makes no sense", e);
    }
  }

  private static ManifestFolder folder(String[] fields) {
    return new ManifestFolder(
        new FolderName(PercentEncoding.decodeText(fields[1])),
        fields[2].equals(Lines.NONE) ? "" : fields[2],
        fields[3].equals("yes"),
        fields[4].equals(Lines.NONE)
            ? Optional.empty()
            : Optional.of(SpecialUse.valueOf(fields[4].toUpperCase(Locale.ROOT))),
        fields[5].equals(Lines.NONE)
            ? OptionalLong.empty()
            : OptionalLong.of(Long.parseLong(fields[5])),
        fields[6].equals("busy"),
        Long.parseLong(fields[7]),
        Long.parseLong(fields[8]),
        fields[9],
        DirectoryState.parse(fields[10]),
        DirectoryState.parse(fields[11]));
  }
}
