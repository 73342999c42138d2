package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How to run a program that refuses to run as root.
 *
 * @param prefix what stands before the command; empty for everybody who is not root
 * @param user whose the program's files must be; empty where they stay with the caller
 */
record NotRoot(List<String> prefix, List<UserPrincipal> user) {

  /** The way that works on this host for the user who runs this JVM. */
  static NotRoot find() throws IOException, InterruptedException {
    Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    if (!uid.equals(0)) {
      return new NotRoot(List.of(), List.of());
    }
    if (HostProgram.succeeds("unshare", "-U", "true")) {
      // In a user namespace root is shown as nobody, and its files stay root's.
      return new NotRoot(List.of("unshare", "-U"), List.of());
    }
    for (String user : List.of("postgres", "nobody")) {
      if (HostProgram.succeeds("setpriv", "--reuid=" + user, "--clear-groups", "true")) {
        UserPrincipal principal =
            Path.of("/")
                .getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByName(user);
        return new NotRoot(
            List.of("setpriv", "--reuid=" + user, "--clear-groups"), List.of(principal));
      }
    }
    throw new CommandFailed(
        "PostgreSQL does not run as root, and neither unshare -U nor setpriv works here;"
            + " run mtm as another user.");
  }

  List<String> command(String... command) {
    return Stream.concat(prefix.stream(), Stream.of(command)).toList();
  }

  /** Lets that other user pass through a directory that is closed to everybody else. */
  void letThrough(Path directory) throws IOException {
    if (!user.isEmpty()) {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory);
      permissions.add(PosixFilePermission.OTHERS_EXECUTE);
      Files.setPosixFilePermissions(directory, permissions);
    }
  }

  /** Gives a file or directory to the user that the program runs as. */
  void give(Path file) throws IOException {
    for (UserPrincipal each : user) {
      Files.setOwner(file, each);
    }
  }
}
