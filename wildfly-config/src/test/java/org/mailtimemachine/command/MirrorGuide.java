package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The configuration that docs/mirror.md tells administrators to copy. */
final class MirrorGuide {

  private static final Path GUIDE = Path.of("../docs/mirror.md");

  private MirrorGuide() {}

  /**
   * A block of it, as it stands there but for the ports.
   *
   * @param name what stands behind its fence
   */
  static String snippet(String name, int proxyPort, int wayBackPort) throws IOException {
    StringBuilder snippet = new StringBuilder();
    boolean inside = false;
    for (String line : Files.readAllLines(GUIDE)) {
      if (inside && line.strip().equals("```")) {
        return snippet
            .toString()
            .replace("10027", Integer.toString(proxyPort))
            .replace("10028", Integer.toString(wayBackPort));
      }
      if (inside) {
        snippet.append(line).append('\n');
      }
      inside |= line.strip().equals("```" + name);
    }
    throw new IOException("no block " + List.of(name) + " in " + GUIDE.toAbsolutePath());
  }
}
