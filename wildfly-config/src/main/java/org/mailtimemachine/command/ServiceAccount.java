package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.posix.FileOwner;

/**
 * Who the services run as: the owner of the mail where there is one, because he needs no rights
 * besides his own; else an account with the capabilities to read and give away what belongs to
 * others, as the units say.
 */
record ServiceAccount(UserPrincipal user, GroupPrincipal group) {

  private static final String OF_PACKAGE = "mail-time-machine";

  /**
   * The owner of all mail.
   *
   * @param maildir one of them
   */
  static Optional<ServiceAccount> ofMail(Set<FileOwner> owners, Path maildir) throws IOException {
    if (owners.size() != 1 || owners.iterator().next().user() == 0) {
      return Optional.empty();
    }
    PosixFileAttributes attributes =
        Files.readAttributes(maildir, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return Optional.of(new ServiceAccount(attributes.owner(), attributes.group()));
  }

  /** The account that the package makes. */
  static Optional<ServiceAccount> ofPackage() {
    try {
      var lookup = Path.of("/").getFileSystem().getUserPrincipalLookupService();
      return Optional.of(
          new ServiceAccount(
              lookup.lookupPrincipalByName(OF_PACKAGE),
              lookup.lookupPrincipalByGroupName(OF_PACKAGE)));
    } catch (IOException e) {
      return Optional.empty(); // run from an archive
    }
  }

  /** Gives a file or directory to it, as far as this user may. */
  void give(Path file) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    view.setOwner(user);
    view.setGroup(group);
  }

  /** Lets its group have a file that stays its owner's. */
  void giveGroup(Path file) throws IOException {
    Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setGroup(group);
  }

  /**
   * The group that it has to be in to read a file.
   *
   * @return empty where it may read it as it is, or no group helps
   */
  Optional<GroupPrincipal> groupToRead(Path file) throws IOException {
    PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
    Set<PosixFilePermission> rights = attributes.permissions();
    boolean may =
        rights.contains(PosixFilePermission.OTHERS_READ)
            || attributes.owner().equals(user)
            || attributes.group().equals(group);
    return may || !rights.contains(PosixFilePermission.GROUP_READ)
        ? Optional.empty()
        : Optional.of(attributes.group());
  }

  /**
   * What a unit that runs with capabilities says in their place.
   *
   * @param more groups that it has to be in
   */
  String unit(List<GroupPrincipal> more) {
    return """
        # Written by mtm init: all mail belongs to this account, which needs no other rights.
        [Service]
        User=%s
        Group=%s
        SupplementaryGroups=%s
        AmbientCapabilities=
        CapabilityBoundingSet=
        """
        .formatted(
            user.getName(),
            group.getName(),
            more.stream().map(GroupPrincipal::getName).collect(Collectors.joining(" ")));
  }
}
