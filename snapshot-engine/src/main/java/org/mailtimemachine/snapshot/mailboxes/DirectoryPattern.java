package org.mailtimemachine.snapshot.mailboxes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileType;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.snapshot.mailboxes.PathTemplate.Piece;

/**
 * Mailboxes by the names of directories, as {@code %d/%n/Maildir} below the root. Directories in
 * which names are looked up must be writable by the administrator alone: whoever can make one makes
 * a Mailbox. What lies below a user's own home is his, and is only ever opened by a fixed name.
 */
final class DirectoryPattern implements Mailboxes {

  private static final String VARIABLES = "und";
  private static final FileName MAILDIR = new FileName("Maildir");

  /** What a check of an ext file system puts there (fsck.ext4(8)), and root alone may read. */
  private static final FileName LOST_AND_FOUND = new FileName("lost+found");

  private final List<PathTemplate> components;
  private final boolean orMaildirBelow;
  private final Optional<String> domain;

  private DirectoryPattern(
      List<PathTemplate> components, boolean orMaildirBelow, Optional<String> domain) {
    this.components = List.copyOf(components);
    this.orMaildirBelow = orMaildirBelow;
    this.domain = domain;
  }

  /** {@code <root>/<domain>/<user>}, the Maildir being that directory or {@code Maildir} in it. */
  static DirectoryPattern usual() {
    return new DirectoryPattern(
        List.of(PathTemplate.of("%d", VARIABLES), PathTemplate.of("%n", VARIABLES)),
        true,
        Optional.empty());
  }

  /**
   * The directory that a pattern begins with, before any variable.
   *
   * @throws IllegalArgumentException where it does not begin with one
   */
  static Path fixedFront(String pattern) {
    if (!pattern.startsWith("/")) {
      throw new IllegalArgumentException("'" + pattern + "' is no absolute path");
    }
    Path front = Path.of("/");
    for (PathTemplate component : components(pattern)) {
      if (!component.fixed()) {
        return front;
      }
      front = front.resolve(component.with(name -> name));
    }
    throw new IllegalArgumentException("'" + pattern + "' has no variable: use %d and %n");
  }

  /**
   * Reads a pattern.
   *
   * @param root the directory that it is looked for below
   * @param pattern an absolute path in that root, with at most one variable in each component
   * @param domain of users where the pattern has none
   * @throws IllegalArgumentException where no address can be read out of it
   */
  static DirectoryPattern of(Path root, String pattern, Optional<String> domain) {
    Path front = fixedFront(pattern);
    if (!front.startsWith(root)) {
      throw new IllegalArgumentException(
          "'" + pattern + "' does not lie below mtm.maildirs, " + root);
    }
    List<PathTemplate> all = components(pattern);
    List<PathTemplate> below = all.subList(root.getNameCount(), all.size());
    boolean address = below.stream().anyMatch(c -> c.uses("u"));
    boolean name = below.stream().anyMatch(c -> c.uses("n"));
    boolean ofDomain = domain.isPresent() || below.stream().anyMatch(c -> c.uses("d"));
    if (!address && !(name && ofDomain)) {
      throw new IllegalArgumentException(
          "'%s' does not give an address: it wants %%u, or %%n and %%d, or %%n and mtm.mailboxes.domain"
              .formatted(pattern));
    }
    for (PathTemplate component : below) {
      if (component.pieces().stream().filter(Piece.Variable.class::isInstance).count() > 1) {
        throw new IllegalArgumentException(
            "'" + pattern + "' has two variables in one directory name: use %u for %n@%d");
      }
    }
    return new DirectoryPattern(below, false, domain);
  }

  private static List<PathTemplate> components(String pattern) {
    List<PathTemplate> components = new ArrayList<>();
    for (String name : pattern.split("/", -1)) {
      if (name.equals(".") || name.equals("..")) {
        throw new IllegalArgumentException("'" + pattern + "' has a component " + name);
      }
      if (!name.isEmpty()) {
        components.add(PathTemplate.of(name, VARIABLES));
      }
    }
    return components;
  }

  @Override
  public void find(DirectoryHandle root, Findings findings) throws IOException {
    new Walk(findings).in(root, List.of(), Map.of());
  }

  /** By the names that its directories have; one written in another way is found by the listing. */
  @Override
  public void find(DirectoryHandle root, MailboxAddress wanted, Findings findings)
      throws IOException {
    boolean ofAddress = components.stream().anyMatch(c -> c.uses("u"));
    boolean ofDomain = components.stream().anyMatch(c -> c.uses("d"));
    boolean inDomain = domain.equals(Optional.of(wanted.domain()));
    List<String> users = new ArrayList<>();
    if (ofAddress || ofDomain || inDomain) {
      users.add(wanted.toString());
      if (ofAddress && inDomain) {
        users.add(wanted.localPart());
      }
    }
    for (String user : users) {
      Map<String, String> values = new HashMap<>();
      if (ofAddress) {
        values.put("u", user);
      }
      values.put("n", wanted.localPart());
      values.put("d", wanted.domain());
      Walk walk = new Walk(findings);
      if (walk.leadsBack(values)) {
        walk.in(root, List.of(), values);
      }
    }
  }

  /** One walk through all directories of the pattern. */
  private final class Walk {
    private final Findings findings;

    Walk(Findings findings) {
      this.findings = findings;
    }

    /**
     * Goes on from a directory.
     *
     * @param values of the variables that were met on the way
     */
    void in(DirectoryHandle directory, List<FileName> path, Map<String, String> values)
        throws IOException {
      if (path.size() == components.size()) {
        end(directory, path, values);
        return;
      }
      PathTemplate component = components.get(path.size());
      boolean known =
          component.pieces().stream()
              .allMatch(
                  piece -> !(piece instanceof Piece.Variable v) || values.containsKey(v.name()));
      if (known) {
        FileName name =
            FileName.ofText(component.with(variable -> values.getOrDefault(variable, "")));
        open(directory, name, path, values, true);
        return;
      }
      for (DirectoryEntry entry : directory.list()) {
        if (path.isEmpty() && entry.name().equals(LOST_AND_FOUND)) {
          continue; // the root may be where a file system is mounted
        }
        read(component, entry.name(), values)
            .ifPresent(read -> entry(directory, entry, path, read));
      }
    }

    /** The values with the one that this name gives; empty where it is not of the pattern. */
    private Optional<Map<String, String>> read(
        PathTemplate component, FileName name, Map<String, String> values) {
      String before = "";
      String behind = "";
      Piece.Variable variable = null;
      for (Piece piece : component.pieces()) {
        if (piece instanceof Piece.Variable found) {
          variable = found;
        } else if (piece instanceof Piece.Text(String text)) {
          before = variable == null ? text : before;
          behind = variable == null ? behind : text;
        }
      }
      String text = name.text();
      if (variable == null
          || (name.hidden() && !before.startsWith("."))
          || text.length() <= before.length() + behind.length()
          || !text.startsWith(before)
          || !text.endsWith(behind)) {
        return Optional.empty();
      }
      String value = text.substring(before.length(), text.length() - behind.length());
      if (!variable.of(value).equals(value)) {
        findings.warning(
            "not in lower case, so no directory of the pattern's %s: %s".formatted(variable, name));
        return Optional.empty();
      }
      Map<String, String> all = new HashMap<>(values);
      all.put(variable.name(), value);
      return Optional.of(all);
    }

    /** Whether a listing would read these values out of the names that they make. */
    boolean leadsBack(Map<String, String> values) {
      for (int depth = 0; depth < components.size(); depth++) {
        PathTemplate component = components.get(depth);
        if (!component.fixed()) {
          FileName name = FileName.ofText(component.with(v -> values.getOrDefault(v, "")));
          Optional<Map<String, String>> read = read(component, name, Map.of());
          boolean same = read.isPresent() && values.entrySet().containsAll(read.get().entrySet());
          if (!same || (depth == 0 && name.equals(LOST_AND_FOUND))) {
            return false;
          }
        }
      }
      return true;
    }

    private void entry(
        DirectoryHandle parent,
        DirectoryEntry entry,
        List<FileName> path,
        Map<String, String> values) {
      try {
        FileType type =
            entry.type() == FileType.UNKNOWN ? parent.status(entry.name()).type() : entry.type();
        if (type == FileType.SYMLINK) {
          findings.warning("symbolic link not followed: " + parent.describe(entry.name()));
        } else if (type == FileType.DIRECTORY) {
          open(parent, entry.name(), path, values, false);
        }
      } catch (PosixException e) {
        failed(parent.describe(entry.name()), e);
      } catch (IOException e) {
        findings.failed(parent.describe(entry.name()), String.valueOf(e.getMessage()));
      }
    }

    private void open(
        DirectoryHandle parent,
        FileName name,
        List<FileName> path,
        Map<String, String> values,
        boolean byName)
        throws IOException {
      try (DirectoryHandle child = parent.directory(name)) {
        List<FileName> deeper = new ArrayList<>(path);
        deeper.add(name);
        in(child, deeper, values);
      } catch (PosixException e) {
        if (byName && (e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP))) {
          notADirectory(parent, name, values);
        } else {
          failed(parent.describe(name), e);
        }
      }
    }

    /** A file is no Mailbox; a link may have been one, and may lead to a neighbour's. */
    private void notADirectory(DirectoryHandle parent, FileName name, Map<String, String> values)
        throws IOException {
      if (parent.status(name).type() == FileType.SYMLINK) {
        String where = parent.describe(name);
        String what = values.isEmpty() ? where : addressOrPath(values, where);
        findings.failed(what, "reached through a symbolic link: " + where);
      }
    }

    private String addressOrPath(Map<String, String> values, String path) {
      try {
        return address(values).toString();
      } catch (IllegalArgumentException e) {
        return path;
      }
    }

    private void end(DirectoryHandle directory, List<FileName> path, Map<String, String> values)
        throws IOException {
      List<FileName> maildir = new ArrayList<>(path);
      if (!Maildir.isMaildir(directory)) {
        if (!orMaildirBelow || !holdsMaildir(directory, values)) {
          return;
        }
        maildir.add(MAILDIR);
      }
      for (FileName name : path) {
        if (!FileName.ofText(name.text()).equals(name)) {
          findings.failed(directory.path(), "its name is not UTF-8");
          return;
        }
      }
      try {
        findings.mailbox(address(values), maildir);
      } catch (IllegalArgumentException e) {
        findings.failed(directory.path(), String.valueOf(e.getMessage()));
      }
    }

    private boolean holdsMaildir(DirectoryHandle home, Map<String, String> values)
        throws IOException {
      try (DirectoryHandle below = home.directory(MAILDIR)) {
        return Maildir.isMaildir(below);
      } catch (PosixException e) {
        if (e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
          notADirectory(home, MAILDIR, values);
          return false;
        }
        if (e.is(Errno.ENOENT)) {
          return false;
        }
        throw e;
      }
    }

    private void failed(String path, PosixException e) {
      if (!e.is(Errno.ENOENT)) { // gone since it was listed, or not made yet
        findings.failed(path, String.valueOf(e.getMessage()));
      }
    }
  }

  private MailboxAddress address(Map<String, String> values) {
    String user = values.get("u");
    if (user != null) {
      return UserDatabase.address(user, domain);
    }
    return new MailboxAddress(
        values.getOrDefault("n", ""), values.getOrDefault("d", domain.orElse("")));
  }

  @Override
  public String toString() {
    String names = components.stream().map(PathTemplate::toString).collect(Collectors.joining("/"));
    return orMaildirBelow
        ? "the Maildirs <domain>/<user> and <domain>/<user>/Maildir"
        : "the Maildirs of the pattern " + names;
  }
}
