package org.mailtimemachine.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.codec.digest.Sha2Crypt;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * The passwords of a demo's Mailboxes: made up once, kept for the next run.
 *
 * @param byAddress in clear
 */
record MadeUpPasswords(Map<MailboxAddress, String> byAddress) {

  private static final String CONSONANTS = "bdfgkmnprstvz";
  private static final String VOWELS = "aeiou";
  private static final String SALT =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Those of an earlier run, and new ones for whoever has none. */
  static MadeUpPasswords of(Collection<MailboxAddress> mailboxes, Path credentials)
      throws IOException {
    Map<String, String> earlier = read(credentials);
    Map<MailboxAddress, String> passwords = new LinkedHashMap<>();
    for (MailboxAddress mailbox : mailboxes) {
      String kept = earlier.get(mailbox.toString());
      passwords.put(mailbox, kept == null ? madeUp() : kept);
    }
    return new MadeUpPasswords(passwords);
  }

  /** Those of some of the Mailboxes. */
  MadeUpPasswords only(Collection<MailboxAddress> mailboxes) {
    Map<MailboxAddress, String> some = new LinkedHashMap<>(byAddress);
    some.keySet().retainAll(mailboxes);
    return new MadeUpPasswords(some);
  }

  /** Writes them in clear, one {@code address password} on a line, for the eyes of this user. */
  void writeClear(Path file) throws IOException {
    StringBuilder lines = new StringBuilder();
    byAddress.forEach(
        (mailbox, password) -> lines.append(mailbox).append(' ').append(password).append('\n'));
    writePrivately(file, lines.toString());
  }

  /** Writes them as a Dovecot passwd-file: {@code address:{SHA512-CRYPT}hash}. */
  void writePasswdFile(Path file) throws IOException {
    StringBuilder lines = new StringBuilder();
    byAddress.forEach(
        (mailbox, password) ->
            lines.append(mailbox).append(":{SHA512-CRYPT}").append(hash(password)).append('\n'));
    writePrivately(file, lines.toString());
  }

  static Map<String, String> read(Path credentials) throws IOException {
    Map<String, String> passwords = new TreeMap<>();
    if (Files.exists(credentials)) {
      for (String line : Files.readAllLines(credentials)) {
        int space = line.lastIndexOf(' ');
        if (space > 0) {
          passwords.put(line.substring(0, space), line.substring(space + 1));
        }
      }
    }
    return passwords;
  }

  /** Seven syllables, 42 bits: easy to type, and too many to try through a throttled sign-in. */
  static String madeUp() {
    StringBuilder password = new StringBuilder();
    for (int syllable = 0; syllable < 7; syllable++) {
      password.append(CONSONANTS.charAt(RANDOM.nextInt(CONSONANTS.length())));
      password.append(VOWELS.charAt(RANDOM.nextInt(VOWELS.length())));
    }
    return password.toString();
  }

  private static String hash(String password) {
    StringBuilder salt = new StringBuilder("$6$");
    for (int i = 0; i < 16; i++) {
      salt.append(SALT.charAt(RANDOM.nextInt(SALT.length())));
    }
    return Sha2Crypt.sha512Crypt(password.getBytes(StandardCharsets.UTF_8), salt.toString());
  }

  static void writePrivately(Path file, String text) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path temporary =
        Files.createTempFile(
            directory,
            "private",
            null,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(temporary, text);
    Files.move(
        temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public String toString() {
    return "passwords of " + byAddress.keySet();
  }
}
