package org.mailtimemachine.mirror.register;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.Errno;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileOwner;
import org.mailtimemachine.mailstore.posix.FileStatus;
import org.mailtimemachine.mailstore.posix.NewFile;
import org.mailtimemachine.mailstore.posix.PosixException;
import org.mailtimemachine.mailstore.posix.ReadableFile;

/**
 * The passwd-file by which Dovecot knows the mailboxes that were made for mirrors. Other lines of
 * it, its owner and its mode stay as they are. Whoever changes it holds the lock of the register.
 */
final class MirrorUsers {

  private static final int MODE = 0640;
  private static final int MOST_BYTES = 64 * 1024 * 1024;

  /**
   * What a colon, a blank, a percent sign or a line feed would do to the line: the next field, the
   * next word, a variable of Dovecot's, the next user.
   */
  private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}/._@=+&'#~-]+");

  private static final String SALT =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final String EASY_TO_READ = "abcdefghijkmnpqrstuvwxyz23456789";
  private static final int PASSWORD_LETTERS = 20; // of 5 bits each
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path file;

  MirrorUsers(Path file) {
    this.file = file;
  }

  /** Whether an address can stand in such a file. */
  static boolean canName(MailboxAddress address) {
    return PLAIN.matcher(address.toString()).matches();
  }

  boolean knows(MailboxAddress address) throws IOException {
    try (DirectoryHandle directory = directory()) {
      String start = bytes(address + ":");
      return lines(directory).stream().anyMatch(line -> line.startsWith(start));
    }
  }

  /**
   * Gives a mailbox a new password, and a line if it had none.
   *
   * @param owner as whom Dovecot reads it
   * @return the password, which stands nowhere
   */
  String newPassword(MailboxAddress address, FileOwner owner, Path maildir) throws IOException {
    if (!canName(address) || !PLAIN.matcher(maildir.toString()).matches()) {
      throw new IOException(
          "Dovecot could not read a line of %s with %s and %s".formatted(file, address, maildir));
    }
    String password = random(EASY_TO_READ, PASSWORD_LETTERS);
    String hash =
        Sha2Crypt.sha512Crypt(
            password.getBytes(UTF_8), "$6$" + random(SALT, 16)); // {SHA512-CRYPT} of crypt(3)
    String line =
        "%s:{SHA512-CRYPT}%s:%s::%s::userdb_mail=maildir:%s"
            .formatted(address, hash, numbers(owner), maildir, maildir);
    try (DirectoryHandle directory = directory()) {
      Optional<FileStatus> before = status(directory);
      List<String> lines = new ArrayList<>(lines(directory));
      String start = bytes(address + ":");
      lines.removeIf(each -> each.startsWith(start));
      lines.add(bytes(line));
      write(directory, lines, before);
    }
    return password;
  }

  /**
   * User and group, where Dovecot would take them: nobody of 0, whose line it would leave out.
   * Where these fields are empty it has them from its settings (mail_uid, mail_gid).
   */
  private static String numbers(FileOwner owner) {
    if (owner.user() == 0) {
      return ":";
    }
    long group =
        owner.group() != 0
            ? owner.group()
            : FileOwner.named(Long.toString(owner.user())).map(FileOwner::group).orElse(0L);
    return owner.user() + ":" + (group == 0 ? "" : Long.toString(group));
  }

  private DirectoryHandle directory() throws IOException {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IOException("no directory: " + file);
    }
    return DirectoryHandle.open(parent);
  }

  private FileName name() {
    return FileName.ofText(file.getFileName().toString());
  }

  private List<String> lines(DirectoryHandle directory) throws IOException {
    if (status(directory).isEmpty()) {
      return List.of();
    }
    try (ReadableFile users = directory.file(name())) {
      if (users.status().size() > MOST_BYTES) {
        throw new IOException("no users file: " + file);
      }
      String text = new String(users.stream().readAllBytes(), ISO_8859_1);
      return text.isEmpty()
          ? List.of()
          : List.of(
              (text.endsWith("\n") ? text.substring(0, text.length() - 1) : text).split("\n", -1));
    }
  }

  /** A letter for each byte: lines of others need not be UTF-8, and stay as they are. */
  private static String bytes(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }

  private Optional<FileStatus> status(DirectoryHandle directory) throws IOException {
    try {
      return Optional.of(directory.status(name()));
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Dovecot sees the file of before or the one of now, and never half of it. */
  private void write(DirectoryHandle directory, List<String> lines, Optional<FileStatus> before)
      throws IOException {
    FileName temporary = new FileName('.' + name().bytes() + ".new");
    try {
      directory.unlink(temporary); // of a process that died; whoever is here holds the lock
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT)) {
        throw e;
      }
    }
    try (NewFile users = directory.create(temporary, 0600)) {
      if (before.isPresent() && !FileOwner.of(before.get()).equals(FileOwner.of(users.status()))) {
        users.setOwner(FileOwner.of(before.get()));
      }
      users.setMode(before.map(FileStatus::mode).orElse(MODE));
      users.write((String.join("\n", lines) + "\n").getBytes(ISO_8859_1));
      users.sync();
    }
    if (!isAsBefore(before, status(directory))) {
      throw new IOException("somebody else writes to %s; try again".formatted(file));
    }
    directory.rename(temporary, directory, name());
    directory.sync();
  }

  private static boolean isAsBefore(Optional<FileStatus> before, Optional<FileStatus> now) {
    if (before.isEmpty() || now.isEmpty()) {
      return before.isEmpty() && now.isEmpty();
    }
    return now.get().sameInode(before.get())
        && now.get().modified().equals(before.get().modified())
        && now.get().size() == before.get().size();
  }

  private static String random(String letters, int number) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < number; i++) {
      text.append(letters.charAt(RANDOM.nextInt(letters.length())));
    }
    return text.toString();
  }
}
