package org.mailtimemachine.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A copy of this machine to install into and to throw away: an overlay over its root, in a mount
 * namespace of its own, which is gone with its last process whatever becomes of the test. Processes
 * and network are those of the machine.
 */
final class ThrowawayMachine implements AutoCloseable {

  private final Process keeper;
  private final Path root;
  private final Path said;

  private ThrowawayMachine(Process keeper, Path root, Path said) {
    this.keeper = keeper;
    this.root = root;
    this.said = said;
  }

  /**
   * Whether this machine can have one, and this user may make it.
   *
   * @param directory new files of the copy lie there, not on an overlay themselves
   */
  static boolean isPossible(Path directory) throws IOException, InterruptedException {
    if (!Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)
        || !Files.isExecutable(Path.of("/usr/bin/dpkg"))) {
      return false;
    }
    try (ThrowawayMachine machine = start(directory.resolve("probe"))) {
      return machine.run("true").status() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** What a command in it said, both streams, and its exit status. */
  record Outcome(int status, String words) {}

  static ThrowawayMachine start(Path directory) throws IOException {
    for (String name : List.of("upper", "work", "root", "mail")) {
      Files.createDirectories(directory.resolve(name));
    }
    Path root = directory.resolve("root");
    // Mail lies on a disk of its own, as on a host: an overlay numbers devices in its own way.
    String script =
        """
        set -e
        mount -t overlay overlay -o lowerdir=/,upperdir=%1$s/upper,workdir=%1$s/work %1$s/root
        for each in proc dev sys; do mount --rbind /$each %1$s/root/$each; done
        mkdir -p %1$s/root/srv/mail
        mount --bind %1$s/mail %1$s/root/srv/mail
        echo ready
        cat >/dev/null
        """
            .formatted(directory);
    Process keeper =
        new ProcessBuilder("unshare", "--mount", "--propagation", "private", "sh", "-c", script)
            .redirectErrorStream(true)
            .start();
    BufferedReader words =
        new BufferedReader(new InputStreamReader(keeper.getInputStream(), StandardCharsets.UTF_8));
    String first = words.readLine();
    if (!"ready".equals(first)) {
      keeper.destroyForcibly();
      throw new IOException("no overlay in " + directory + ": " + first);
    }
    return new ThrowawayMachine(keeper, root, directory.resolve("said"));
  }

  /** A file of it, as this machine sees it: only what was written there, and mail. */
  Path written(String path) {
    return path.startsWith("/srv/mail")
        ? root.resolveSibling("mail").resolve("/srv/mail".equals(path) ? "." : path.substring(10))
        : root.resolveSibling("upper").resolve(path.substring(1));
  }

  /** Runs a command of the shell in it to its end. */
  Outcome run(String command) throws IOException, InterruptedException {
    Process process = start(command, said);
    if (!process.waitFor(180, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("not done after 180 s: " + command);
    }
    return new Outcome(process.exitValue(), Files.readString(said));
  }

  /** Starts one and lets it run. */
  Process start(String command, Path output) throws IOException {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("nsenter", "--mount", "--target", Long.toString(keeper.pid())));
    words.addAll(List.of("chroot", root.toString(), "sh", "-c", command));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .redirectInput(Path.of("/dev/null").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("MTM_") || name.equals("JAVA_TOOL_OPTIONS"));
    return builder.start();
  }

  @Override
  public void close() throws IOException {
    keeper.getOutputStream().close(); // its cat ends, and with it the mounts
    try {
      if (!keeper.waitFor(20, TimeUnit.SECONDS)) {
        keeper.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
