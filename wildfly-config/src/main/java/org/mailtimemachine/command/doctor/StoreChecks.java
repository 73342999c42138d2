package org.mailtimemachine.command.doctor;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.mailtimemachine.snapshot.StorageStrategy;
import org.mailtimemachine.snapshot.Store;
import org.mailtimemachine.snapshot.StoreCondition;
import org.mailtimemachine.snapshot.StoreCondition.Symptom;

/** Where the Store lies, who may read it, and what its records say. */
final class StoreChecks {

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
      StoreCondition.of(store, clock).symptoms(clock.instant()).stream()
          .map(StoreChecks::advice)
          .forEach(found::add);
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
    if (maildirs.isPresent() && Files.isDirectory(maildirs.get())) {
      place(maildirs.get().toRealPath(), store.toRealPath(), strategy);
    }
    return found;
  }

  private static Advice advice(Symptom symptom) {
    return switch (symptom.trouble()) {
      case RUN_RECORD ->
          advice(
              Severity.ERROR,
              "run-record",
              symptom,
              "mtm snapshot repair makes it anew from the snapshots, which are there");
      case NO_NIGHT ->
          advice(
              Severity.WARNING,
              "no-night",
              symptom,
              "start the schedule, or take one: mtm snapshot take --nightly");
      case CLOCK ->
          advice(Severity.ERROR, "clock", symptom, "set the clock (systemd-timesyncd, chrony)");
      case NIGHT_MISSED ->
          advice(
              Severity.ERROR,
              "last-night",
              symptom,
              "find out why the nights stopped: the server's log, or systemctl status of its"
                  + " timer");
      case MAILBOXES_FAILED ->
          advice(
              Severity.WARNING,
              "failed-mailboxes",
              symptom,
              "mend the cause; as long as a mailbox fails no day expires");
      case NIGHT_WARNINGS ->
          advice(
              Severity.NOTE,
              "night-warnings",
              symptom,
              "mtm snapshot list tells which nights are incomplete");
      case DAMAGED ->
          advice(
              Severity.ERROR,
              "last-check",
              symptom,
              "mtm snapshot check --last names all; mtm snapshot repair mends what can be mended");
      case DISK_FULL ->
          advice(Severity.ERROR, "disk-full", symptom, "free some space, or keep fewer days");
      case INODES_FULL ->
          advice(
              Severity.ERROR,
              "inodes-full",
              symptom,
              "remove small files that nobody needs; an ext4 gets its inodes when it is made");
    };
  }

  private static Advice advice(Severity severity, String check, Symptom symptom, String remedy) {
    return new Advice(severity, check, symptom.what(), symptom.why(), remedy);
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
