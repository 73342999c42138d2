package org.mailtimemachine.restore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.StoreFiles;

/** A file of a job that grows by lines of fields; who reads it sees only what is whole. */
record JobLines(DirectoryHandle directory, FileName file) {

  /** Ends each line: a torn one, whose last number may lack digits, has none. */
  private static final String WHOLE = ".";

  static StringBuilder line(String... fields) {
    return new StringBuilder(String.join("\t", fields)).append('\t').append(WHOLE).append('\n');
  }

  /** The fields of all whole lines, with the mark behind them. */
  List<String[]> read() throws IOException {
    return there()
        ? whole(new String(StoreFiles.read(directory, file), StandardCharsets.US_ASCII))
        : List.of();
  }

  static List<String[]> whole(String text) {
    return text.lines()
        .map(line -> line.split("\t", -1))
        .filter(fields -> fields.length > 1 && fields[fields.length - 1].equals(WHOLE))
        .toList();
  }

  /** What the lines of a word number. */
  Set<Integer> numbers(String word) throws IOException {
    Set<Integer> numbers = new HashSet<>();
    for (String[] fields : read()) {
      if (fields[0].equals(word)) {
        numbers.add(Integer.parseInt(fields[1]));
      }
    }
    return numbers;
  }

  /** Adds lines; they are on disk when this returns. */
  void append(StringBuilder lines) throws IOException {
    boolean there = there();
    try (NewFile grown = directory.append(file, 0600)) {
      StoreFiles.inherit(grown, directory);
      // The newline in front ends a line that a crash may have torn.
      grown.write(lines.insert(0, '\n').toString().getBytes(StandardCharsets.US_ASCII));
      grown.sync();
    }
    if (!there) {
      directory.sync();
    }
  }

  private boolean there() throws IOException {
    try {
      return directory.status(file).regularFile();
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }
}
