package org.mailtimemachine.mirror.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mirror.copy.Gap;

/**
 * The messages that went on without their copies, on disk: a file for each month, a line for each.
 * As a rule they did because the disk is full, so those that cannot be written are kept in memory
 * and written with the next one that can. Safe for use by several threads.
 */
public final class GapBook {

  private static final Logger LOG = System.getLogger(GapBook.class.getName());
  private static final Pattern MONTH = Pattern.compile("[0-9]{4}-[0-9]{2}");
  private static final int MODE = 0600;
  private static final int MOST_UNWRITTEN = 100_000;
  private static final int MOST_BYTES = 4 * 1024 * 1024;

  private final Path directory;
  private final Deque<Gap> unwritten = new ArrayDeque<>();
  private long gaps;

  /**
   * Nothing is read or made yet.
   *
   * @param directory that is made with the first gap
   */
  public GapBook(Path directory) {
    this.directory = directory;
  }

  /** Notes one; what cannot be written is in the log in any case. */
  synchronized void add(Gap gap) {
    gaps++;
    if (unwritten.size() == MOST_UNWRITTEN) {
      unwritten.poll();
    }
    unwritten.add(gap);
    write();
  }

  /** Writes what could not be written before, if that can be now. */
  synchronized void write() {
    if (unwritten.isEmpty()) {
      return;
    }
    try {
      Files.createDirectories(directory);
      try (DirectoryHandle handle = DirectoryHandle.open(directory)) {
        handle.setMode(0700);
        while (!unwritten.isEmpty()) {
          Gap first = unwritten.element();
          String month = YearMonth.from(first.time().atOffset(ZoneOffset.UTC)).toString();
          try (NewFile file = handle.append(new FileName(month), MODE)) {
            // In front as well: of a line that the last one left unfinished nothing is taken along.
            file.write(("\n" + first.text() + "\n").getBytes(US_ASCII));
            file.sync();
          }
          handle.sync();
          unwritten.remove();
        }
      }
    } catch (IOException e) {
      LOG.log(
          Level.ERROR, "%d gaps could not be written yet: %s".formatted(unwritten.size(), e), e);
    }
  }

  /** How many there were since the process began. */
  synchronized long sinceStart() {
    return gaps;
  }

  /**
   * The newest ones, those first. A month may have more than a page can show: of each only the last
   * {@value #MOST_BYTES} bytes are read.
   *
   * @param most of them
   */
  public List<Gap> newest(int most) throws IOException {
    List<Gap> newest = new ArrayList<>();
    for (Path month : months().reversed()) {
      List<Gap> ofMonth = new ArrayList<>();
      tail(month).lines().map(Gap::parse).flatMap(Optional::stream).forEach(ofMonth::add);
      newest.addAll(ofMonth.reversed());
      if (newest.size() >= most) {
        return List.copyOf(newest.subList(0, most));
      }
    }
    return newest;
  }

  /** The end of a file, from the beginning of a line on. */
  private static String tail(Path month) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(month, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      long skipped = Math.max(0, channel.size() - MOST_BYTES);
      channel.position(skipped);
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(channel.size() - skipped));
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // until it is full, or the file has become shorter
      }
      String text = US_ASCII.decode(bytes.flip()).toString();
      return skipped == 0 ? text : text.substring(text.indexOf('\n') + 1);
    }
  }

  private List<Path> months() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(entry -> MONTH.matcher(entry.getFileName().toString()).matches())
          .sorted()
          .toList();
    }
  }

  /** All that were ever written, oldest first. */
  public List<Gap> read() throws IOException {
    List<Gap> all = new ArrayList<>();
    for (Path month : months()) {
      try (Stream<String> lines = Files.lines(month, US_ASCII)) {
        lines.map(Gap::parse).flatMap(Optional::stream).forEach(all::add);
      }
    }
    return all;
  }
}
