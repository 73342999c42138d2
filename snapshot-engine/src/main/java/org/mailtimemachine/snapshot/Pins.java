package org.mailtimemachine.snapshot;

import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PosixException;

/** The pins of one Mailbox: a directory that is there from the first one on. */
final class Pins {

  static final FileName PINS = new FileName("pins");

  private final DirectoryHandle mailbox;

  Pins(DirectoryHandle mailbox) {
    this.mailbox = mailbox;
  }

  /**
   * All of them, by Snapshot and id. One whose file cannot be read keeps its Snapshot all the same,
   * for good: nobody knows until when it was meant.
   */
  List<Pin> all() throws IOException {
    List<Pin> all = new ArrayList<>();
    try (DirectoryHandle pins = mailbox.directory(PINS)) {
      for (DirectoryEntry entry : pins.list()) {
        Pin.unread(entry.name()).ifPresent(unread -> all.add(read(pins, unread)));
      }
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
    all.sort(Comparator.comparing(Pin::snapshot).thenComparing(Pin::id));
    return all;
  }

  private static Pin read(DirectoryHandle pins, Pin unread) {
    FileName file = unread.file();
    try {
      return unread.read(StoreFiles.read(pins, file), pins.describe(file));
    } catch (IOException e) {
      return unread;
    }
  }

  /** The Snapshots that a pin keeps on that day. */
  Set<SnapshotName> pinned(LocalDate today) throws IOException {
    return all().stream()
        .filter(pin -> pin.counts(today))
        .map(Pin::snapshot)
        .collect(Collectors.toSet());
  }

  void add(Pin pin) throws IOException {
    try (DirectoryHandle pins = StoreFiles.directory(mailbox, PINS)) {
      mailbox.sync();
      StoreFiles.publish(pins, pin.file(), pin.toBytes());
    }
  }

  /** Removes all of them, where no Snapshot is left that they could keep. */
  void clear() throws IOException {
    for (Pin pin : all()) {
      remove(pin.snapshot(), pin.id());
    }
  }

  void remove(SnapshotName snapshot, String id) throws IOException {
    try (DirectoryHandle pins = mailbox.directory(PINS)) {
      StoreFiles.removeIfThere(pins, Pin.file(snapshot, id));
      pins.sync();
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
  }
}
