package org.mailtimemachine.command.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Backup programs of this machine that meet each message twice, or its ctime changed. */
final class BackupChecks {

  private final Path root;

  /**
   * @param root of the machine, {@code /}
   */
  BackupChecks(Path root) {
    this.root = root;
  }

  List<Advice> run() {
    List<Advice> found = new ArrayList<>();
    if (has("usr/bin/borg", "usr/local/bin/borg")) {
      found.add(
          new Advice(
              Severity.NOTE,
              "borg",
              "this machine has borg",
              "its files cache compares the ctime by default, which a link sets to now, once for"
                  + " each message (borg 1.2.4, 200 files: none was read again before they were"
                  + " linked, 199 after; with mtime,size,inode none)",
              "borg create --files-cache=mtime,size,inode of the Maildirs; leave the store out"));
    }
    if (has("etc/rsnapshot.conf", "usr/bin/rsnapshot")) {
      found.add(
          new Advice(
              Severity.NOTE,
              "rsnapshot",
              "this machine has rsnapshot",
              "without rsync's -H each message that lies in a Maildir and in the store is copied"
                  + " twice",
              "leave the store out, or add -H to rsync_long_args"));
    }
    return found;
  }

  private boolean has(String... places) {
    return Stream.of(places).anyMatch(place -> Files.exists(root.resolve(place)));
  }
}
