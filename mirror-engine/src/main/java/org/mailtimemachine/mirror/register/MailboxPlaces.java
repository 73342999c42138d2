package org.mailtimemachine.mirror.register;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mirror.copy.MirrorMailboxes;

/**
 * Where the host keeps the mailboxes that can hold mirrors: a pattern of directories below a root.
 * Below the root no symbolic link is followed.
 */
final class MailboxPlaces implements MirrorMailboxes {

  private static final Pattern VARIABLE = Pattern.compile("%(L?[dnu]|.?)");
  private static final FileName MAILDIR = new FileName("Maildir");

  private final Path root;
  private final List<String> components;
  private final boolean orMaildirBelow;

  private MailboxPlaces(Path root, List<String> components, boolean orMaildirBelow) {
    this.root = root;
    this.components = components;
    this.orMaildirBelow = orMaildirBelow;
  }

  /** {@code <root>/<domain>/<user>}, or {@code Maildir} in it where there is one. */
  static MailboxPlaces in(Path root) {
    return new MailboxPlaces(root, List.of("%d", "%n"), true);
  }

  /**
   * Reads a pattern as {@code /var/vmail/%d/%n/Maildir}.
   *
   * @throws IllegalArgumentException where it is none
   */
  static MailboxPlaces of(String pattern) {
    if (!pattern.startsWith("/")) {
      throw new IllegalArgumentException("'" + pattern + "' is no absolute path");
    }
    List<String> all = Stream.of(pattern.substring(1).split("/+", -1)).toList();
    int fixed = 0;
    while (fixed < all.size() && all.get(fixed).indexOf('%') < 0) {
      fixed++;
    }
    List<String> components = all.subList(fixed, all.size());
    String variables = String.join("/", components);
    Matcher each = VARIABLE.matcher(variables);
    while (each.find()) {
      if (each.group(1).isEmpty() || !each.group(1).matches("L?[dnu]")) {
        throw new IllegalArgumentException(
            "'%s': no variable of a mailbox".formatted(each.group()));
      }
    }
    if (!variables.matches(".*%L?(u|d.*%L?n|n.*%L?d).*")) {
      throw new IllegalArgumentException(
          "'" + pattern + "' does not tell the mailboxes apart: it wants %d and %n, or %u");
    }
    if (components.stream().anyMatch(name -> name.isEmpty() || name.matches("\\.\\.?"))) {
      throw new IllegalArgumentException("'" + pattern + "' is no path of directories");
    }
    return new MailboxPlaces(
        Path.of("/" + String.join("/", all.subList(0, fixed))), components, false);
  }

  private List<FileName> names(MailboxAddress mailbox) {
    return components.stream()
        .map(
            component ->
                VARIABLE
                    .matcher(component)
                    .replaceAll(found -> Matcher.quoteReplacement(value(found.group(1), mailbox))))
        .map(FileName::ofText)
        .toList();
  }

  private static String value(String variable, MailboxAddress mailbox) {
    String value =
        switch (variable.charAt(variable.length() - 1)) {
          case 'd' -> mailbox.domain();
          case 'n' -> mailbox.localPart();
          default -> mailbox.toString();
        };
    return variable.startsWith("L") ? value.toLowerCase(Locale.ROOT) : value;
  }

  @Override
  public Path maildir(MailboxAddress mailbox) {
    Path path = root;
    for (FileName name : names(mailbox)) {
      path = path.resolve(name.text());
    }
    Path below = path.resolve(MAILDIR.text());
    return orMaildirBelow && Files.isDirectory(below) ? below : path;
  }

  @Override
  public DirectoryHandle open(MailboxAddress mailbox) throws IOException {
    DirectoryHandle handle = DirectoryHandle.open(root);
    for (FileName name : names(mailbox)) {
      try (DirectoryHandle above = handle) {
        handle = MirrorMailboxes.made(above, name);
      }
    }
    return MirrorMailboxes.withParts(orBelow(handle));
  }

  /** Opens a Maildir that is there, and makes nothing; ENOENT where there is none. */
  DirectoryHandle openExisting(MailboxAddress mailbox) throws IOException {
    DirectoryHandle handle = DirectoryHandle.open(root);
    for (FileName name : names(mailbox)) {
      try (DirectoryHandle above = handle) {
        handle = above.directory(name);
      }
    }
    return orBelow(handle);
  }

  private DirectoryHandle orBelow(DirectoryHandle handle) throws IOException {
    if (!orMaildirBelow) {
      return handle;
    }
    try (DirectoryHandle home = handle) {
      try {
        return home.directory(MAILDIR);
      } catch (PosixException e) {
        if (e.is(Errno.ENOENT)) {
          return home.directory(new FileName("."));
        }
        throw e;
      }
    }
  }

  /**
   * Whether something is where its Maildir would be, or that cannot be told: only a place that was
   * looked into, and is empty, is nobody's.
   */
  boolean mayHave(MailboxAddress mailbox) {
    try (DirectoryHandle _ = openExisting(mailbox)) {
      return true;
    } catch (PosixException e) {
      return !(e.is(Errno.ENOENT) || e.is(Errno.ENAMETOOLONG)) || !Files.isDirectory(root);
    } catch (IOException | IllegalArgumentException e) {
      return true;
    }
  }

  /**
   * Demands that mailboxes can be there, whether this one is or not: a file system that is not
   * mounted must not look as if they were deleted.
   */
  void requireMounted(MailboxAddress mailbox) throws IOException {
    try (DirectoryHandle top = DirectoryHandle.open(root)) {
      List<FileName> names = names(mailbox);
      if (names.size() > 1) {
        top.directory(names.getFirst()).close();
      }
    }
  }

  /** Whether there is a Maildir of it. */
  boolean has(MailboxAddress mailbox) throws IOException {
    try (DirectoryHandle maildir = openExisting(mailbox)) {
      return Maildir.isMaildir(maildir);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return false;
      }
      throw e;
    }
  }
}
