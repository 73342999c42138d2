package org.mailtimemachine.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.Maildir;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.snapshot.mailboxes.MailboxSettings;
import org.mailtimemachine.snapshot.mailboxes.Mailboxes;

/** The tree of all Maildirs of a host. */
public final class MailHost implements Closeable {

  private final DirectoryHandle root;
  private final Mailboxes source;
  private final Consumer<String> warnings;
  private final BiConsumer<String, String> failures;
  private final SortedSet<MailboxAddress> withoutMaildir = new TreeSet<>();

  private MailHost(
      DirectoryHandle root,
      Mailboxes source,
      Consumer<String> warnings,
      BiConsumer<String, String> failures) {
    this.root = root;
    this.source = source;
    this.warnings = warnings;
    this.failures = failures;
  }

  /**
   * Opens the live Maildir of one Mailbox, through no symbolic link. Close it after use.
   *
   * @param warnings told of everything in it that cannot be a Folder
   * @return empty where the host has no such Mailbox
   * @throws IOException where the source of the Mailboxes cannot be asked
   */
  public static Optional<Maildir> maildir(
      MailboxSettings settings, MailboxAddress mailbox, Consumer<String> warnings)
      throws IOException {
    try (MailHost host = open(settings.root(), settings.mailboxes(), _ -> {}, (_, _) -> {})) {
      Optional<Located> located =
          host.mailboxes(findings -> host.source.find(host.root, mailbox, findings)).stream()
              .filter(each -> each.mailbox().equals(mailbox))
              .findFirst();
      if (located.isEmpty()) {
        // Perhaps it lies where its name does not lead; that is rare, and may take long.
        located =
            host.mailboxes().stream().filter(each -> each.mailbox().equals(mailbox)).findFirst();
      }
      return located.isPresent()
          ? Optional.of(host.open(located.get(), warnings))
          : Optional.empty();
    }
  }

  /** Where one Mailbox lies, from the root. */
  record Located(MailboxAddress mailbox, List<FileName> path) {

    String where() {
      return path.stream().map(FileName::encoded).collect(Collectors.joining("/"));
    }
  }

  /**
   * Opens the tree.
   *
   * @param root the live one, or a frozen view of it
   * @param warnings told what is in it that is no Mailbox
   * @param failures told, by address or path and with the cause, what may be a Mailbox or hold some
   *     and cannot be taken
   */
  static MailHost open(
      Path root, Mailboxes source, Consumer<String> warnings, BiConsumer<String, String> failures)
      throws IOException {
    return new MailHost(DirectoryHandle.open(root), source, warnings, failures);
  }

  /** The file system that the root lies on. */
  long device() throws IOException {
    return root.status().device();
  }

  /**
   * All Mailboxes, by address. One address in two places is left out, for nobody can tell which is
   * meant; of several addresses of one place the first keeps it.
   *
   * @throws IOException where the source cannot be asked
   */
  List<Located> mailboxes() throws IOException {
    return mailboxes(findings -> source.find(root, findings));
  }

  private interface Search {
    void into(Mailboxes.Findings findings) throws IOException;
  }

  private List<Located> mailboxes(Search search) throws IOException {
    SortedMap<MailboxAddress, Located> byAddress = new TreeMap<>();
    Map<MailboxAddress, List<String>> places = new HashMap<>();
    search.into(
        new Mailboxes.Findings() {
          @Override
          public void mailbox(MailboxAddress address, List<FileName> path) {
            Located located = new Located(address, List.copyOf(path));
            if (!Store.canKeep(address)) {
              failed(address.toString(), "a store cannot keep a domain of that name");
            } else if (!located.equals(byAddress.put(address, located))) {
              places.computeIfAbsent(address, a -> new ArrayList<>()).add(located.where());
            }
          }

          @Override
          public void withoutMaildir(MailboxAddress address) {
            withoutMaildir.add(address);
          }

          @Override
          public void warning(String warning) {
            warnings.accept(warning);
          }

          @Override
          public void failed(String what, String why) {
            failures.accept(what, why);
          }
        });
    withoutMaildir.removeAll(byAddress.keySet());
    Map<List<FileName>, MailboxAddress> taken = new HashMap<>();
    List<Located> mailboxes = new ArrayList<>();
    for (Located located : byAddress.values()) {
      MailboxAddress address = located.mailbox();
      List<String> all = places.getOrDefault(address, List.of());
      MailboxAddress other = taken.get(located.path());
      if (all.size() > 1) {
        failures.accept(address.toString(), "it is in several places: " + String.join(", ", all));
      } else if (other != null) {
        failures.accept(
            address.toString(), "its Maildir is that of %s: %s".formatted(other, located.where()));
      } else {
        taken.put(located.path(), address);
        mailboxes.add(located);
      }
    }
    return mailboxes;
  }

  /** The users that {@link #mailboxes} has met by name, and of whom there is no Maildir. */
  SortedSet<MailboxAddress> withoutMaildir() {
    return withoutMaildir;
  }

  /** Opens the Maildir of a Mailbox, through no symbolic link. */
  Maildir open(Located mailbox, Consumer<String> warnings) throws IOException {
    DirectoryHandle handle = root.directory(mailbox.path().getFirst());
    for (FileName component : mailbox.path().subList(1, mailbox.path().size())) {
      try (DirectoryHandle parent = handle) {
        handle = parent.directory(component);
      }
    }
    return new Maildir(handle, warnings);
  }

  @Override
  public void close() {
    root.close();
  }
}
