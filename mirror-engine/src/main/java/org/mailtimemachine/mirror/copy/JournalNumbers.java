package org.mailtimemachine.mirror.copy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;

/**
 * Which journals there are: one that is gone is missed by that, also the first, the last and the
 * only one. Said behind the making of a journal and before the end of one, so that what it says is
 * there after any kill or power cut. Less than a sector, which is written over: that comes to the
 * disk as a whole. Not safe for use by several threads.
 */
final class JournalNumbers {

  private static final Logger LOG = System.getLogger(JournalNumbers.class.getName());
  private static final FileName NAME = new FileName("journals");
  private static final String ANEW = ".new";
  private static final Pattern TEXT = Pattern.compile("journals ([0-9]{18}) ([0-9]{18}) ");

  private final Path file;
  private final DirectoryHandle directory;
  private final SyncedNames names;
  private final Syncs syncs;

  JournalNumbers(Path path, DirectoryHandle directory, SyncedNames names, Syncs syncs) {
    this.file = path.resolve(NAME.text());
    this.directory = directory;
    this.names = names;
    this.syncs = syncs;
  }

  /**
   * The numbers of what is there.
   *
   * @param last smaller than the first where there is none
   */
  record Range(long first, long last) {}

  /** Empty where nobody has said it yet, or it is damaged. */
  Optional<Range> read(Rereads rereads) throws IOException {
    return rereads.read(this::read); // which leaves none of them to a bad sector
  }

  private Optional<Range> read() throws IOException {
    try (ReadableFile open = directory.file(NAME)) {
      String text = new String(open.stream().readAllBytes(), US_ASCII);
      Matcher numbers = TEXT.matcher(text);
      if (numbers.lookingAt() && text.equals(text(numbers.group()))) {
        return Optional.of(
            new Range(Long.parseLong(numbers.group(1)), Long.parseLong(numbers.group(2))));
      }
      LOG.log(Level.WARNING, "not what was written: " + directory.describe(NAME));
      return Optional.empty();
    } catch (PosixException e) {
      if (Rereads.isPassing(e)) {
        throw e;
      }
      if (!e.is(Errno.ENOENT)) { // one sector must not keep all mail waiting
        LOG.log(Level.ERROR, "it is not known which journals there should be", e);
      }
      return Optional.empty();
    }
  }

  /** It is on the disk when this returns, its name with the next sync of the directory. */
  void write(Range range) throws IOException {
    try {
      write(file, range);
    } catch (IOException e) {
      try {
        replace(range);
      } catch (IOException again) {
        e.addSuppressed(again);
        throw e;
      }
      LOG.log(Level.WARNING, "written anew in another place: " + directory.describe(NAME), e);
    }
  }

  /**
   * A bad sector must not keep all mail waiting. What is there stays until there is another one: as
   * a rule there is no room, and nothing wrong with it.
   */
  private void replace(Range range) throws IOException {
    Path anew = file.resolveSibling(file.getFileName() + ANEW);
    Files.deleteIfExists(anew);
    write(anew, range);
    int since = names.failures();
    Files.move(anew, file, StandardCopyOption.ATOMIC_MOVE);
    names.sync(since);
  }

  private void write(Path path, Range range) throws IOException {
    String numbers = "journals %018d %018d ".formatted(range.first(), range.last());
    try (FileChannel open =
        FileChannel.open(
            path,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = US_ASCII.encode(text(numbers));
      while (bytes.hasRemaining()) {
        open.write(bytes);
      }
      syncs.file(open);
    }
  }

  private static String text(String numbers) {
    CRC32 sum = new CRC32();
    sum.update(numbers.getBytes(US_ASCII));
    return numbers + "%08x\n".formatted(sum.getValue());
  }
}
