package org.mailtimemachine.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;

/**
 * The mark of a run that was begun. That it is there is what the next take goes by; what is in it
 * only tells whoever watches how far the run is. So a line is appended once a second and never
 * synced, a torn one is passed over, and a disk that is full keeps nobody from anything. Not safe
 * for use by several threads.
 */
final class RunMark implements Closeable {

  private static final Duration BETWEEN = Duration.ofSeconds(1);
  private static final String BEGUN = "begun";
  private static final String DONE = "done";

  private final NewFile file;
  private long written;
  private boolean silent;

  private RunMark(NewFile file) {
    this.file = file;
  }

  /** Makes the mark; one that is there already stays. */
  static RunMark make(DirectoryHandle runs, SnapshotName name, Instant started) throws IOException {
    RunMark mark = new RunMark(runs.append(name(name), 0600)); // makes it where it is missing
    mark.write("\n%s\t%s\n".formatted(BEGUN, started)); // the newline ends what may be torn
    return mark;
  }

  static FileName name(SnapshotName name) {
    return StoreFiles.hidden(new FileName(name.text()));
  }

  /** Notes how many of the Mailboxes are done, unless it was noted a moment ago. */
  void progress(int done, int total) {
    long now = System.nanoTime();
    if (written == 0 || now - written >= BETWEEN.toNanos()) {
      written = now;
      write("%s\t%d\t%d\n".formatted(DONE, done, total));
    }
  }

  private void write(String line) {
    if (silent) {
      return;
    }
    try {
      file.write(line.getBytes(StandardCharsets.US_ASCII));
      file.flush();
    } catch (IOException e) {
      silent = true; // whoever watches sees no more; the take itself meets the full disk, or not
    }
  }

  /** What a mark says; empty where it says nothing that can be read. */
  static Optional<UnfinishedRun> read(SnapshotName name, byte[] bytes, boolean alive) {
    UnfinishedRun run = null;
    String text = new String(bytes, StandardCharsets.US_ASCII);
    for (String line : text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1)) {
      String[] fields = line.split("\t", -1);
      try {
        if (fields[0].equals(BEGUN) && fields.length == 2) {
          run = new UnfinishedRun(name, Instant.parse(fields[1]), 0, 0, alive);
        } else if (fields[0].equals(DONE) && fields.length == 3 && run != null) {
          run =
              new UnfinishedRun(
                  name,
                  run.started(),
                  Integer.parseInt(fields[1]),
                  Integer.parseInt(fields[2]),
                  alive);
        }
      } catch (DateTimeException | NumberFormatException e) {
        // torn
      }
    }
    return Optional.ofNullable(run);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      silent = true;
    }
  }
}
