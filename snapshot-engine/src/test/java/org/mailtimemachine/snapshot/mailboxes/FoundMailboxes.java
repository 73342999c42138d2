package org.mailtimemachine.snapshot.mailboxes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;

/** What a source of Mailboxes has said, for tests. */
final class FoundMailboxes implements Mailboxes.Findings {

  /** Address -> path from the root. */
  final SortedMap<String, String> mailboxes = new TreeMap<>();

  final SortedMap<String, String> failed = new TreeMap<>();
  final List<String> withoutMaildir = new ArrayList<>();
  final List<String> warnings = new ArrayList<>();

  /** Asks the source that these settings name. */
  static FoundMailboxes by(Map<String, String> settings) throws IOException {
    MailboxSettings mail =
        MailboxSettings.of(name -> Optional.ofNullable(settings.get(name))).orElseThrow();
    FoundMailboxes found = new FoundMailboxes();
    try (DirectoryHandle root = DirectoryHandle.open(mail.root())) {
      mail.mailboxes().find(root, found);
      for (String address : found.mailboxes.keySet()) {
        FoundMailboxes one = new FoundMailboxes();
        mail.mailboxes().find(root, MailboxAddress.of(address), one);
        assertThat(one.mailboxes).containsEntry(address, found.mailboxes.get(address)).hasSize(1);
      }
    }
    return found;
  }

  /** Asks it for one Mailbox; empty where the host has none of that address. */
  static Optional<String> one(Map<String, String> settings, String address) throws IOException {
    MailboxSettings mail =
        MailboxSettings.of(name -> Optional.ofNullable(settings.get(name))).orElseThrow();
    FoundMailboxes found = new FoundMailboxes();
    try (DirectoryHandle root = DirectoryHandle.open(mail.root())) {
      mail.mailboxes().find(root, MailboxAddress.of(address), found);
    }
    return Optional.ofNullable(found.mailboxes.get(address));
  }

  static Path maildir(Path directory) throws IOException {
    for (String part : List.of("cur", "new", "tmp")) {
      Files.createDirectories(directory.resolve(part));
    }
    return directory;
  }

  @Override
  public void mailbox(MailboxAddress address, List<FileName> path) {
    mailboxes.put(
        address.toString(), path.stream().map(FileName::text).collect(Collectors.joining("/")));
  }

  @Override
  public void withoutMaildir(MailboxAddress address) {
    withoutMaildir.add(address.toString());
  }

  @Override
  public void warning(String warning) {
    warnings.add(warning);
  }

  @Override
  public void failed(String what, String why) {
    failed.put(what, why);
  }
}
