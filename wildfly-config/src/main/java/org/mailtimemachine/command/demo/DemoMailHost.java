package org.mailtimemachine.command.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * A made-up mail host with three Mailboxes, whose users lived through fifteen days and lost mail in
 * them. All of it is made from the story files beside this class: the same seed and the same day
 * give the same tree, byte for byte. Not safe for use by several threads.
 */
public final class DemoMailHost {

  /** How many nightly Snapshots there are at the end, that of today's midnight included. */
  public static final int DAYS = 15;

  /** The seed that {@code mtm demo} uses. */
  public static final long DEFAULT_SEED = 1;

  /** A little after midnight: what happened today before anybody got up. */
  private static final LocalTime END_OF_STORY = LocalTime.of(0, 10);

  private static final int OLDEST_FOLDER_DAYS = 700;

  private final Path mail;
  private final ZoneId zone;
  private final Clock clock;
  private final DemoProgress progress;
  private final long seed;

  /**
   * Names a host; nothing is written yet.
   *
   * @param directory the Maildirs are made in {@code mail/<domain>/<local part>} below it
   * @param zone the host's zone, in which days begin
   * @param clock tells which day is today
   * @param progress told about each Snapshot taken
   * @param seed chooses what is left to chance: ids, seconds, who reads when
   */
  public DemoMailHost(Path directory, ZoneId zone, Clock clock, DemoProgress progress, long seed) {
    this.mail = directory.resolve("mail");
    this.zone = zone;
    this.clock = clock;
    this.progress = progress;
    this.seed = seed;
  }

  /** The Mailboxes of the host. */
  public static List<MailboxAddress> mailboxes() {
    return DemoUser.ALL.stream().map(DemoUser::mailbox).toList();
  }

  /**
   * Makes the Maildirs and lives up to now. Calls for a Snapshot at each of the last {@value #DAYS}
   * midnights, the oldest first; afterwards the Maildirs are the live ones of today.
   *
   * @return what to try first: sentences for a person, with the dates and addresses
   * @throws IOException where the Maildirs cannot be written, for one because they exist already
   */
  public List<String> live(NightlySnapshot snapshot) throws IOException {
    LocalDate today = LocalDate.ofInstant(clock.instant(), zone);
    Wording wording = new Wording(today, zone);
    Story story = new Story();
    Map<String, DemoMaildir> mailboxes = emptyMailboxes(story, wording);
    Deque<Action> actions =
        new ArrayDeque<>(new StoryLine(story, wording, seed, mailboxes).actions());
    for (int done = 1; done <= DAYS; done++) {
      LocalDate date = today.minusDays(DAYS - done);
      happenUntil(date.atStartOfDay(zone).toInstant(), actions);
      write(mailboxes);
      snapshot.takeSnapshot(date);
      progress.snapshotTaken(date, done, DAYS);
    }
    happenUntil(today.atTime(END_OF_STORY).atZone(zone).toInstant(), actions);
    write(mailboxes);
    return story.mistakes().stream()
        .flatMap(mistake -> mistake.remedy().stream())
        .map(remedy -> wording.filled(remedy, Locale.ENGLISH))
        .toList();
  }

  private Map<String, DemoMaildir> emptyMailboxes(Story story, Wording wording) throws IOException {
    Instant created =
        wording.today().minusDays(OLDEST_FOLDER_DAYS).atTime(9, 0).atZone(zone).toInstant();
    Map<String, DemoMaildir> mailboxes = new LinkedHashMap<>();
    for (DemoUser user : DemoUser.ALL) {
      MailboxAddress address = user.mailbox();
      Path maildir = mail.resolve(address.domain()).resolve(address.localPart());
      mailboxes.put(
          user.localPart(),
          new DemoMaildir(maildir, seed * 31 + address.toString().hashCode(), created));
    }
    for (StoryFolder folder : story.folders()) {
      String name = wording.filled(folder.name(), Locale.ROOT);
      DemoMaildir mailbox = mailboxes.get(folder.user());
      if (mailbox == null) {
        throw new IllegalStateException("a folder of nobody in the story: " + folder);
      }
      mailbox.createFolder(name, folder.subscribed());
    }
    return mailboxes;
  }

  private static void happenUntil(Instant end, Deque<Action> actions) throws IOException {
    for (Action next = actions.peek(); next != null; next = actions.peek()) {
      if (!next.when().isBefore(end)) {
        return;
      }
      actions.remove().happen();
    }
  }

  private static void write(Map<String, DemoMaildir> mailboxes) throws IOException {
    for (DemoMaildir mailbox : mailboxes.values()) {
      mailbox.write();
    }
  }
}
