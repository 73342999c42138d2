package org.mailtimemachine.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/** A Maildir for tests: {@code <root>/example.test/<user>}, on a real file system. */
final class MailboxFixture {

  private static final Instant LONG_AGO = Instant.parse("2026-11-01T10:00:00.123456789Z");

  private final Path root;
  private final MailboxAddress address;

  MailboxFixture(Path mailRoot, String user) throws IOException {
    this(mailRoot, "example.test", user);
  }

  MailboxFixture(Path mailRoot, String domain, String user) throws IOException {
    this.address = new MailboxAddress(user, domain);
    this.root = mailRoot.resolve(domain).resolve(user);
    folder("");
  }

  MailboxAddress address() {
    return address;
  }

  Path path() {
    return root;
  }

  MailboxFixture folder(String directory) throws IOException {
    for (String part : new String[] {"cur", "new", "tmp"}) {
      Files.createDirectories(root.resolve(directory).resolve(part));
    }
    return this;
  }

  /** Puts a message there, as if it had been there for weeks. */
  Path message(String where, String name) throws IOException {
    Path file = root.resolve(where).resolve(name);
    Files.write(file, ("Subject: " + name + "\n\nbody of " + name + "\n").getBytes(UTF_8));
    Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    return file;
  }

  void rename(String from, String to) throws IOException {
    Files.move(root.resolve(from), root.resolve(to));
  }

  void delete(String name) throws IOException {
    Files.delete(root.resolve(name));
  }

  /** Every message as {@code folder directory/base name}, by looking. */
  Set<String> look() throws IOException {
    Set<String> messages = new TreeSet<>();
    try (Stream<Path> files = Files.walk(root)) {
      files
          .filter(Files::isRegularFile)
          .map(root::relativize)
          .filter(file -> file.getNameCount() >= 2)
          .filter(
              file -> {
                String parent = file.getName(file.getNameCount() - 2).toString();
                return parent.equals("cur") || parent.equals("new");
              })
          .forEach(
              file -> {
                String folder =
                    file.getNameCount() > 2
                        ? file.subpath(0, file.getNameCount() - 2).toString()
                        : "";
                messages.add(
                    folder + "/" + file.getFileName().toString().replaceFirst(":2,.*", ""));
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return messages;
  }

  /** Every message of a Snapshot in the same form. */
  Set<String> look(Store store, SnapshotName name) throws IOException {
    Set<String> messages = new TreeSet<>();
    for (var folder : store.manifest(address, name).folders()) {
      for (var message : store.listing(address, folder.listing()).messages()) {
        messages.add(folder.directory() + "/" + message.baseName());
      }
    }
    return messages;
  }
}
