package org.mailtimemachine.restore;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Flags;
import org.mailtimemachine.mailstore.maildir.Quota;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PercentEncoding;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.manifest.DamagedFileException;
import org.mailtimemachine.snapshot.manifest.FileTime;
import org.mailtimemachine.snapshot.manifest.Lines;

/**
 * The exact list of what a restore would add, and what it leaves alone. Carrying it out looks at
 * the live Mailbox again, and adds nothing that has come back meanwhile.
 *
 * @param id of the restore
 * @param mailbox whose Snapshot it is
 * @param into whose live mail the messages come into: mostly the same
 * @param target where the messages go
 * @param alsoMoved whether also those come back that are only in another Folder now
 * @param ofCopies whether its messages are copies that the job has for itself, and not the
 *     Snapshot's
 * @param made when the live Mailbox was looked at
 * @param quota what the Mailbox that it comes into held then, and may hold; empty where that is not
 *     known
 */
public record RestorePlan(
    UUID id,
    MailboxAddress mailbox,
    SnapshotName snapshot,
    MailboxAddress into,
    RestoreRequest.Target target,
    boolean alsoMoved,
    boolean ofCopies,
    Instant made,
    Optional<Quota> quota,
    List<PlannedFolder> folders) {

  private static final String FORMAT = "mail-time-machine-restore-plan 1";

  /**
   * Of copies; the pool name of each is the SHA-256 of its text then. Whoever knows only the other
   * one must not read it: he would look for these names in the Pool, and call all of them done.
   */
  private static final String FORMAT_OF_COPIES = "mail-time-machine-restore-plan 2";

  private static final String QUOTA = "quota";

  private static final String SLASH = "/";

  /** No Folder has a directory of that name. */
  private static final String INBOX = ".";

  /** No encoded text has one; a keyword may have any other printable letter. */
  private static final String SPACE = " ";

  public RestorePlan {
    folders = List.copyOf(folders);
  }

  /** The Folder that everything goes below that is not to mix with what is there. */
  static String below(SnapshotName snapshot) {
    return "Restored " + snapshot.text();
  }

  /** The live Folder that the messages of one come into, by name. */
  public FolderName place(PlannedFolder folder) {
    return target == RestoreRequest.Target.ORIGINAL_FOLDERS
        ? folder.name()
        : new FolderName(below(snapshot) + SLASH + folder.name());
  }

  RestorePlan with(Optional<Quota> now) {
    return new RestorePlan(
        id, mailbox, snapshot, into, target, alsoMoved, ofCopies, made, now, folders);
  }

  /** Whether it would change nothing at all. */
  public boolean changesNothing() {
    return folders.stream().noneMatch(f -> f.make() || !f.messages().isEmpty());
  }

  /** Messages to add. */
  public long messages() {
    return folders.stream().mapToLong(folder -> folder.messages().size()).sum();
  }

  /** Bytes of these. */
  public long bytes() {
    return folders.stream()
        .flatMap(folder -> folder.messages().stream())
        .mapToLong(PlannedMessage::size)
        .sum();
  }

  /** What the Mailbox would hold afterwards; empty where it is not known what it holds. */
  public Optional<Quota> quotaAfter() {
    return quota.map(now -> now.plus(bytes(), messages()));
  }

  /** Whether the Mailbox may not hold all of it: then it is not begun. */
  public boolean exceedsQuota() {
    return messages() > 0 && quotaAfter().filter(Quota::exceeded).isPresent();
  }

  /** Messages that are there already. */
  public long present() {
    return folders.stream().mapToLong(PlannedFolder::present).sum();
  }

  /** Messages that are only in another Folder now. */
  public long moved() {
    return folders.stream().mapToLong(PlannedFolder::movedMessages).sum();
  }

  /** The same again, for what this plan would add: whether that is missing still. */
  RestoreRequest again() {
    Map<FolderName, Set<String>> poolNames = new HashMap<>();
    for (PlannedFolder folder : folders) {
      Set<String> names = poolNames.computeIfAbsent(folder.name(), _ -> new HashSet<>());
      folder.messages().forEach(message -> names.add(message.poolName()));
    }
    return new RestoreRequest(
        id, mailbox, snapshot, new RestoreScope.Messages(poolNames), target, alsoMoved, made, "");
  }

  /** The text of the file. */
  byte[] toBytes() {
    Lines lines =
        Lines.begin(ofCopies ? FORMAT_OF_COPIES : FORMAT)
            .add("restore", id)
            .add(
                "mailbox",
                PercentEncoding.encodeText(mailbox.toString()),
                PercentEncoding.encodeText(into.toString()))
            .add("snapshot", snapshot.text())
            .add(
                "target",
                target.name().toLowerCase(Locale.ROOT),
                alsoMoved ? "also-moved" : "missing")
            .add("made", made);
    quota.ifPresent(
        now -> lines.add(QUOTA, now.bytes(), now.messages(), now.mostBytes(), now.mostMessages()));
    for (PlannedFolder folder : folders) {
      lines.add(
          "folder",
          PercentEncoding.encodeText(folder.name().text()),
          folder.path().isEmpty()
              ? INBOX
              : folder.path().stream().map(FileName::encoded).collect(Collectors.joining(SLASH)),
          folder.make() ? "make" : "there",
          folder.incomplete() ? "busy" : "complete",
          folder.present());
      folder
          .moved()
          .forEach(
              (name, count) -> lines.add("moved", PercentEncoding.encodeText(name.text()), count));
      for (PlannedMessage message : folder.messages()) {
        lines.add(
            "message",
            message.poolName(),
            message.inode(),
            message.baseName().encoded(),
            message.flags().letters(),
            message.keywords().stream()
                .map(PercentEncoding::encodeText)
                .collect(Collectors.joining(SPACE)),
            message.size(),
            FileTime.format(message.internalDate()));
      }
    }
    return lines.end();
  }

  /**
   * Reads the text of the file.
   *
   * @param file what to call it in an error
   */
  static RestorePlan parse(byte[] bytes, String file) throws DamagedFileException {
    boolean ofCopies =
        new String(bytes, 0, Math.min(bytes.length, FORMAT_OF_COPIES.length()), US_ASCII)
            .equals(FORMAT_OF_COPIES);
    List<String[]> lines = Lines.read(bytes, ofCopies ? FORMAT_OF_COPIES : FORMAT, file);
    try {
      List<FolderLines> folders = new ArrayList<>();
      Optional<Quota> quota = Optional.empty();
      for (String[] fields : lines.subList(5, lines.size())) {
        switch (fields[0]) {
          case QUOTA -> quota = Optional.of(quota(fields));
          case "folder" -> folders.add(new FolderLines(fields));
          case "moved" ->
              folders
                  .getLast()
                  .moved
                  .put(
                      new FolderName(PercentEncoding.decodeText(fields[1])),
                      Long.parseLong(fields[2]));
          case "message" -> folders.getLast().messages.add(message(fields));
          default -> {
            // a line of a later version, which it may do without
          }
        }
      }
      return new RestorePlan(
          UUID.fromString(lines.get(0)[1]),
          MailboxAddress.of(PercentEncoding.decodeText(lines.get(1)[1])),
          new SnapshotName(lines.get(2)[1]),
          MailboxAddress.of(PercentEncoding.decodeText(lines.get(1)[2])),
          RestoreRequest.Target.valueOf(lines.get(3)[1].toUpperCase(Locale.ROOT)),
          lines.get(3)[2].equals("also-moved"),
          ofCopies,
          Instant.parse(lines.get(4)[1]),
          quota,
          folders.stream().map(FolderLines::folder).toList());
    } catch (RuntimeException e) {
      if (e instanceof IllegalArgumentException
          || e instanceof IndexOutOfBoundsException
          || e instanceof DateTimeException) {
        throw new DamagedFileException(file, "a line makes no sense", e);
      }
      throw e;
    }
  }

  private static Quota quota(String[] fields) {
    return new Quota(
        Long.parseLong(fields[1]),
        Long.parseLong(fields[2]),
        Long.parseLong(fields[3]),
        Long.parseLong(fields[4]));
  }

  private static PlannedMessage message(String[] fields) {
    return new PlannedMessage(
        fields[1],
        Long.parseLong(fields[2]),
        FileName.ofEncoded(fields[3]),
        new Flags(fields[4]),
        fields[5].isEmpty()
            ? List.of()
            : Stream.of(fields[5].split(SPACE, -1)).map(PercentEncoding::decodeText).toList(),
        Long.parseLong(fields[6]),
        FileTime.parse(fields[7]));
  }

  /** One Folder, while its lines are read. */
  private static final class FolderLines {
    private final String[] fields;
    private final SortedMap<FolderName, Long> moved = new TreeMap<>();
    private final List<PlannedMessage> messages = new ArrayList<>();

    FolderLines(String[] fields) {
      this.fields = fields;
    }

    PlannedFolder folder() {
      return new PlannedFolder(
          new FolderName(PercentEncoding.decodeText(fields[1])),
          fields[2].equals(INBOX)
              ? List.of()
              : Stream.of(fields[2].split(SLASH, -1)).map(FileName::ofEncoded).toList(),
          fields[3].equals("make"),
          messages,
          Long.parseLong(fields[5]),
          moved,
          fields[4].equals("busy"));
    }
  }
}
