package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.mailstore.maildir.MessageFileName;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileOwner;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;

/**
 * What the mail of a host amounts to, for whoever decides about a Store. The mail goes on
 * meanwhile, so these are no exact numbers.
 *
 * @param mailboxes whose Maildir is there
 * @param withoutMaildir users of whom there is no Maildir yet
 * @param messages files in {@code cur} and {@code new} of all Folders
 * @param bytes of these, as their names say them, or the disk does
 * @param owners whom the Maildirs belong to, as {@code uid:gid}
 * @param example the Maildir of one of them; the root where there is none
 * @param otherFileSystems Mailboxes that do not lie on the file system of the root
 * @param failures what may be a Mailbox and could not be read, with the cause
 */
public record MailHostSurvey(
    int mailboxes,
    int withoutMaildir,
    long messages,
    long bytes,
    Set<FileOwner> owners,
    Path example,
    int otherFileSystems,
    Map<String, String> failures) {

  /** Told as it goes on. */
  public interface Progress {

    /** How many Mailboxes are done, of how many. */
    void at(int done, int all);
  }

  /**
   * Looks at all of it; nothing is changed.
   *
   * @param progress told of each Mailbox
   * @throws IOException where the root cannot be opened, or the source of the Mailboxes cannot be
   *     asked
   */
  public static MailHostSurvey of(MailboxSettings mail, Progress progress) throws IOException {
    Map<String, String> failures = new TreeMap<>();
    try (MailHost host = MailHost.open(mail.root(), mail.mailboxes(), _ -> {}, failures::put)) {
      Counting counting = new Counting();
      long device = host.device();
      int done = 0;
      int elsewhere = 0;
      Path example = mail.root();
      List<MailHost.Located> all = host.mailboxes();
      for (MailHost.Located located : all) {
        try (Maildir maildir = host.open(located, _ -> {})) {
          FileStatus status = maildir.root().status();
          elsewhere += status.device() == device ? 0 : 1;
          counting.count(maildir);
          counting.owners.add(FileOwner.of(status));
          example = Path.of(maildir.root().path());
          progress.at(++done, all.size());
        } catch (IOException e) {
          failures.put(located.mailbox().toString(), String.valueOf(e.getMessage()));
        }
      }
      return new MailHostSurvey(
          done,
          host.withoutMaildir().size(),
          counting.messages,
          counting.bytes,
          Set.copyOf(counting.owners),
          example,
          elsewhere,
          failures);
    }
  }

  private static final class Counting {

    private final Set<FileOwner> owners =
        new TreeSet<>(
            Comparator.comparingLong(FileOwner::user).thenComparingLong(FileOwner::group));
    private long messages;
    private long bytes;

    void count(Maildir maildir) throws IOException {
      for (Maildir.Found found : maildir.folders()) {
        try (DirectoryHandle folder = found.folder().open(maildir.root())) {
          for (FileName part : new FileName[] {MaildirFolder.CUR, MaildirFolder.NEW}) {
            try (DirectoryHandle directory = folder.directory(part)) {
              for (DirectoryEntry entry : directory.list()) {
                count(directory, entry.name());
              }
            } catch (IOException e) {
              // A folder without one of the two, or one that was just removed: a night looks
              // closer.
            }
          }
        }
      }
    }

    private void count(DirectoryHandle directory, FileName name) throws IOException {
      var size = MessageFileName.of(name).size();
      bytes += size.isPresent() ? size.getAsLong() : directory.status(name).size();
      messages++;
    }
  }
}
