package org.mailtimemachine.mailstore.posix;

import java.util.Optional;
import jnr.posix.Group;
import jnr.posix.Passwd;
import org.jspecify.annotations.Nullable;

/**
 * Whom files belong to.
 *
 * @param user uid
 * @param group gid
 */
public record FileOwner(long user, long group) {

  private static final long MOST = 0xfffffffeL; // -1 means "leave as it is" to chown(2)

  public FileOwner {
    if (user < 0 || user > MOST || group < 0 || group > MOST) {
      throw new IllegalArgumentException("no uid and gid: " + user + ":" + group);
    }
  }

  public static FileOwner of(FileStatus status) {
    return new FileOwner(status.owner(), status.group());
  }

  /** Who new files of this process belong to. */
  public static FileOwner ofThisProcess() {
    return new FileOwner(
        Integer.toUnsignedLong(Posix.CALLS.geteuid()),
        Integer.toUnsignedLong(Posix.CALLS.getegid()));
  }

  /**
   * Looks up what an administrator wrote: {@code user}, with the user's own group, or {@code
   * user:group}; both as names or as numbers.
   *
   * @return empty where the machine knows no such user or group
   */
  public static Optional<FileOwner> named(String text) {
    int colon = text.indexOf(':');
    String user = colon < 0 ? text : text.substring(0, colon);
    @Nullable Passwd account =
        number(user).isPresent()
            ? Posix.CALLS.getpwuid(number(user).get().intValue())
            : Posix.CALLS.getpwnam(user);
    Optional<Long> uid =
        account == null
            ? number(user)
            : Optional.of(Integer.toUnsignedLong((int) account.getUID()));
    Optional<Long> gid;
    if (colon >= 0) {
      gid = group(text.substring(colon + 1));
    } else {
      gid =
          account == null
              ? Optional.empty()
              : Optional.of(Integer.toUnsignedLong((int) account.getGID()));
    }
    return uid.flatMap(u -> gid.map(g -> new FileOwner(u, g)));
  }

  private static Optional<Long> group(String text) {
    Optional<Long> number = number(text);
    if (number.isPresent()) {
      return number;
    }
    @Nullable Group group = Posix.CALLS.getgrnam(text);
    return group == null
        ? Optional.empty()
        : Optional.of(Integer.toUnsignedLong((int) group.getGID()));
  }

  private static Optional<Long> number(String text) {
    if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return Optional.empty();
    }
    return Optional.of(Long.parseLong(text)).filter(number -> number <= MOST);
  }

  int rawUser() {
    return (int) user;
  }

  int rawGroup() {
    return (int) group;
  }
}
