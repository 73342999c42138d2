package org.mailtimemachine.snapshot;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.posix.FileName;

/**
 * One line of {@code /proc/self/mountinfo} (proc(5)).
 *
 * @param point where it is mounted; one char for each byte, as in a FileName
 * @param type of the file system, as {@code ext4} or {@code fuse.zfs}
 * @param source its device, or the dataset of ZFS
 */
record Mount(String point, String type, String source) {

  private static final Path TABLE = Path.of("/proc/self/mountinfo");
  private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");
  private static final List<String> REMOTE =
      List.of("nfs", "cifs", "smb", "ceph", "lustre", "9p", "afs", "fuse", "gfs", "ocfs");

  /** All that are mounted, in the order in which they were. */
  static List<Mount> all() throws IOException {
    try (Stream<String> lines = Files.lines(TABLE, ISO_8859_1)) {
      return lines.map(Mount::parse).toList();
    }
  }

  static Mount parse(String line) {
    String[] halves = line.split(" - ", 2);
    String[] source = halves[1].split(" ", 3);
    return new Mount(unescaped(halves[0].split(" ", 6)[4]), source[0], unescaped(source[1]));
  }

  private static String unescaped(String text) {
    return ESCAPE
        .matcher(text)
        .replaceAll((MatchResult m) -> quoted((char) Integer.parseInt(m.group(1), 8)));
  }

  private static String quoted(char c) {
    return c == '\\' || c == '$' ? "\\" + c : String.valueOf(c);
  }

  /**
   * The one that a directory lies on.
   *
   * @param directory absolute, without symbolic links
   */
  static Mount of(Path directory) throws IOException {
    String path = bytes(directory);
    Mount found = null;
    for (Mount mount : all()) { // of several on one point the last one is seen
      if (within(path, mount.point)
          && (found == null || mount.point.length() >= found.point.length())) {
        found = mount;
      }
    }
    if (found == null) {
      throw new StoreException("no mount in " + TABLE + " holds " + directory);
    }
    return found;
  }

  /** What is mounted below a directory, as the components of the way there. */
  static List<List<FileName>> below(Path directory) throws IOException {
    String path = bytes(directory);
    return all().stream()
        .map(Mount::point)
        .filter(point -> !point.equals(path) && within(point, path))
        .map(point -> components(point.substring(path.equals("/") ? 0 : path.length())))
        .toList();
  }

  /** Whether another machine, or a program, may keep its clock. */
  boolean remote() {
    return REMOTE.stream().anyMatch(type::startsWith);
  }

  private static boolean within(String path, String above) {
    return path.equals(above) || path.startsWith(above.equals("/") ? "/" : above + '/');
  }

  /** A path of which the parts are raw bytes. */
  static List<FileName> components(String path) {
    List<FileName> components = new ArrayList<>();
    for (String part : path.split("/", -1)) {
      if (!part.isEmpty()) {
        components.add(new FileName(part));
      }
    }
    return components;
  }

  static String bytes(Path path) {
    return new String(path.toString().getBytes(UTF_8), ISO_8859_1);
  }
}
