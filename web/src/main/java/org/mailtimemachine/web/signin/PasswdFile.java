package org.mailtimemachine.web.signin;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.Crypt;
import org.mailtimemachine.mailstore.mailbox.MailboxAddress;

/**
 * A Dovecot passwd-file: {@code user:password:uid:gid:gecos:home:shell:extra fields} on each line,
 * {@code user} being the whole address. Knows the schemes {@code PLAIN}, {@code CLEARTEXT}, {@code
 * CRYPT}, {@code SHA256-CRYPT}, {@code SHA512-CRYPT} and {@code MD5-CRYPT}; without a scheme the
 * password is a crypt(3) hash, as Dovecot reads it. The file is read anew for each check, so that a
 * change of it counts at once; ten thousand lines take a few milliseconds.
 */
final class PasswdFile implements MailboxPasswords {

  private static final System.Logger LOG = System.getLogger(PasswdFile.class.getName());
  private static final Pattern SCHEME = Pattern.compile("\\{([A-Za-z0-9.-]+)\\}(.*)");
  private static final List<String> CRYPT_SCHEMES =
      List.of("CRYPT", "SHA256-CRYPT", "SHA512-CRYPT", "MD5-CRYPT");

  /** Nobody's password, so that an unknown Mailbox costs as much work as a known one. */
  private static final String NOBODY =
      "$6$nobodynobody$lZRTBaE0nCUD9RUQ8FnRPhV5nYIqwYBEcu3oNtdxSbJUnnVR8qgZcbQ0fBZ8oQ1VhWw7G0";

  private static final int PASSWORD_FIELD = 1;
  private static final int EXTRA_FIELDS = 7;

  private final Path file;

  PasswdFile(Path file) {
    this.file = file;
  }

  @Override
  public boolean opens(MailboxAddress mailbox, String password) throws PasswordsUnavailable {
    Optional<String> stored = storedPassword(mailbox);
    boolean matches = matches(stored.orElse(NOBODY), password);
    return stored.isPresent() && matches;
  }

  /** The password field of a Mailbox that may sign in. */
  private Optional<String> storedPassword(MailboxAddress mailbox) throws PasswordsUnavailable {
    String start = mailbox + ":";
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(start)) {
          String[] fields = line.split(":", EXTRA_FIELDS + 1);
          return locked(fields) ? Optional.empty() : Optional.of(fields[PASSWORD_FIELD]);
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new PasswordsUnavailable(file.toString(), e);
    }
  }

  private static boolean locked(String[] fields) {
    return fields[PASSWORD_FIELD].isEmpty()
        || (fields.length > EXTRA_FIELDS
            && List.of(fields[EXTRA_FIELDS].split("\\s+")).stream()
                .anyMatch(extra -> extra.equals("nologin") || extra.startsWith("nologin=")));
  }

  private boolean matches(String stored, String password) {
    Matcher scheme = SCHEME.matcher(stored);
    String name = scheme.matches() ? scheme.group(1).toUpperCase(Locale.ROOT) : "CRYPT";
    String secret = scheme.matches() ? scheme.group(2) : stored;
    if (name.equals("PLAIN") || name.equals("CLEARTEXT")) {
      return same(secret, password);
    }
    if (!CRYPT_SCHEMES.contains(name)) {
      LOG.log(System.Logger.Level.WARNING, "{0}: password scheme {1} is not known", file, name);
      return false;
    }
    // A hash that starts otherwise is a locked account ("!...", "*") or ancient DES: never tried.
    if (!secret.startsWith("$")) {
      return false;
    }
    try {
      return same(Crypt.crypt(password, secret), secret);
    } catch (IllegalArgumentException e) {
      LOG.log(System.Logger.Level.WARNING, () -> file + ": a password hash cannot be read", e);
      return false;
    }
  }

  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
