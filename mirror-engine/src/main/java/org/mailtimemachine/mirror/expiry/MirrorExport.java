package org.mailtimemachine.mirror.expiry;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;
import org.mailtimemachine.mailstore.maildir.MaildirFolder;
import org.mailtimemachine.mailstore.maildir.MessageFileName;
import org.mailtimemachine.mailstore.posix.DirectoryEntry;
import org.mailtimemachine.mailstore.posix.DirectoryHandle;
import org.mailtimemachine.mailstore.posix.FileName;
import org.mailtimemachine.mailstore.posix.FileType;
import org.mailtimemachine.mailstore.posix.ReadableFile;
import org.mailtimemachine.mirror.register.MirrorRegister;

/**
 * What a read-only mirror holds, for somebody who does not have this program: messages, ledgers,
 * the check sums of all of them, and how the seals can be made again.
 */
public final class MirrorExport {

  private final MirrorRegister register;
  private final MailboxAddress mailbox;

  public MirrorExport(MirrorRegister register, MailboxAddress mailbox) {
    this.register = register;
    this.mailbox = mailbox;
  }

  /**
   * Verifies the mailbox, and copies it.
   *
   * @param directory that must not exist
   */
  public SealedMailbox.Findings to(Path directory) throws IOException {
    if (Files.exists(directory)) {
      throw new FileAlreadyExistsException(directory + " is there already");
    }
    Files.createDirectories(directory);
    Path messages = Files.createDirectory(directory.resolve("messages"));
    List<String> sums = new ArrayList<>();
    Path ledger = register.ledger(mailbox);
    // The ledgers first: what comes meanwhile is one message more, and never one less.
    ledgers(ledger, directory, "ledger", sums);
    ledgers(SealedMailbox.expiries(ledger), directory, "expired", sums);
    try (DirectoryHandle root = register.openMailbox(mailbox)) {
      for (FileName part : List.of(MaildirFolder.CUR, MaildirFolder.NEW)) {
        try (DirectoryHandle from = root.directory(part)) {
          for (DirectoryEntry entry : from.list()) {
            if (entry.type() == FileType.FILE) {
              String name = MessageFileName.of(entry.name()).base().encoded() + ".eml";
              try (ReadableFile file = from.file(entry.name())) {
                sums.add(copied(file.stream(), messages.resolve(name)) + "  messages/" + name);
              }
            }
          }
        }
      }
    }
    SealedMailbox.Findings findings = new SealedMailbox(register, mailbox).verify();
    Files.writeString(directory.resolve("SHA256SUMS"), String.join("\n", sums) + "\n", US_ASCII);
    Files.writeString(directory.resolve("VERIFY.txt"), how(findings.seal()));
    return findings;
  }

  private static void ledgers(Path from, Path to, String name, List<String> sums)
      throws IOException {
    Path directory = Files.createDirectory(to.resolve(name));
    if (!Files.isDirectory(from)) {
      return;
    }
    List<Path> months;
    try (Stream<Path> entries = Files.list(from)) {
      months = entries.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path month : months) {
      String file = month.getFileName().toString();
      try (InputStream in = Files.newInputStream(month)) {
        sums.add(copied(in, directory.resolve(file)) + "  " + name + '/' + file);
      }
    }
  }

  private static String copied(InputStream from, Path to) throws IOException {
    MessageDigest digest = DigestUtils.getSha256Digest();
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(to), digest)) {
      from.transferTo(out);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private String how(String seal) {
    return """
      What this is
        messages/   one file for each message that %1$s holds, byte for byte as it was delivered
        ledger/     a line for each message that came, oldest first; a file for each month
        expired/    a line for each message that was removed when its days were over
        SHA256SUMS  of all of them, for: sha256sum -c SHA256SUMS

      A line has fields with tabs between them; blanks, tabs and what is not ASCII are written as
      %%XX:
        time (of arrival or of expiry), key, file in messages/ (without .eml), SHA-256 of the
        message, its bytes, the mail server's queue id, sender, each recipient of the session,
        and the seal.

      The seal is the SHA-256, in hexadecimal, of the seal of the line before, a line feed, and
      this line up to the tab in front of its seal. Before the first line of the first month the
      seal is 64 zeros. Whoever changes, removes or inserts a line changes all seals behind it.

        In a shell, in this directory:
        s=%2$s
        cat ledger/* | while IFS= read -r line; do
          t=$(printf '%%s\\n%%s' "$s" "${line%%	*}" | sha256sum | cut -d' ' -f1)
          [ "$t" = "${line##*	}" ] || { echo "broken: $line"; break; }
          s=$t
        done

      The seal of the last message that came: %3$s
      The first lines of ledger/ are those of expired/, in the same order, with another time.
      Each line of ledger/ behind them has its message in messages/, with that SHA-256. A message
      that came for some recipients, and then for others, has a line for each time, which name one
      file: it goes with the first of them.
      """
        .formatted(mailbox, "0".repeat(64), seal);
  }
}
