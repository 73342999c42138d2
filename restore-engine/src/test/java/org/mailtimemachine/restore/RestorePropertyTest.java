package org.mailtimemachine.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mailtimemachine.mailstore.mailbox.FolderName;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.snapshot.SnapshotEngine;
import org.mailtimemachine.snapshot.SnapshotName;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.TakeProgress;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;
import org.mailtimemachine.snapshot.manifest.Lines;
import org.mailtimemachine.snapshot.manifest.ListedMessage;
import org.mailtimemachine.snapshot.manifest.ManifestFolder;

/**
 * After random edits of a live mailbox a random request gives {@code live and missing}: every file
 * that was there is there still, by path and inode, and what came back is exactly what was missing,
 * by SHA-256. An own account of what is missing, made from the files alone, is compared.
 */
class RestorePropertyTest {

  private static final Logger LOG = Logger.getLogger(RestorePropertyTest.class.getName());
  private static final int MAILBOXES = Integer.getInteger("mtm.test.mailboxes", 30);
  private static final MailboxAddress ANNA = MailboxAddress.of("anna@example.test");
  private static final SnapshotName DAY = new SnapshotName("2026-11-20");
  private static final Clock THEN =
      Clock.fixed(Instant.parse("2026-11-20T12:00:00Z"), ZoneOffset.UTC);

  /** Later than anything that the test writes, so that no directory time is in doubt. */
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2126-01-01T00:00:00Z"));

  private static final List<String> FOLDERS =
      List.of("", ".Sent", ".Trash", ".Work", ".Work.2026", ".Archive", ".Junk");

  @TempDir Path root;

  /** A file of a message, by what identifies it. */
  private record Mail(String directory, String base, Object inode, String sha256) {}

  @Test
  void aRandomRequestGivesWhatIsThereAndWhatIsMissing() throws IOException {
    long seed = Long.getLong("mtm.test.seed", System.nanoTime());
    LOG.info(() -> "seed " + seed);
    Random seeds = new Random(seed);
    long added = 0;
    for (int i = 0; i < MAILBOXES; i++) {
      long own = i == 0 ? seed : seeds.nextLong();
      added += new Life(root.resolve("host" + i), own).live();
    }
    assertThat(added).isPositive();
  }

  /** One mailbox, its edits, and a request. */
  private static final class Life {
    private final Path mail;
    private final Path box;
    private final Path storePath;
    private final Random random;
    private final String what;
    private int count;

    Life(Path host, long seed) throws IOException {
      this.mail = host.resolve("mail");
      this.box = mail.resolve("example.test/anna");
      this.storePath = host.resolve("store");
      this.random = new Random(seed);
      this.what = "-Dmtm.test.seed=" + seed;
      for (String folder : FOLDERS) {
        make(folder);
      }
    }

    long live() throws IOException {
      for (int i = 0; i < 25; i++) {
        deliver();
        if (random.nextInt(4) == 0) {
          copy();
        }
      }
      List<Mail> then = mail();
      try (SnapshotEngine engine = SnapshotEngine.open(mail, storePath, THEN)) {
        assertThat(engine.take(DAY, TakeProgress.NONE).complete()).isTrue();
      }
      for (int i = random.nextInt(50); i >= 0; i--) {
        edit(then);
      }
      List<Mail> live = mail();
      Map<Path, Object> files = files();
      try (Store store = Store.open(storePath)) {
        RestoreRequest request = request(store);
        Map<String, List<String>> expected = expected(then, live, request, store);
        RestorePlanner planner =
            new RestorePlanner(store, MailboxSettings.inDirectories(mail), CLOCK);
        Restorer restorer = new Restorer(store, MailboxSettings.inDirectories(mail), CLOCK);
        RestorePlan plan = planner.plan(request);
        restorer.accept(plan);
        Receipt receipt = restorer.run(plan.id(), RestoreProgress.NONE);

        assertThat(receipt.count(Receipt.Outcome.ADDED)).as(what).isEqualTo(plan.messages());
        assertThat(byDirectory(mail())).as(what + " " + request).isEqualTo(expected);
        assertThat(files()).as(what).containsAllEntriesOf(files);
        assertThat(planner.plan(request).messages()).as(what + ", again").isZero();
        assertThat(restorer.takeBack(plan.id()))
            .as(what)
            .isEqualTo(new Restorer.TakenBack(plan.messages(), 0));
        assertThat(files()).as(what + ", taken back").isEqualTo(files);
        return plan.messages();
      }
    }

    private void make(String folder) throws IOException {
      for (String part : List.of("cur", "new", "tmp")) {
        Files.createDirectories(box.resolve(folder).resolve(part));
      }
    }

    private void deliver() throws IOException {
      int number = ++count;
      write(existing(), number + ".a", "message " + number);
    }

    private void write(String folder, String base, String text) throws IOException {
      boolean fresh = random.nextInt(5) == 0;
      Path file =
          box.resolve(folder)
              .resolve(fresh ? "new" : "cur")
              .resolve(fresh ? base : base + ":2," + flags());
      Files.writeString(file, "Subject: " + text + "\n\n" + text + "\n");
      Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_700_000_000L + count)));
    }

    private String flags() {
      return List.of("", "S", "FS", "RS", "ST").get(random.nextInt(5));
    }

    private String existing() throws IOException {
      List<String> folders = folders();
      return folders.get(random.nextInt(folders.size()));
    }

    private List<String> folders() throws IOException {
      List<String> folders = new ArrayList<>(List.of(""));
      try (Stream<Path> entries = Files.list(box)) {
        entries
            .map(entry -> entry.getFileName().toString())
            .filter(name -> name.startsWith(".") && !name.startsWith(".."))
            .sorted()
            .forEach(folders::add);
      }
      return folders;
    }

    private void edit(List<Mail> then) throws IOException {
      switch (random.nextInt(9)) {
        case 0, 1 -> with(Files::delete);
        case 2, 3 -> move();
        case 4 -> flag();
        case 5 -> copy();
        case 6 -> deliver();
        case 7 -> importAgain(then);
        default -> folder();
      }
    }

    private interface Change {
      void of(Path file) throws IOException;
    }

    private void with(Change change) throws IOException {
      List<Path> files = new ArrayList<>(files().keySet());
      if (!files.isEmpty()) {
        change.of(files.get(random.nextInt(files.size())));
      }
    }

    private void move() throws IOException {
      String to = existing();
      with(file -> Files.move(file, free(to, base(file), file)));
    }

    /** As IMAP COPY does: another name of the file, and a new base name where that is taken. */
    private void copy() throws IOException {
      String to = existing();
      with(
          file -> {
            Path target = free(to, base(file), file);
            if (!target.equals(file)) {
              Files.createLink(target, file);
            }
          });
    }

    /** The name in another folder; a new one where it has that base name already. */
    private Path free(String folder, String base, Path file) throws IOException {
      for (Mail there : mail()) {
        if (there.directory.equals(folder) && there.base.equals(base)) {
          return file.getParent().getParent().equals(box.resolve(folder))
              ? file
              : box.resolve(folder).resolve("cur").resolve("c" + ++count + ".a:2,S");
        }
      }
      return box.resolve(folder).resolve("cur").resolve(base + ":2," + flags());
    }

    private void flag() throws IOException {
      with(
          file ->
              Files.move(
                  file, file.getParent().resolveSibling("cur").resolve(base(file) + ":2,F")));
    }

    /** The same bytes in a new file, as another program puts them back. */
    private void importAgain(List<Mail> then) throws IOException {
      Mail mail = then.get(random.nextInt(then.size()));
      int number = 1;
      while (!sha256(text(number)).equals(mail.sha256)) {
        number++;
      }
      write(existing(), "i" + ++count + ".a", "message " + number);
    }

    private static byte[] text(int number) {
      String text = "message " + number;
      return ("Subject: " + text + "\n\n" + text + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private void folder() throws IOException {
      List<String> folders = folders();
      String folder = folders.get(random.nextInt(folders.size()));
      if (folder.isEmpty()) {
        make(".New" + ++count);
      } else if (random.nextInt(3) == 0) {
        deleteTree(box.resolve(folder));
      } else {
        String to = random.nextBoolean() ? ".Trash.Old" + ++count : ".Renamed" + ++count;
        Files.move(box.resolve(folder), box.resolve(to));
      }
    }

    private RestoreRequest request(Store store) throws IOException {
      List<ManifestFolder> folders = store.manifest(ANNA, DAY).folders();
      RestoreScope scope = new RestoreScope.WholeMailbox();
      switch (random.nextInt(3)) {
        case 0 -> {
          Set<FolderName> names = new HashSet<>();
          for (int i = random.nextInt(3); i >= 0; i--) {
            names.add(folders.get(random.nextInt(folders.size())).name());
          }
          scope = new RestoreScope.Folders(names);
        }
        case 1 -> {
          Map<FolderName, Set<String>> messages = new HashMap<>();
          for (ManifestFolder folder : folders) {
            for (ListedMessage message : store.listing(ANNA, folder.listing()).messages()) {
              if (random.nextBoolean()) {
                messages
                    .computeIfAbsent(folder.name(), _ -> new HashSet<>())
                    .add(message.poolName());
              }
            }
          }
          if (!messages.isEmpty()) {
            scope = new RestoreScope.Messages(messages);
          }
        }
        default -> {
          // everything
        }
      }
      RestoreRequest.Target target =
          random.nextInt(3) == 0
              ? RestoreRequest.Target.BELOW_RESTORED
              : RestoreRequest.Target.ORIGINAL_FOLDERS;
      return new RestoreRequest(
          UUID.randomUUID(), ANNA, DAY, scope, target, random.nextBoolean(), CLOCK.instant(), "");
    }

    /** What each directory must hold afterwards, by SHA-256. */
    private Map<String, List<String>> expected(
        List<Mail> then, List<Mail> live, RestoreRequest request, Store store) throws IOException {
      Map<String, List<String>> expected = byDirectory(live);
      for (ManifestFolder folder : store.manifest(ANNA, DAY).folders()) {
        Map<String, String> poolNames = new HashMap<>();
        for (ListedMessage message : store.listing(ANNA, folder.listing()).messages()) {
          poolNames.put(FileName.ofEncoded(message.baseName()).text(), message.poolName());
        }
        String directory = folder.directory();
        String to =
            request.target() == RestoreRequest.Target.ORIGINAL_FOLDERS
                ? directory
                : ".Restored " + DAY + (directory.isEmpty() ? ".INBOX" : directory);
        Set<String> missing = new HashSet<>();
        for (Mail message : then) {
          if (message.directory.equals(directory)
              && wanted(request.scope(), folder.name(), poolNames.get(message.base))
              && live.stream().noneMatch(l -> same(l, message) && l.directory.equals(directory))
              && (request.moved()
                  || live.stream().noneMatch(l -> same(l, message) && moved(l, then)))) {
            missing.add(message.sha256);
          }
        }
        if (!missing.isEmpty()) {
          List<String> all = expected.computeIfAbsent(to, _ -> new ArrayList<>());
          all.addAll(missing);
          all.sort(null);
        }
      }
      return expected;
    }

    private static boolean wanted(RestoreScope scope, FolderName folder, String poolName) {
      return switch (scope) {
        case RestoreScope.WholeMailbox _ -> true;
        case RestoreScope.Folders folders -> folders.names().contains(folder);
        case RestoreScope.Messages messages ->
            messages.poolNames().getOrDefault(folder, Set.of()).contains(poolName);
        case RestoreScope.Copies _ -> false;
      };
    }

    private static boolean same(Mail one, Mail other) {
      return one.sha256.equals(other.sha256);
    }

    /** Whether it came into a folder since where one would look for it. */
    private static boolean moved(Mail live, List<Mail> then) {
      boolean thrownAway =
          Stream.of(".Trash", ".Junk")
              .anyMatch(d -> live.directory.equals(d) || live.directory.startsWith(d + "."));
      return !thrownAway
          && then.stream()
              .filter(mail -> mail.directory.equals(live.directory))
              .noneMatch(mail -> mail.base.equals(live.base) || mail.inode.equals(live.inode));
    }

    private static Map<String, List<String>> byDirectory(List<Mail> mail) {
      Map<String, List<String>> byDirectory = new TreeMap<>();
      for (Mail message : mail) {
        byDirectory.computeIfAbsent(message.directory, _ -> new ArrayList<>()).add(message.sha256);
      }
      byDirectory.values().forEach(all -> all.sort(null));
      return byDirectory;
    }

    private List<Mail> mail() throws IOException {
      List<Mail> mail = new ArrayList<>();
      for (Map.Entry<Path, Object> file : files().entrySet()) {
        Path directory = box.relativize(file.getKey()).getParent().getParent();
        mail.add(
            new Mail(
                directory == null ? "" : directory.toString(),
                base(file.getKey()),
                file.getValue(),
                sha256(Files.readAllBytes(file.getKey()))));
      }
      return mail;
    }

    /** All files of messages, with their inodes. */
    private Map<Path, Object> files() throws IOException {
      Map<Path, Object> files = new TreeMap<>();
      for (String folder : folders()) {
        for (String part : List.of("cur", "new")) {
          try (Stream<Path> entries = Files.list(box.resolve(folder).resolve(part))) {
            for (Path file : entries.toList()) {
              files.put(file, Files.getAttribute(file, "unix:ino"));
            }
          }
        }
      }
      return files;
    }

    private static String base(Path file) {
      return file.getFileName().toString().replaceFirst(":2,.*", "");
    }

    private static String sha256(byte[] bytes) {
      return Lines.sha256(bytes);
    }

    private static void deleteTree(Path tree) throws IOException {
      try (Stream<Path> files = Files.walk(tree)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
