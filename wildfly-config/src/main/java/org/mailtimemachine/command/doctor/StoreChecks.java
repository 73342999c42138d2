package org.mailtimemachine.command.doctor;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FreeSpace;
import org.mailtimemachine.snapshot.Run;
import org.mailtimemachine.snapshot.Sentences;
import org.mailtimemachine.snapshot.StorageStrategy;
import org.mailtimemachine.snapshot.Store;

/** Where the Store lies, who may read it, and how its last night went. */
final class StoreChecks {

  private static final Duration NIGHT_AT_LATEST = Duration.ofHours(26);
  private static final long SHARE = 20;
  private static final long MOST_RESERVED = 1L << 30;
  private static final long MOST_INODES = 100_000;
  private static final int MOST_NAMED = 5;

  private final Path store;
  private final Optional<Path> maildirs;
  private final Clock clock;
  private final List<Advice> found = new ArrayList<>();

  StoreChecks(Path store, Optional<Path> maildirs, Clock clock) {
    this.store = store;
    this.maildirs = maildirs;
    this.clock = clock;
  }

  List<Advice> run() throws IOException {
    if (!Files.isDirectory(store)) {
      add(
          Severity.WARNING,
          "store-missing",
          "there is no store at " + store,
          "no night has been taken",
          "take one: mtm snapshot take --nightly --maildirs ROOT --store " + store);
      return found;
    }
    StorageStrategy strategy;
    try (Store open = Store.open(store)) {
      strategy = open.strategy();
      records(open);
      nights(open);
    } catch (IOException e) {
      add(
          Severity.ERROR,
          "store-unreadable",
          String.valueOf(e.getMessage()),
          "no snapshot can be read or taken",
          "run as a user that may read it, or name the right directory");
      return found;
    }
    rights();
    space();
    if (maildirs.isPresent() && Files.isDirectory(maildirs.get())) {
      place(maildirs.get().toRealPath(), store.toRealPath(), strategy);
    }
    return found;
  }

  private void nights(Store open) throws IOException {
    Instant now = clock.instant();
    Optional<Run> last =
        open.runs().stream()
            .filter(run -> run.name().nightly() && run.all())
            .max(Comparator.comparing(Run::started));
    if (last.isEmpty()) {
      add(
          Severity.WARNING,
          "no-night",
          "no night has been taken into " + store,
          "users see no day",
          "start the schedule, or take one: mtm snapshot take --nightly");
      return;
    }
    Run run = last.get();
    if (run.started().isAfter(now)) {
      add(
          Severity.ERROR,
          "clock",
          "the night %s was taken at %s, and this machine says it is %s"
              .formatted(run.name(), run.started(), now),
          "the clock is or was wrong: days are named wrongly, and a date is taken only once",
          "set the clock (systemd-timesyncd, chrony)");
    } else if (Duration.between(run.started(), now).compareTo(NIGHT_AT_LATEST) > 0) {
      add(
          Severity.ERROR,
          "last-night",
          "the last night is %s, taken at %s".formatted(run.name(), run.started()),
          "what was deleted since then is in no snapshot",
          "find out why the nights stopped: the server's log, or systemctl status of its timer");
    }
    if (!run.failed().isEmpty()) {
      add(
          Severity.WARNING,
          "failed-mailboxes",
          "the night %s has no snapshot of %s".formatted(run.name(), named(run.failed().keySet())),
          run.failed().firstEntry().getKey() + ": " + run.failed().firstEntry().getValue(),
          "mend the cause; as long as a mailbox fails no day expires");
    }
    if (!run.warnings().isEmpty()) {
      add(
          Severity.NOTE,
          "night-warnings",
          "the night %s has warnings".formatted(run.name()),
          String.join("; ", Sentences.summary(run.warnings())),
          "mtm snapshot list tells which nights are incomplete");
    }
  }

  private static String named(Set<String> all) {
    String first = all.stream().limit(MOST_NAMED).collect(Collectors.joining(", "));
    return all.size() > MOST_NAMED
        ? "%s and %d more".formatted(first, all.size() - MOST_NAMED)
        : first;
  }

  /** What check would find at once: a run whose record is damaged counts for nothing. */
  private void records(Store open) throws IOException {
    open.unreadableRuns()
        .forEach(
            (name, why) ->
                add(
                    Severity.ERROR,
                    "run-record",
                    "the record of " + name + " cannot be read",
                    why,
                    "mtm snapshot repair makes it anew from the snapshots, which are there"));
  }

  private void rights() throws IOException {
    Set<PosixFilePermission> others = EnumSet.noneOf(PosixFilePermission.class);
    others.addAll(Files.readAttributes(store, PosixFileAttributes.class).permissions());
    others.removeAll(
        EnumSet.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE));
    if (!others.isEmpty()) {
      add(
          Severity.ERROR,
          "store-mode",
          "others than its owner may enter " + store,
          "they reach mail that its users have deleted",
          "chmod 700 "
              + store
              + " (this directory alone, not what is in it: its files are the"
              + " live mail)");
    }
  }

  private void space() throws IOException {
    try (DirectoryHandle handle = DirectoryHandle.open(store)) {
      found.addAll(space(store, handle.freeSpace()));
    }
  }

  /** Under the same limits as a take stops at. */
  static List<Advice> space(Path store, FreeSpace free) {
    List<Advice> found = new ArrayList<>();
    String why =
        "a night stops where less than a twentieth is left (1 GiB and 100,000 inodes at most), so"
            + " that mail can still be delivered";
    if (free.availableBytes() < Math.min(free.bytes() / SHARE, MOST_RESERVED)) {
      found.add(
          new Advice(
              Severity.ERROR,
              "disk-full",
              String.format(
                  Locale.ROOT,
                  "the file system of %s has %,d MiB left",
                  store,
                  free.availableBytes() >> 20),
              why,
              "free some space, or keep fewer days"));
    }
    if (free.availableInodes() < Math.min(free.inodes() / SHARE, MOST_INODES)) {
      found.add(
          new Advice(
              Severity.ERROR,
              "inodes-full",
              String.format(
                  Locale.ROOT,
                  "the file system of %s has %,d inodes left",
                  store,
                  free.availableInodes()),
              why,
              "remove small files that nobody needs; an ext4 gets its inodes when it is made"));
    }
    return found;
  }

  private void place(Path root, Path place, StorageStrategy strategy) throws IOException {
    if (strategy == StorageStrategy.HARDLINK
        && !Files.getAttribute(root, "unix:dev").equals(Files.getAttribute(place, "unix:dev"))) {
      add(
          Severity.ERROR,
          "other-file-system",
          place + " lies on another file system than " + root,
          "a hard link cannot cross from one to the other",
          "put the store beside the Maildirs, or make one with the strategy copy");
    }
    if (root.startsWith(place)) {
      add(
          Severity.ERROR,
          "maildirs-in-store",
          "the Maildirs " + root + " lie in the store " + place,
          "the store's directories are its own",
          "name a directory of its own for the store");
    }
    int depth = place.startsWith(root) ? place.getNameCount() - root.getNameCount() : 0;
    for (int levels = 1; levels < depth; levels++) {
      Path above = root.resolve(root.relativize(place).subpath(0, levels));
      if (Files.isDirectory(above.resolve("cur"))) {
        add(
            Severity.ERROR,
            "store-in-maildir",
            place + " lies in the Maildir " + above,
            "its server and its user would meet the store's files as mail or folders",
            "move the store out of it");
        return;
      }
    }
    if (place.startsWith(root)
        && !place.equals(root)
        && !root.relativize(place).getName(0).toString().startsWith(".")) {
      add(
          Severity.WARNING,
          "store-among-domains",
          place + " lies where domains are looked for",
          "a night looks for mailboxes in it",
          "call it by a name with a dot in front, or put it beside " + root);
    }
    protectedLinks(root, strategy);
  }

  /** A user who does not own the mail may not link it where the kernel protects hard links. */
  private void protectedLinks(Path root, StorageStrategy strategy) throws IOException {
    Object user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    Path setting = Path.of("/proc/sys/fs/protected_hardlinks");
    if (strategy != StorageStrategy.HARDLINK
        || user.equals(0)
        || !Files.isReadable(setting)
        || !Files.readString(setting).strip().equals("1")) {
      return;
    }
    Optional<Path> foreign = mailboxOfSomebodyElse(root, user);
    if (foreign.isPresent()) {
      add(
          Severity.ERROR,
          "protected-hardlinks",
          "fs.protected_hardlinks = 1, and uid %s does not own %s".formatted(user, foreign.get()),
          "the kernel refuses links of other users' files",
          "take the nights as root or as the owner of the Maildirs");
    }
  }

  private static Optional<Path> mailboxOfSomebodyElse(Path root, Object user) throws IOException {
    try (DirectoryStream<Path> domains = Files.newDirectoryStream(root, Files::isDirectory)) {
      for (Path domain : domains) {
        try (DirectoryStream<Path> users = Files.newDirectoryStream(domain, Files::isDirectory)) {
          for (Path mailbox : users) {
            if (!Files.getAttribute(mailbox, "unix:uid", LinkOption.NOFOLLOW_LINKS).equals(user)) {
              return Optional.of(mailbox);
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  private void add(Severity severity, String check, String what, String why, String remedy) {
    found.add(new Advice(severity, check, what, why, remedy));
  }
}
