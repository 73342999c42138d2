package org.mailtimemachine.mirror.expiry;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mirror.copy.Ledger;

/**
 * How far the ledgers of a read-only mirror were at the last scan. Two ledgers that are cut, taken
 * away or put back as they once were are whole, each for itself; held against this they are not.
 */
record KnownSeals(Ledger.Proof arrivals, Ledger.Proof expiries) {

  private static final Pattern TEXT =
      Pattern.compile("came ([0-9]{1,18}) ([0-9a-f]{64})\nexpired ([0-9]{1,18}) ([0-9a-f]{64})\n");
  private static final int DIRECTORY_MODE = 0700;
  private static final int MODE = 0600;

  /** What was written down; empty where nothing ever was. */
  static Optional<KnownSeals> read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file, US_ASCII);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Matcher found = TEXT.matcher(text);
    if (!found.matches()) {
      throw new IOException(file + " is damaged");
    }
    return Optional.of(
        new KnownSeals(
            new Ledger.Proof(Long.parseLong(found.group(1)), found.group(2)),
            new Ledger.Proof(Long.parseLong(found.group(3)), found.group(4))));
  }

  void write(DirectoryHandle register, List<FileName> path) throws IOException {
    try (DirectoryHandle directory = register.makeDirectory(path.getFirst(), DIRECTORY_MODE)) {
      register.sync();
      if (path.size() > 2) {
        write(directory, path.subList(1, path.size()));
      } else {
        put(directory, path.getLast());
      }
    }
  }

  private void put(DirectoryHandle directory, FileName name) throws IOException {
    FileName temporary = new FileName(".new-" + name.bytes());
    try {
      directory.unlink(temporary); // of a process that died
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
    try (NewFile file = directory.create(temporary, MODE)) {
      file.write(
          "came %d %s\nexpired %d %s\n"
              .formatted(arrivals.lines(), arrivals.seal(), expiries.lines(), expiries.seal())
              .getBytes(US_ASCII));
      file.sync();
    }
    directory.rename(temporary, directory, name);
    directory.sync();
  }
}
