package org.mailtimemachine.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.snapshot.manifest.DirectoryState;

/** The tree of all Maildirs that a take walks: the live one, or one that is frozen. */
final class View implements Closeable {

  /** What a frozen tree is called in the Store; hidden, so that it is no domain. */
  static final String DIRECTORY = ".frozen";

  private static final String NESTED =
      "it is a file system, dataset or subvolume of its own, which a snapshot of the one above it"
          + " does not hold. One store can keep such mailboxes with the strategy 'copy', or on Btrfs"
          + " 'reflink': write that into its file 'strategy'; else give each a store of its own";

  private final Path live;
  private final Path root;
  private final long liveDevice;
  private final InstantSource time;
  private final List<List<FileName>> nested;
  private final Closeable thaw;
  private boolean closed;

  private View(
      Path live,
      Path root,
      long liveDevice,
      InstantSource time,
      List<List<FileName>> nested,
      Closeable thaw) {
    this.live = live;
    this.root = root;
    this.liveDevice = liveDevice;
    this.time = time;
    this.nested = List.copyOf(nested);
    this.thaw = thaw;
  }

  /**
   * The live tree itself.
   *
   * @param fileSystemTime the clock that stamps its directories
   */
  static View live(Path maildirs, InstantSource fileSystemTime) {
    return new View(maildirs, maildirs, 0, fileSystemTime, List.of(), () -> {});
  }

  /**
   * A frozen tree.
   *
   * @param frozen where the directory {@code live} is in it
   * @param store what lies in it is no mail
   * @param now when it was frozen, by the clock that stamps its directories
   * @param nested what other file systems there are below the live one: none is in the frozen one,
   *     which has an empty directory there
   * @param thaw removes it
   */
  static View frozen(
      Path live, Path frozen, Path store, Instant now, List<List<FileName>> nested, Closeable thaw)
      throws IOException {
    try (DirectoryHandle liveHandle = DirectoryHandle.open(live);
        DirectoryHandle frozenHandle = DirectoryHandle.open(frozen)) {
      FileStatus status = liveHandle.status();
      if (status.inode() != frozenHandle.status().inode()
          || status.device() == frozenHandle.status().device()) {
        throw new StoreException(frozen + " is not a snapshot of " + live);
      }
      List<List<FileName>> mail =
          nested.stream()
              .filter(path -> !path.getFirst().hidden())
              .filter(path -> !Mount.bytes(store).equals(Mount.bytes(live) + '/' + raw(path)))
              .toList();
      return new View(live, frozen, status.device(), () -> now, mail, thaw);
    }
  }

  /** Where the tree begins. */
  Path root() {
    return root;
  }

  /** Whether one listing of a directory proves what is in it. */
  boolean frozen() {
    return !root.equals(live);
  }

  Instant now() {
    return time.instant();
  }

  /**
   * The state of a directory of this tree, as it compares with those of other nights.
   *
   * @param now when one began to look at it
   */
  DirectoryState state(FileStatus status, Instant now) {
    DirectoryState state = DirectoryState.of(status, now);
    // Each night's frozen tree is another device.
    return frozen() ? state.onDevice(liveDevice) : state;
  }

  /**
   * What is not in this tree although it is in the live one, and why, by its live path.
   *
   * @param mailboxes those that were found: a refusal of their own says it of what lies in them
   */
  Map<String, String> unseen(List<List<FileName>> mailboxes) {
    Map<String, String> unseen = new TreeMap<>();
    for (List<FileName> path : nested) {
      if (mailboxes.stream().noneMatch(mailbox -> startsWith(path, mailbox))) {
        unseen.put(described(path), NESTED);
      }
    }
    return unseen;
  }

  /** Why a directory of this tree is not as the live one was, where that is so. */
  Optional<String> refusal(List<FileName> path) {
    return nested.stream()
        .filter(other -> startsWith(other, path) || startsWith(path, other))
        .findFirst()
        .map(other -> described(other) + ": " + NESTED);
  }

  private String described(List<FileName> path) {
    return live + "/" + path.stream().map(FileName::encoded).collect(Collectors.joining("/"));
  }

  private static String raw(List<FileName> path) {
    return path.stream().map(FileName::bytes).collect(Collectors.joining("/"));
  }

  private static boolean startsWith(List<FileName> path, List<FileName> above) {
    return path.size() >= above.size() && path.subList(0, above.size()).equals(above);
  }

  /** A message about a file of this tree, with the name that people know it by. */
  String named(String message) {
    return frozen() ? message.replace(root.toString(), live.toString()) : message;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true; // whatever becomes of it
      thaw.close();
    }
  }
}
